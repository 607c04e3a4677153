package collate

import (
	"fmt"
	"reflect"
	"testing"
)

// TestWeigherIsDirection: weighing many pairs in a row finds what each pair alone does,
// and a story of any size costs a bounded number of comparisons.
func TestWeigherIsDirection(t *testing.T) {
	text := func(i int) string {
		return fmt.Sprintf("七月二日上午，青石镇的水厂开始供水。镇长李明%s说，每天可以供水%d吨。村民都很高兴，说水比从前甜得多。", []string{"", "昨天", "又"}[i%3], 3000+i)
	}
	var versions []Version
	for i := range WeighedTexts + 7 {
		versions = append(versions, Version{
			Key: fmt.Sprint("v", i), Source: fmt.Sprint("outlet ", i), Date: fmt.Sprintf("2025-07-%02d", 2+i%20),
			Text: fmt.Sprintf("%s\n来源：outlet %d", text(i), i/2),
		})
	}
	others := versions[1:6]
	w := NewWeigher(others)
	for i := 1; i < 30; i++ {
		if got, want := w.Direction(versions[0], versions[i], nil), Direction(versions[0], versions[i], nil, others...); !reflect.DeepEqual(got, want) {
			t.Fatalf("version %d: %+v, alone %+v", i, got, want)
		}
	}
	for i := 1; i < len(versions); i++ {
		w.Direction(versions[0], versions[i], nil)
	}
	if got, want := len(w.diffs), WeighedTexts; got != want || w.Bounded != len(versions)-1-want {
		t.Errorf("%d comparisons, %d pairs without, of %d", got, w.Bounded, len(versions)-1)
	}
	same := NewWeigher(others)
	for range 500 {
		same.Direction(versions[0], versions[1], nil)
	}
	if len(same.diffs) != 1 || same.Bounded != 0 {
		t.Errorf("copies of one text were compared %d times", len(same.diffs))
	}
}
