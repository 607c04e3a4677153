package cluster

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"testing"
)

// TestNumbersAreNamed: each number the judge decides by is a threshold, which has a reason
// and can be swept. Small whole numbers count things in the code.
func TestNumbersAreNamed(t *testing.T) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "decide.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		l, ok := n.(*ast.BasicLit)
		if !ok || l.Kind != token.INT && l.Kind != token.FLOAT {
			return true
		}
		if v, err := strconv.ParseFloat(l.Value, 64); err != nil || v != float64(int(v)) || v > 8 {
			t.Errorf("%s: %s has no name", fset.Position(l.Pos()), l.Value)
		}
		return true
	})
}

// TestThresholdsAreSet: a threshold that somebody forgot to set is 0.
func TestThresholdsAreSet(t *testing.T) {
	v := reflect.ValueOf(Default)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s is not set", v.Type().Field(i).Name)
		}
	}
}
