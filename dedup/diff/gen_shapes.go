//go:build ignore

// gen_shapes writes shapes.txt from the Unihan database of Unicode:
//
//	go run gen_shapes.go gen_unihan.go /usr/share/unicode >shapes.txt
//
// The folder holds Unihan_IRGSources.txt, Unihan_DictionaryLikeData.txt and
// Unihan_OtherMappings.txt, as they are or packed by bzip2 (Debian's package
// unicode-data). The characters are those of GB 2312.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen_shapes.go gen_unihan.go FOLDER")
	}
	props := map[rune]map[string]string{}
	for file, keys := range map[string][]string{
		"IRGSources":         {"kRSUnicode", "kTotalStrokes"},
		"DictionaryLikeData": {"kCangjie", "kFourCornerCode"},
		"OtherMappings":      {"kGB0"},
	} {
		each(filepath.Join(os.Args[1], "Unihan_"+file+".txt"), func(r rune, field string, values []string) {
			if !slices.Contains(keys, field) {
				return
			}
			if props[r] == nil {
				props[r] = map[string]string{}
			}
			props[r][field] = strings.Join(values, " ")
		})
	}
	var runes []rune
	for r, p := range props {
		if p["kGB0"] != "" {
			runes = append(runes, r)
		}
	}
	slices.Sort(runes)
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	fmt.Fprintln(w, "# Made by gen_shapes.go from the Unihan database (c) Unicode, Inc., licence: https://www.unicode.org/license.txt")
	fmt.Fprintln(w, "# character, radical, strokes next to it, strokes, four corners, Cangjie; numbers in base 36 but the corners")
	for _, r := range runes {
		p := props[r]
		radical, rest, _ := strings.Cut(strings.ReplaceAll(first(p["kRSUnicode"]), "'", ""), ".")
		corners, _, _ := strings.Cut(first(p["kFourCornerCode"]), ".")
		if len(corners) != 4 {
			corners = "----"
		}
		fmt.Fprintf(w, "%c%02s%s%s%s%s\n", r, digit(radical), digit(rest), digit(first(p["kTotalStrokes"])), corners, strings.ToLower(p["kCangjie"]))
	}
}

func first(s string) string {
	s, _, _ = strings.Cut(s, " ")
	return s
}

func digit(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return "0"
	}
	return strconv.FormatInt(int64(n), 36)
}
