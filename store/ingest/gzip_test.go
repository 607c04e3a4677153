package ingest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// warcNumber is a record of a crawl with a page.
func warcNumber(n int) string {
	body := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>%d</title></head><body><p>%s</p></body></html>", n, strings.Repeat(han, 3))
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-03-05T10:00:%02dZ\r\nWARC-Target-URI: http://x.example/%d\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", n, n, len(body), body)
}

// TestDamagedMembers: of a file of ten members each is damaged, cut off and followed by
// something else in turn: the other nine are read, and the damage is said.
func TestDamagedMembers(t *testing.T) {
	for _, kind := range []struct {
		file   string
		record func(n int) string
	}{
		{"a.warc.gz", warcNumber},
		{"a.jsonl.gz", func(n int) string {
			return fmt.Sprintf(`{"id":"http://x.example/%d","text":"%s"}`+"\n", n, strings.Repeat(han, 3))
		}},
	} {
		for _, n := range []int{0, 4, 9} {
			for how, hurt := range map[string]func(member string) string{
				"changed": func(m string) string {
					i := len(m) / 2
					return m[:i] + string(m[i]^0x55) + string(m[i+1]^0xaa) + m[i+2:]
				},
				"cut off":  func(m string) string { return m[:len(m)/3] },
				"cut late": func(m string) string { return m[:len(m)-6] },
				"followed": func(m string) string { return m + "and then something" },
				"padded":   func(m string) string { return m + strings.Repeat("\x00", 700) },
			} {
				var b strings.Builder
				for i := range 10 {
					m := gzipped(kind.record(i))
					if i == n {
						m = hurt(m)
					}
					b.WriteString(m)
				}
				recs, errs := read([]string{write(t, map[string]string{kind.file: b.String()})}, "", Options{})
				ids := map[string]bool{}
				for _, r := range recs {
					ids[r.Doc.ID[strings.LastIndexByte(r.Doc.ID, '/')+1:]] = true
				}
				for i := range 10 {
					if i != n && !ids[fmt.Sprint(i)] {
						t.Errorf("%s, %d %s: %d is lost (%v)", kind.file, n, how, i, errs)
					}
				}
				if (len(errs) > 0) != (how != "padded") {
					t.Errorf("%s, %d %s: %v", kind.file, n, how, errs)
				}
				for _, e := range errs {
					if s := e.Error(); strings.Contains(s, "flate") || strings.Contains(s, "invalid") {
						t.Errorf("%s: words of a library: %s", how, s)
					}
				}
			}
		}
	}
}

// TestHeadersThatBreakOff: a record whose headers break off costs no other.
func TestHeadersThatBreakOff(t *testing.T) {
	in := warcNumber(1) + "WARC/1.0\r\nWARC-Type: resp" + warcNumber(2) + warcNumber(3)
	recs, errs := read([]string{write(t, map[string]string{"a.warc": in})}, "", Options{})
	if len(recs) != 3 || len(errs) != 1 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}

// TestDamageEnds: whatever the bytes are, reading ends, and gives no more than its share.
func TestDamageEnds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	whole := []byte(strings.Repeat(gzipped(strings.Repeat("a line of text\n", 50)), 20))
	for range 200 {
		data := bytes.Clone(whole)
		for range rng.IntN(20) {
			i := rng.IntN(len(data))
			data[i] = byte(rng.Uint32())
			if rng.IntN(4) == 0 {
				data = append(data[:i], data[min(len(data), i+rng.IntN(30)):]...)
			}
		}
		g, err := newGzipStream(bytes.NewReader(data))
		if err != nil {
			continue
		}
		for total, damages := 0, 0; ; {
			n, err := g.Read(make([]byte, 1000))
			if total += n; total > 100*len(data) {
				t.Fatal("it does not end")
			}
			if err == nil {
				continue
			}
			if _, again := g.Read(make([]byte, 1)); goesOn(err) && again != err {
				t.Fatalf("%v, then %v", err, again)
			}
			if damages++; !pass(err) || damages > len(data) {
				break
			}
		}
	}
	headers := strings.Repeat("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 20_000)
	if g, err := newGzipStream(strings.NewReader(headers)); err == nil {
		if _, err := io.Copy(io.Discard, g); err == nil {
			t.Error("no error")
		}
	}
}

// TestWrongLengths: a record of WARC that is longer than it is costs none of those after it, and a
// page that shows the beginning of a record is one page.
func TestWrongLengths(t *testing.T) {
	record := func(n int, text string, more int) string {
		body := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + text + "</p>"
		return fmt.Sprintf("WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-03-05T10:00:%02dZ\r\nWARC-Target-URI: http://x.example/%d\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", n, n, len(body)+more, body)
	}
	shown := "A record:\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\n\r\nends."
	for name, c := range map[string]struct {
		more  [4]int
		wrong int
	}{"right": {}, "longer": {[4]int{0, 900}, 1}, "past the end": {[4]int{0, 90000}, 1}, "all": {[4]int{70, 70, 900, 0}, 3}, "shorter": {[4]int{0, -5}, 0}} {
		file, want := record(9, shown, 0), []string{"A record: WARC/1.0 WARC-Type: response ends."}
		for i, more := range c.more {
			text := fmt.Sprintf("The text of page number %d, by the river.", i)
			file += record(i, text, more)
			if more < 0 {
				text = strings.TrimSuffix(text, ".")
			}
			want = append(want, text)
		}
		notes := &Notes{}
		recs, errs := read([]string{"-"}, file, Options{Format: "warc", Notes: notes})
		var got []string
		for _, r := range recs {
			got = append(got, r.Doc.Text)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || name != "shorter" && len(errs) > 0 || notes.WrongLengths.Count != c.wrong {
			t.Errorf("%s: %q, %v, %d wrong", name, got, errs, notes.WrongLengths.Count)
		}
	}
	var many strings.Builder
	for i := range 3000 {
		many.WriteString(record(i%60, "Page.", 1<<20))
	}
	if recs, errs := read([]string{"-"}, many.String(), Options{Format: "warc"}); len(recs) != 3000 || len(errs) > 1 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}
