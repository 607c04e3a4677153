package testdata

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the parts of the tree in the order in which imports may look back:
// each may import itself and those before it.
var layers = []string{"shingle", "dedup", "store", "cmd"}

// leaves of dedup see units, numbers and texts. Code that knows documents calls
// them, so they import neither dedup nor what stands on it.
var leaves = []string{"align", "cluster", "collate", "diff", "eval", "lsh", "sketch"}

const module = "repost"

// TestImports holds that imports point one way. Tests are bound by it too, but
// for testdata, which they may all import.
func TestImports(t *testing.T) {
	files := 0
	for _, layer := range layers {
		for file, imports := range importsBelow(t, layer) {
			files++
			for _, imp := range imports {
				if why := forbidden(path.Dir(file), imp); why != "" {
					t.Errorf("%s imports %s: %s", file, imp, why)
				}
			}
		}
	}
	if files == 0 {
		t.Fatal("found no Go files")
	}
}

// TestForbidden holds that the rule itself can fail.
func TestForbidden(t *testing.T) {
	tests := []struct {
		dir, imp string
		ok       bool
	}{
		{"dedup", "repost/shingle", true},
		{"dedup", "repost/dedup/align", true},
		{"dedup/align", "repost/shingle", true},
		{"dedup/diff", "repost/dedup/align", true},
		{"dedup/diff/words", "repost/dedup/diff", true},
		{"cmd/repost", "repost/dedup/diff", true},
		{"store", "go.etcd.io/bbolt", true},
		{"store", "repost/testdata", true},
		{"dedup/detect", "repost/dedup/cluster", true},
		{"dedup/align", "repost/dedup", false},
		{"dedup/align", "repost/dedup/detect", false},
		{"dedup/diff/words", "repost/dedup", false},
		{"dedup", "repost/store", false},
		{"dedup/sketch", "repost/store/ingest", false},
		{"shingle/mask", "repost/dedup/sketch", false},
		{"store", "repost/cmd/repost/internal/report", false},
		{"store", "repost/tools", false},
	}
	for _, tt := range tests {
		if why := forbidden(tt.dir, tt.imp); (why == "") != tt.ok {
			t.Errorf("%s imports %s: got %q", tt.dir, tt.imp, why)
		}
	}
}

// forbidden says why a file in dir must not import imp, or nothing when it may.
func forbidden(dir, imp string) string {
	local, ok := strings.CutPrefix(imp, module+"/")
	if !ok || local == "testdata" {
		return ""
	}
	from, to := layer(dir), layer(local)
	switch {
	case to < 0:
		return "no part of the tree"
	case to > from:
		return layers[from] + " comes before " + layers[to]
	case isLeaf(dir) && (local == "dedup" || local == "dedup/detect"):
		return "a leaf of dedup knows no documents"
	}
	return ""
}

// layer returns the place of dir's first element in layers, or -1.
func layer(dir string) int {
	first, _, _ := strings.Cut(dir, "/")
	return slices.Index(layers, first)
}

// isLeaf reports whether dir is one of the leaves of dedup, or below one.
func isLeaf(dir string) bool {
	below, ok := strings.CutPrefix(dir, "dedup/")
	first, _, _ := strings.Cut(below, "/")
	return ok && slices.Contains(leaves, first)
}

// importsBelow returns what each Go file below a top level directory imports.
// A directory that does not exist has none.
func importsBelow(t *testing.T, top string) map[string][]string {
	t.Helper()
	root := os.DirFS("..")
	imports := map[string][]string{}
	err := fs.WalkDir(root, top, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".go" {
			return err
		}
		src, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		imports[file] = []string{}
		for _, spec := range f.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[file] = append(imports[file], imp)
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return imports
}
