package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// The page of relations has a line for each relation that there is, and every page of help that
// speaks of a relation leads to it.
func TestRelationsTopic(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../dedup/document.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	page, found := relationsTopic().Long, 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && spec.Type != nil {
			if id, _ := spec.Type.(*ast.Ident); id != nil && id.Name == "Relation" {
				name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if found++; err != nil || strings.Count(page, "\n  "+name+" ") != 1 {
					t.Errorf("the page has no line, or several, for %s: %v", name, err)
				}
			}
		}
		return true
	})
	if found != len(relationMeanings) {
		t.Errorf("%d relations, and the page has %d", found, len(relationMeanings))
	}
	for _, c := range []string{"clusters", "scan", "find", "show", "dedup", "export"} {
		out := must(t, "help", c)
		if !strings.Contains(strings.Join(strings.Fields(out), " "), "repost help relations") {
			t.Errorf("help %s does not lead to the page of relations", c)
		}
	}
}
