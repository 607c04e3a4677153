package main

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// Every key of the summary of dedup is explained in its help.
func TestSummaryKeys(t *testing.T) {
	for _, object := range []any{outcome{}, sourceOutcome{}} {
		for f := range reflect.TypeOf(object).Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if key != "" && !regexp.MustCompile(`\b`+key+`\b`).MatchString(dedupHelp[strings.Index(dedupHelp, "--json prints"):]) {
				t.Errorf("help of dedup does not explain %q", key)
			}
		}
	}
}
