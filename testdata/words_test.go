package testdata

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"iter"
	"os"
	"path"
	"regexp"
	"slices"
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
// "next to" are what people say, "until then", "no longer" and "that many"; things are reported
// or distinguished, not told; stories are updated, not settled; spans are expanded, not carved.
var dialect = regexp.MustCompile(`(?i)\b(behind|beside|by now|any more|ever after|so many|foretold|letgo|settl(?:ing|ement)|carv(?:es|ed|ing) (?:all|the|each|into)|told (?:as|by|of|that|to|why)|tells (?:of|that|the|what|which)|in any lane|whose it is)\b`)

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

var errStopped = errors.New("stopped")

// sources yields the files of the layers.
func sources(t *testing.T) iter.Seq2[string, []byte] {
	t.Helper()
	return func(yield func(string, []byte) bool) {
		root := os.DirFS("..")
		for _, top := range append([]string{"README.md"}, layers...) {
			err := fs.WalkDir(root, top, func(file string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || path.Ext(file) != ".go" && path.Ext(file) != ".md" {
					return err
				}
				src, err := fs.ReadFile(root, file)
				if err == nil && !yield(file, src) {
					return errStopped
				}
				return err
			})
			if err == errStopped {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestWords holds that comments, messages and the README are plain English where a rule can
// tell. Word lists and texts that are tests are data, and so is this file.
func TestWords(t *testing.T) {
	for file, src := range sources(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for line, text := range prose(file, src) {
			if word := dialect.FindString(text); word != "" {
				t.Errorf("%s:%d: %q is not how people speak: %s", file, line, word, text)
			}
		}
	}
}

var testFunc = regexp.MustCompile(`^(Test|Fuzz|Benchmark|Example)[A-Z]\w*$`)

// TestDocComments holds that a comment over a declaration is about it: a first word in lower
// case, or the name of a test, must be what is declared, and godoc begins with the name.
func TestDocComments(t *testing.T) {
	files := token.NewFileSet()
	for name, src := range sources(t) {
		if path.Ext(name) != ".go" {
			continue
		}
		file, err := parser.ParseFile(files, name, src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for id, doc := range documented(file) {
			words := strings.Fields(doc.Text())
			godoc := id.IsExported() && !strings.HasSuffix(name, "_test.go")
			if len(words) == 0 || len(words) > 1 && words[1] == id.Name && slices.Contains([]string{"A", "An", "The"}, words[0]) {
				continue
			}
			first := strings.TrimSuffix(strings.TrimRight(words[0], ",.:;'"), "'s")
			if first != id.Name && (godoc || testFunc.MatchString(first) || first[0] >= 'a' && first[0] <= 'z') {
				t.Errorf("%s: the comment over %s is about %q", files.Position(id.Pos()), id.Name, first)
			}
		}
	}
}

// documented yields what a file declares, with the comments over it.
func documented(file *ast.File) iter.Seq2[*ast.Ident, *ast.CommentGroup] {
	return func(yield func(*ast.Ident, *ast.CommentGroup) bool) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !yield(f.Name, f.Doc) {
				return
			}
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				id, doc := declared(s)
				if !g.Lparen.IsValid() {
					doc = g.Doc
				}
				if id != nil && !yield(id, doc) {
					return
				}
			}
		}
	}
}

// declared returns the only name of a type, variable or constant, and the comment over it.
func declared(s ast.Spec) (*ast.Ident, *ast.CommentGroup) {
	switch s := s.(type) {
	case *ast.TypeSpec:
		return s.Name, s.Doc
	case *ast.ValueSpec:
		if len(s.Names) == 1 {
			return s.Names[0], s.Doc
		}
	}
	return nil, nil
}
