//go:build ignore

// Gen_script writes script.txt from the Unihan database:
//
//	go run gen_script.go /usr/share/unicode/Unihan_Variants.txt.bz2
//
// Debian's package unicode-data installs that file. A character is folded to its
// first kSimplifiedVariant that is not itself, unless
//   - it is written in simplified text as well (a character of GB 2312, such as
//     瑙 or 吒) and is not one of the few that a reader still takes for the other;
//   - script_variants.txt says otherwise. It holds the variants of Taiwan, Hong Kong
//     and Japan that Unihan gives under fields too loose to take whole
//     (kSemanticVariant makes 李喆 a 李哲).
package main

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// both are the characters of GB 2312 that are folded all the same: in simplified
// text they are rare, in traditional text they are common.
const both = "乾夥後徵摺於著藉覆麽捱菸锺馀谘"

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen_script.go Unihan_Variants.txt[.bz2]")
	}
	table, err := simplified(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	variants, err := os.ReadFile("script_variants.txt")
	if err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(string(variants)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		r := []rune(strings.TrimSpace(line))
		for i := 0; i+1 < len(r); i += 2 {
			if inGB2312(r[i]) && r[i] != r[i+1] && !strings.ContainsRune(both, r[i]) {
				log.Fatalf("%c is simplified already", r[i])
			}
			table[r[i]] = r[i+1]
		}
	}
	if err := os.WriteFile("script.txt", source(closed(table)), 0o644); err != nil {
		log.Fatal(err)
	}
}

// simplified reads the kSimplifiedVariant lines of a Unihan file.
func simplified(path string) (map[rune]rune, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	if strings.HasSuffix(path, ".bz2") {
		lines = bufio.NewScanner(bzip2.NewReader(bytes.NewReader(data)))
	}
	table := map[rune]rune{}
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 3 || f[1] != "kSimplifiedVariant" {
			continue
		}
		from := scalar(f[0])
		if inGB2312(from) && !strings.ContainsRune(both, from) {
			continue
		}
		for _, v := range f[2:] {
			if to := scalar(v); to != from {
				table[from] = to
				break
			}
		}
	}
	return table, lines.Err()
}

func scalar(s string) rune {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "U+"), 16, 32)
	if err != nil {
		log.Fatalf("%q is no scalar value", s)
	}
	return rune(n)
}

// inGB2312 reports whether r is one of the 6,763 characters of GB 2312: two
// bytes of GBK, both high, the first from B0 to F7.
func inGB2312(r rune) bool {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xF7 && b[1] >= 0xA1
}

// closed follows every chain to its end, so that folding twice changes nothing.
func closed(table map[rune]rune) map[rune]rune {
	out := map[rune]rune{}
	for from := range table {
		to := from
		for range 8 {
			if next, ok := table[to]; ok {
				to = next
			}
		}
		if to != from {
			out[from] = to
		}
	}
	for from, to := range out {
		if out[to] != 0 {
			log.Fatalf("%c goes round in a circle", from)
		}
	}
	return out
}

// source writes 32 pairs a line.
func source(table map[rune]rune) []byte {
	var b bytes.Buffer
	for i, from := range slices.Sorted(maps.Keys(table)) {
		b.WriteString(string(from) + string(table[from]))
		if i%32 == 31 || i == len(table)-1 {
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}
