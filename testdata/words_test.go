package testdata

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"iter"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// ceilings are how many types, functions and variables a package may export, so that go doc
// shows what a user needs: a constant counts with its type.
var ceilings = map[string]int{"dedup": 25, "store": 40}

func TestExports(t *testing.T) {
	for dir, most := range ceilings {
		names := exported(t, path.Join("..", dir))
		if len(names) > most || len(names) == 0 {
			t.Errorf("%s exports %d names, %d are enough: %s", dir, len(names), most, strings.Join(names, " "))
		}
	}
}

// exported returns the types, functions and variables that a package exports.
func exported(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if path.Ext(f.Name()) != ".go" || strings.HasSuffix(f.Name(), "_test.go") || strings.HasSuffix(f.Name(), "_other.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path.Join(dir, f.Name()), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			names = append(names, exportedBy(d)...)
		}
	}
	return names
}

func exportedBy(d ast.Decl) (names []string) {
	var ids []*ast.Ident
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			ids = append(ids, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				ids = append(ids, s.Name)
			case *ast.ValueSpec:
				if d.Tok == token.VAR {
					ids = append(ids, s.Names...)
				}
			}
		}
	}
	for _, id := range ids {
		if id.IsExported() {
			names = append(names, id.Name)
		}
	}
	return names
}

// dialect are words that are wrong wherever they stand in a comment or a message: "after" and
// "next to" are what people say, "until then", "no longer" and "that many".
var dialect = regexp.MustCompile(`(?i)\b(behind|beside|by now|any more|ever after|so many|foretold|letgo)\b`)

// prose yields the lines of a page, or the comments and strings of a Go file, with their lines.
func prose(file string, src []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		if path.Ext(file) != ".go" {
			n := 0
			for line := range strings.Lines(string(src)) {
				if n++; !yield(n, strings.TrimSpace(line)) {
					return
				}
			}
			return
		}
		var s scanner.Scanner
		f := token.NewFileSet().AddFile(file, -1, len(src))
		s.Init(f, src, nil, scanner.ScanComments)
		for pos, tok, text := s.Scan(); tok != token.EOF; pos, tok, text = s.Scan() {
			if (tok == token.COMMENT || tok == token.STRING) && !yield(f.Line(pos), text) {
				return
			}
		}
	}
}

// TestWords holds that comments, messages and the README are plain English where a rule can
// tell. Word lists and texts that are tests are data, and so is this file.
func TestWords(t *testing.T) {
	root := os.DirFS("..")
	for _, top := range append([]string{"README.md"}, layers...) {
		err := fs.WalkDir(root, top, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(file) != ".go" && path.Ext(file) != ".md" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			src, err := fs.ReadFile(root, file)
			if err != nil {
				return err
			}
			for line, text := range prose(file, src) {
				if word := dialect.FindString(text); word != "" {
					t.Errorf("%s:%d: %q is not how people speak: %s", file, line, word, text)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
