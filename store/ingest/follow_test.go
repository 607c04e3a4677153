package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestFollowCome: a record is given when its line has ended, although the stream stays open.
func TestFollowCome(t *testing.T) {
	in, out := io.Pipe()
	send := func(parts ...string) {
		for _, s := range parts {
			io.WriteString(out, s)
		}
	}
	go send(`{"id":"1","text":"县城`, `大桥完工"}`, "\n")
	n := 0
	for rec, err := range Follow(in, "-", Options{}) {
		switch n++; {
		case err != nil:
			t.Fatal(err)
		case n == 1 && rec.Doc.Text == "县城大桥完工":
			go send(`{"id":"2","date":"03/04/2024","text":"河堤加固"}` + "\n") // a date that other lines may explain
		case n == 2 && rec.Doc.ID == "2":
			out.Close()
		default:
			t.Fatalf("record %d is %+v", n, rec)
		}
	}
	if n != 2 {
		t.Errorf("%d records", n)
	}
}

// TestFollow: a damaged line takes nothing of others with it, and each error has the number of
// its line and the place of it.
func TestFollow(t *testing.T) {
	lines := []string{
		"\ufeff" + `{"id":"a","text":"一"}`, `{"id":"b","text":"二`, `{"id":"c","text":"三"}`, "", "garbage", `"}{`, `[`, `{"id":"d","text":"四"},`, `]`,
		"{\"id\":\"e\",\"text\":\"\xd2\xbb\xb6\xce\xd6\xd0\xce\xc4\xce\xc4\xd7\xd6\"}", `{"id":"f"}`, `{"id":"long","text":"` + strings.Repeat("长", 1000) + `"}`,
		"{\"id\":\"g\",\"text\":\"b\xffd\"}", `{"items":[{"id":"h","text":"五"},{"id":"i","text":"六"}]}`, `{"id":"j","text":"七"}`, `[]`, ` [ ] `,
	}
	type given struct {
		line int
		id   string // or "" for an error
	}
	want := []given{{1, "a"}, {2, ""}, {3, "c"}, {5, ""}, {6, ""}, {8, "d"}, {10, "e"}, {11, ""}, {12, ""}, {13, "g"}, {14, "h"}, {14, "i"}, {15, "j"}, {16, ""}, {17, ""}}
	input := strings.Join(lines, "\n")
	for _, in := range []io.Reader{strings.NewReader(input), iotest.OneByteReader(strings.NewReader(input)), strings.NewReader(input + "\n")} {
		n := 0
		for rec, err := range Follow(in, "-", Options{MaxRecord: 1000}) {
			if n == len(want) {
				t.Fatalf("more than was sent: %+v, %v", rec, err)
			}
			got := given{rec.Origin.Record, rec.Doc.ID}
			if e := (*Error)(nil); errors.As(err, &e) {
				got = given{e.Record, ""}
				if at := int64(strings.Index(input, lines[e.Record-1])); e.Byte < at || e.Byte > at+int64(len(lines[e.Record-1])) || e.Path != "-" || e.Fatal {
					t.Errorf("error %v is of byte %d, the line of %d", err, e.Byte, at)
				}
			}
			if got != want[n] {
				t.Errorf("record %d is %v, want %v (%v)", n, got, want[n], err)
			}
			if rec.Doc.ID == "e" && rec.Doc.Text != "一段中文文字" {
				t.Errorf("a line in another encoding is read as %q", rec.Doc.Text)
			}
			n++
		}
		if n != len(want) {
			t.Errorf("%d records and errors, want %d", n, len(want))
		}
	}
}

// TestFollowEnd: when the context ends nothing more comes, and a stream that fails says so.
func TestFollowEnd(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	in, out := io.Pipe()
	go io.WriteString(out, `{"id":"1","text":"一"}`+"\n"+`{"id":"2"`)
	for _, err := range Follow(Interruptible(ctx, in), "-", Options{Context: ctx}) {
		if err != nil {
			t.Errorf("after the end: %v", err)
		}
		stop()
	}
	failed := errors.New("the disk is gone")
	n := 0
	for _, err := range Follow(io.MultiReader(strings.NewReader(`{"id":"1","text":"一"}`+"\n"), iotest.ErrReader(failed)), "x", Options{}) {
		if n++; n == 2 && !errors.Is(err, failed) {
			t.Errorf("the stream failed with %v", err)
		}
	}
	if n != 2 {
		t.Errorf("%d records and errors", n)
	}
}

// FuzzFollow: whatever comes, lines come in order, and a whole object on a line of its own is
// given whatever stands on others.
func FuzzFollow(f *testing.F) {
	f.Add([]byte(`{"id":"a","text":"一"}`+"\n{"), []byte("garbage"))
	f.Add([]byte{0xff, 0xfe}, []byte("[\n"))
	f.Add([]byte("\x1b$B"), []byte("2024-01-01 INFO {}\n"))
	f.Fuzz(func(t *testing.T, before, after []byte) {
		before = bytes.TrimSuffix(before, []byte("\n"))
		input := bytes.Join([][]byte{before, []byte(`{"id":"whole","text":"县城大桥完工"}`), after}, []byte("\n"))
		at, last, found := bytes.Count(before, []byte("\n"))+2, 0, false
		for rec, err := range Follow(bytes.NewReader(input), "-", Options{}) {
			line := rec.Origin.Record
			if e := (*Error)(nil); errors.As(err, &e) {
				line = e.Record
			}
			if line < last {
				t.Fatalf("line %d after line %d", line, last)
			}
			last = line
			found = found || line == at && rec.Doc.ID == "whole" && rec.Doc.Text == "县城大桥完工"
		}
		if !found {
			t.Errorf("the whole line was not given")
		}
	})
}
