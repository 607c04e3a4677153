package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What no library writes in the same way twice comes out byte for byte: the order of members,
// escapes, members that come twice, numbers that no type holds, blanks within an object; the
// quotes and delimiters of a table. What is around a record of JSON is not kept: a byte order
// mark, blank lines, blanks at the ends of a line.

// rawText is a text as JSON has it, with some characters escaped.
func rawText(r *rand.Rand, s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\n':
			b.WriteString(`\n`)
		case c < 0x10000 && r.IntN(10) == 0:
			fmt.Fprintf(&b, []string{`\u%04x`, `\u%04X`}[r.IntN(2)], c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// rawObject is a record with what programs write in many ways.
func rawObject(r *rand.Rand, id, text string) string {
	values := []string{"1e400", "0.10", "-0", "1E+2", "123456789012345678901234567890", "1.0", "true", "null", `""`, `"\/"`, `"\ud83d\ude00"`, `"é\u0000"`, `[1, 2 ,3]`, `{"a":1,"a":2, "b":{}}`, `[ ]`, `"\t<b>&amp;"`}
	members := []string{`"id":"` + id + `"`, `"text" : "` + rawText(r, text) + `"`}
	for i := range 4 {
		members = append(members, fmt.Sprintf(`"x%d": %s`, i%3, values[r.IntN(len(values))])) // x0 comes twice
	}
	r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	blank := []string{"", " ", "  "}[r.IntN(3)]
	return "{" + blank + strings.Join(members, []string{",", ", ", " , "}[r.IntN(3)]) + blank + "}"
}

// rawRecords are records, and those of them that are kept.
func rawRecords(r *rand.Rand) (all, kept []string) {
	for i := range 8 {
		text := attackText(3*i) + "\n“" + attackText(3*i+1) + "”"
		record := rawObject(r, fmt.Sprintf("%02d", i), text)
		all, kept = append(all, record), append(kept, record)
		if i%3 == 1 {
			all = append(all, rawObject(r, fmt.Sprintf("%02d-copy", i), text))
		}
	}
	return all, kept
}

// rawDedup returns what dedup makes of a file.
func rawDedup(t *testing.T, name, data string) string {
	t.Helper()
	in, out := filepath.Join(t.TempDir(), name), filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(in, []byte(data), 0o666); err != nil {
		t.Fatal(err)
	}
	must(t, "dedup", "-q", in, "-o", out)
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRawJSON(t *testing.T) {
	for seed := range trips(t) {
		r := rand.New(rand.NewPCG(seed, 13))
		all, kept := rawRecords(r)
		end := []string{"\n", "\r\n"}[r.IntN(2)]
		var in strings.Builder
		in.WriteString([]string{"", "\ufeff"}[r.IntN(2)])
		for i, record := range all {
			in.WriteString([]string{"", "", end, "  "}[r.IntN(4)] + record + []string{"", " "}[r.IntN(2)])
			if i < len(all)-1 || r.IntN(2) == 0 {
				in.WriteString(end)
			}
		}
		if got, want := rawDedup(t, "a.jsonl", in.String()), strings.Join(kept, end)+end; got != want {
			t.Errorf("seed %d: lines: %s\nwas  %q", seed, firstDifference(want, got), in.String())
		}
		array := "[" + end + strings.Join(all, []string{",", ",\n", " , "}[r.IntN(3)]) + "]" + end
		got := rawDedup(t, "a.json", array)
		if want := strings.Join(kept, ",\n"); strings.Trim(got, "[]\r\n") != want && strings.Trim(strings.ReplaceAll(got, "\r\n", "\n"), "[]\n") != want {
			t.Errorf("seed %d: an array: %s", seed, firstDifference(want, got))
		}
	}
}

func TestRawTables(t *testing.T) {
	for seed := range trips(t) {
		for _, comma := range []string{",", ";", "\t", "|"} {
			r := rand.New(rand.NewPCG(seed, 14))
			end := []string{"\n", "\r\n"}[r.IntN(2)]
			quoteAll := r.IntN(2) == 0
			cell := func(s string) string {
				if quoteAll || strings.ContainsAny(s, comma+"\"\r\n") {
					return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
				}
				return s
			}
			row := func(cells ...string) string {
				for i, c := range cells {
					cells[i] = cell(c)
				}
				return strings.Join(cells, comma) + end
			}
			others := []string{"0.10", "1.234,50", "", " x ", "007", "a\"b", "c" + comma + "d", "=1+1", "两行" + end + "字"}
			var in, want bytes.Buffer
			for i := range 8 {
				text := attackText(3*i) + end + attackText(3*i+1)
				record := row(fmt.Sprintf("%02d", i), text, others[r.IntN(len(others))])
				if i == 0 {
					head := row("id", "text", "wert")
					in.WriteString(head)
					want.WriteString(head)
				}
				in.WriteString(record)
				want.WriteString(record)
				if i%3 == 1 {
					in.WriteString(row(fmt.Sprintf("%02d-copy", i), text, others[r.IntN(len(others))]))
				}
			}
			name := map[bool]string{true: "a.tsv", false: "a.csv"}[comma == "\t"]
			if got := rawDedup(t, name, in.String()); got != want.String() {
				t.Errorf("seed %d, %q: %s", seed, comma, firstDifference(want.String(), got))
			}
		}
	}
}
