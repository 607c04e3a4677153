//go:build ignore

// Gen_variants writes variants.txt from the Unihan database:
//
//	go run gen_variants.go gen_unihan.go /usr/share/unicode/Unihan_Variants.txt.bz2
//
// Debian's package unicode-data installs that file. A line holds a character of GB 2312 and
// those outside of it, printed in Taiwan, Japan or Korea, that Unihan calls variants of it
// (kSemanticVariant, kZVariant, in one step or two) and that the fold of scripts keeps
// apart.
package main

import (
	"bytes"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"repost/shingle"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen_variants.go gen_unihan.go Unihan_Variants.txt.bz2")
	}
	near := variants(os.Args[1])
	out := map[rune]map[rune]bool{}
	for r := range near {
		if in(simplifiedchinese.HZGB2312, r) || !(in(traditionalchinese.Big5, r) || in(japanese.EUCJP, r) || in(korean.EUCKR, r)) {
			continue
		}
		for _, q := range near[r] {
			add(out, q, r)
			for _, p := range near[q] {
				add(out, p, r)
			}
		}
	}
	var b bytes.Buffer
	for _, r := range slices.Sorted(maps.Keys(out)) {
		fmt.Fprintf(&b, "%c", r)
		for _, q := range slices.Sorted(maps.Keys(out[r])) {
			fmt.Fprintf(&b, " %c", q)
		}
		fmt.Fprintln(&b)
	}
	if err := os.WriteFile("variants.txt", b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// add records that q is a variant of r, of GB 2312, unless they fold to one.
func add(out map[rune]map[rune]bool, r, q rune) {
	x, _ := (shingle.Rules{}).Fold(r)
	y, _ := (shingle.Rules{}).Fold(q)
	if x == y || !in(simplifiedchinese.HZGB2312, r) || q == '牠' && r != '它' { // it is not he
		return
	}
	if out[r] == nil {
		out[r] = map[rune]bool{}
	}
	out[r][q] = true
}

func in(e encoding.Encoding, r rune) bool {
	_, err := e.NewEncoder().String(string(r))
	return err == nil
}

// variants reads the variants of each character, in both directions.
func variants(path string) map[rune][]rune {
	out := map[rune][]rune{}
	each(path, func(r rune, field string, values []string) {
		if !slices.Contains([]string{"kSemanticVariant", "kZVariant", "kSimplifiedVariant", "kTraditionalVariant"}, field) {
			return
		}
		for _, v := range values {
			v, _, _ = strings.Cut(v, "<")
			q := character(v)
			out[r], out[q] = append(out[r], q), append(out[q], r)
		}
	})
	return out
}
