package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// TestUnclosedQuotes reads tables in which a quote is missing: nothing is swallowed, cells of many
// lines stay whole, and what is wrong is said with its place.
func TestUnclosedQuotes(t *testing.T) {
	const head = "id,text,state\n1,\"one, two\",ok\n2,three four,ok\n3,five six,ok\n"
	lines := func(n int) string { return strings.Repeat("a line of words\n", n) }
	for _, test := range []struct {
		name, table string
		want        string // id:text|… of the rows after the third
		note        string // which notes there are
	}{
		{"the next row has quotes", "7,\"never closed,ok\n8,\"text\",ok\n", "7:never closed|8:text", "unclosed"},
		{"the next rows have none", "7,\"never closed,ok\n8,text,ok\n9,more,ok\n", "7:never closed|8:text|9:more", "unclosed"},
		{"with delimiters", "7,\"never, closed, at all,ok\n8,\"text\",ok\n", "7:never, closed, at all|8:text", "unclosed"},
		{"twice", "7,\"never,ok\n8,\"closed,ok\n9,\"text\",ok\n", "7:never|8:closed|9:text", "unclosed 2"},
		{"and the next cell has quotes", "7,\"never closed,\"ok\"\n8,\"text\",ok\n", "7:never closed|8:text", "unclosed"},
		{"and the next cell has a delimiter", "7,\"never, closed,\"o, k\"\n8,\"text\",ok\n", "7:never, closed|8:text", "unclosed"},
		{"before a cell of many lines", "7,\"never closed,ok\n8,\"two\nlines\",ok\n", "7:never closed|8:two\nlines", "unclosed"},
		{"in a cell of many lines", "7,\"one\ntwo, never closed,ok\n8,\"text\",ok\n", "7:one\ntwo, never closed|8:text", "unclosed"},
		{"before an empty cell in quotes", "7,\"never closed,ok\n8,\"\",ok\n9,\"text\",ok\n", "7:never closed|9:text", "unclosed"},
		{"of the first cell", "\"7,never closed,ok\n8,\"text\",ok\n", "7:never closed|8:text", "unclosed"},
		{"of the last cell", "7,never closed,\"ok\n8,\"text\",ok\n", "7:never closed|8:text", "unclosed"},
		{"at the end", "7,\"never closed,ok", "7:never closed", "unclosed"},
		{"a file that was cut off", "7,\"one\ntwo\nthree", "7:one\ntwo\nthree", "unclosed cells"},
		{"many lines", "7,\"one\ntwo, and\n\nthree\",ok\n8,text,ok\n", "7:one\ntwo, and\n\nthree|8:text", ""},
		{"many lines with quotes", "7,\"one \"\"two\"\"\n\"\"three\"\", four\",ok\n", "7:one \"two\"\n\"three\", four", ""},
		{"many lines with quotes that are not doubled", "7,\"one \"two\" and\nthree \"four\" five\",ok\n8,text,ok\n", "7:one \"two\" and\nthree \"four\" five|8:text", ""},
		{"a cell of two hundred lines", "7,\"" + lines(200) + "\",ok\n8,text,ok\n", "7:" + lines(200) + "|8:text", ""},
		{"a table within a cell", "7,\"look:\n1,two,ok\n2,three,ok\nend\",ok\n8,text,ok\n", "7:look:\n1,two,ok\n2,three,ok\nend|8:text", ""},
		{"a number with a comma in a cell", "7,\"look:\n2,300 came, ok\nend\",ok\n8,text,ok\n", "7:look:\n2,300 came, ok\nend|8:text", ""},
		{"two quotes that are missing", "7,\"never closed,ok\n8,two,ok\n9,text\",ok\n", "7:never closed,ok\n8,two,ok\n9,text", "rows"},
		{"too many cells", "7,text,ok,more,and more\n8,text,ok\n", "7:text|8:text", "cells"},
		{"too few cells", "7,text\n8,text,ok\n", "7:text|8:text", "cells"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var notes Notes
			var got []string
			for r, err := range Read([]string{filepath.Join(write(t, map[string]string{"t.csv": head + test.table}), "t.csv")}, nil, Options{Notes: &notes, Format: "csv"}) {
				if err != nil {
					continue
				}
				got = append(got, r.Doc.ID+":"+r.Doc.Text)
			}
			if rows := strings.Join(got[3:], "|"); rows != test.want {
				t.Errorf("rows\n%q, want\n%q", rows, test.want)
			}
			var said []string
			for _, s := range []struct {
				name string
				seen Seen
			}{{"unclosed", notes.Unclosed}, {"rows", notes.RowsWithin}, {"cells", notes.Cells}} {
				if s.seen.Count > 1 {
					s.name += fmt.Sprint(" ", s.seen.Count)
				}
				if s.seen.Count > 0 {
					said = append(said, s.name)
					if s.seen.First.Byte < int64(len(head)) {
						t.Errorf("%s: at byte %d, before the row", s.name, s.seen.First.Byte)
					}
				}
			}
			if note := strings.Join(said, " "); note != test.note {
				t.Errorf("notes %q, want %q", note, test.note)
			}
		})
	}
}

