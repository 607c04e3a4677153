//go:build ignore

package main

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"log"
	"os"
	"strconv"
	"strings"
)

// each calls do for every line of a file of the Unihan database: a character, a field and its
// values. The file is as it is, or packed by bzip2. The programs gen_*.go share it.
func each(path string, do func(char rune, field string, values []string)) {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		data, err = os.ReadFile(path + ".bz2")
	}
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	if bytes.HasPrefix(data, []byte("BZh")) {
		lines = bufio.NewScanner(bzip2.NewReader(bytes.NewReader(data)))
	}
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) > 2 && strings.HasPrefix(f[0], "U+") {
			do(character(f[0]), f[1], f[2:])
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

// character reads U+4E00.
func character(s string) rune {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "U+"), 16, 32)
	if err != nil {
		log.Fatal(err)
	}
	return rune(n)
}
