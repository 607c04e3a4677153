package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, t.TempDir(), "", []string{"../../../testdata/news"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"text", "reposts", "bands", "prints", "ids", "meta", "links", "stories", "free", "the file", "JSON lines"} {
		if !strings.Contains(out.String(), "\n"+name+" ") {
			t.Errorf("no line of %s in\n%s", name, &out)
		}
	}
}