// TestBackslashes: a backslash before a delimiter parts no cells where quotes have backslashes too,
// and is a character where the row would have too few cells by that.
func TestBackslashes(t *testing.T) {
	for name, c := range map[string][2]string{
		"some rows":   {"id,text,x\n0,\"The council said \\\"yes\\\" to the bridge.\",c\\,d\n1,\"A storm, \\\"sadly\\\".\",plain\n2,\"The school gets a roof.\",e\n", "0|c,d 1|plain 2|e "},
		"all rows":    {"id,text,x\n0,\"The council said \\\"yes\\\" to the bridge.\",c\\,d\n1,\"A storm, \\\"sadly\\\".\",f\\,g\n2,\"The school gets a roof.\",e\\,h\n3,No quote here\\, but a comma.,e\n", "0|c,d 1|f,g 2|e,h 3|e "},
		"a character": {"id,x,text\n0,C:\\dir\\,\"The council said \\\"yes\\\" to the bridge.\"\n1,D:\\x,\"A storm, \\\"sadly\\\".\"\n", "0|C:\\dir\\ 1|D:\\x "},
	} {
		notes := &Notes{}
		recs, errs := read([]string{write(t, map[string]string{"a.csv": c[0]})}, "", Options{Originals: true, Notes: notes})
		got := ""
		for _, r := range recs {
			for _, f := range r.Original.Fields {
				if f.Name == "x" {
					got += r.Doc.ID + "|" + f.Value.(string) + " "
				}
			}
		}
		if got != c[1] || len(errs) > 0 || notes.Unclosed.Count > 0 {
			t.Errorf("%s: %q, want %q; %v, %d not closed", name, got, c[1], errs, notes.Unclosed.Count)
		}
	}
}

// TestCutSample reads tables in the sample of which a cell of many lines is cut: neither the
// delimiter nor the header is lost by that.
func TestCutSample(t *testing.T) {
	cell := strings.Repeat("A line of words, and of more; 'the end' | of it.\nOne\tmore, and one, and one; it is, a long text as it were.\n", 150) // 16 KB
	for _, d := range []string{",", ";", "\t", "|"} {
		for _, header := range []string{"id" + d + "headline" + d + "text\n", ""} {
			table := header
			for i := range 9 {
				table += fmt.Sprintf("a%d%sA line%s\"%d %s\"\n", i, d, d, i, cell)
			}
			recs, errs := read([]string{write(t, map[string]string{"a.csv": table})}, "", Options{})
			if len(recs) != 9 || len(errs) > 0 {
				t.Errorf("%q, header %q: %d records, %v", d, header, len(recs), errs)
				continue
			}
			if r := recs[8].Doc; r.Text != "8 "+cell || r.Title != "A line" && header != "" {
				t.Errorf("%q, header %q: title %q, text %.40q", d, header, r.Title, r.Text)
			}
		}
	}
}

// TestBackslashLines reads a table of MySQL in pieces: a line end after a backslash is one of the
// cell, also where the piece that was read ends there.
func TestBackslashLines(t *testing.T) {
	const table = "id\ttext\n1\tone\\\ntwo\\\nthree\n2\tfour\\\nfive"
	f := findTableForm([]byte(table), '\t', "", true)
	got := ""
	for w, err := range tableRows(iotest.OneByteReader(strings.NewReader(table)), 0, 1<<20, f, nil) {
		if err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprint(w.fields)
	}
	if want := "[{id 1} {text one\ntwo\nthree}][{id 2} {text four\nfive}]"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
