package ingest

import (
	"errors"
	"strings"
	"testing"
)

// What stands where a text should is no text: it is counted and left out, as an empty one.
func TestPlaceholders(t *testing.T) {
	for text, is := range map[string]bool{
		"[deleted]": true, " [Removed] \\n": true, "N/A": true, "转发微博": true, "该内容已被发布者删除。": true, "-": true, "null": true,
		"无": true, "无人机昨天飞过渡口": false, "[deleted] the bridge": false, "none of it": false, "转发微博：三座桥通车了": false,
	} {
		recs, errs := read([]string{"-"}, `{"id":"a","text":"`+text+`"}`, Options{})
		if is != (len(recs) == 0) || is != (len(errs) == 1) {
			t.Errorf("%q: %d records, %v", text, len(recs), errs)
		}
		for _, err := range errs {
			if !errors.Is(err, ErrEmptyText) || !strings.Contains(err.Error(), "stands where a text should") {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
	// A file of text says what it says.
	if recs, errs := read([]string{"-"}, "无", Options{Format: "text"}); len(recs) != 1 {
		t.Error(errs)
	}
}
