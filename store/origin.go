package store

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"repost/dedup"
	"repost/dedup/dates"
)

// facts returns what is stored of an entry, but its text.
func (e *Entry) facts(sum digest) facts {
	d := e.Doc
	d.Text = ""
	return facts{
		digest: sum, content: e.Sketch.Content, simhash: e.Sketch.SimHash, doc: d,
		bytes: uint64(len(e.Doc.Text)), units: e.Sketch.Units, origin: e.Origin,
		lies: e.lies, updated: e.Updated, older: e.older, again: e.again,
	}
}

// sameFile reports whether an entry comes from the file that a document was read from.
func (f *facts) sameFile(e *Entry) bool {
	if e.lies == "" || f.origin.Path == "" {
		return false
	}
	return f.place() == e.lies || filepath.IsAbs(e.Origin.Path) && f.origin.Path == e.Origin.Path
}

// place returns where the file of a document lies, as seen from the corpus.
func (f *facts) place() string {
	if f.lies != "" {
		return f.lies
	}
	return filepath.ToSlash(filepath.Clean(f.origin.Path))
}

// inPlaceOf reports whether an entry stands where a document was read.
func (e *Entry) inPlaceOf(f *facts) bool {
	return f.sameFile(e) && f.origin.Record == e.Origin.Record
}

// keepKnown gives the document of a whole file that was read before the source and the date that it
// had then, if it has none now, or one that its text tells: what folders tell goes before that.
func (e *Entry) keepKnown(f *facts) {
	if e.Origin.Record != 0 || !e.inPlaceOf(f) {
		return
	}
	d, known := &e.Doc, &f.doc
	source := known.Source != "" && known.Source != known.Credit && (d.Source == "" || d.Source == d.Credit)
	date := known.DateFrom == dedup.DateFromName && (d.Date == "" || d.DateFrom == dedup.DateFromText || d.DateFrom == dedup.DateFromFile)
	if source {
		d.Source, d.Credit = known.Source, known.Credit
	}
	if date {
		d.Date, d.DateFrom = known.Date, known.DateFrom
	}
	if source || date {
		e.digest = digestOf(d)
	}
}

// compare orders an entry and a version of the same document: below 0, the entry is
// older; 0, nothing says so.
func (e *Entry) compare(f *facts) int {
	if c := inTime(e.Updated, f.updated); c != 0 {
		return c
	}
	if e.inPlaceOf(f) && (e.Unnamed || dayOf(e.Origin.Path) == "") { // a snapshot stays as it is
		return 1 // its file was changed
	}
	if e.Doc.DateFrom == f.doc.DateFrom {
		if c := inTime(e.Doc.Date, f.doc.Date); c != 0 {
			return c
		}
	}
	if f.sameFile(e) && e.Origin.Record > f.origin.Record {
		return 1
	}
	return inTime(e.day(), f.day())
}

// day returns the day that the path of an entry names, as it was given or as it lies, or "".
func (e *Entry) day() string { return cmp.Or(dayOf(e.Origin.Path), dayOf(e.lies)) }

// day is Entry.day of a document.
func (f *facts) day() string { return cmp.Or(dayOf(f.origin.Path), dayOf(f.lies)) }

// sameMoment reports whether an entry is of the moment of a version with its contents.
func (e *Entry) sameMoment(f *facts) bool {
	if inTime(e.Updated, f.updated) != 0 || inTime(e.day(), f.day()) != 0 {
		return false
	}
	return !f.sameFile(e) || e.inPlaceOf(f)
}

// otherSnapshot reports whether an entry is a page as it was saved on another day than a document.
func (e *Entry) otherSnapshot(f *facts) bool {
	return e.Version && e.Origin.Record == 0 && inTime(e.day(), f.day()) != 0
}

// dayOf returns the day that the path of a file names, or "".
func dayOf(path string) string {
	if d, ok := dates.InName(path); ok {
		return d.String()
	}
	return ""
}

// inTime orders two dates; 0 is the same, or not known.
func inTime(a, b string) int {
	if a == b || a == "" || b == "" {
		return 0
	}
	x, errX := dates.Parse(a)
	y, errY := dates.Parse(b)
	switch {
	case errX != nil || errY != nil || !x.Exact() || !y.Exact():
		return 0
	case x.Timed && y.Timed && x.Zoned == y.Zoned:
		return x.Time.Compare(y.Time)
	}
	gap := x.Time.Sub(y.Time)
	if x.Zoned == y.Zoned && x.Day() != y.Day() || max(gap, -gap) > 48*time.Hour {
		return x.Time.Compare(y.Time)
	}
	return 0
}

// names returns the ids that the path of a file may give, from the last name in it to
// the whole: c.txt, b/c.txt, … for a file, c.jsonl:17 for a record of one.
func (e *Entry) names(id string) []string {
	return e.paths(id, func(path, rest string) string { return path + rest })
}

// filed returns the ids that keep a record apart from one with its id: c.jsonl#17,
// b/c.jsonl#17, …
func (e *Entry) filed(id string) []string {
	return e.paths("", func(path, _ string) string { return path + "#" + id })
}

// paths calls form with each end of the path of an entry that begins at a name, and with
// what id has after that path.
func (e *Entry) paths(id string, form func(path, rest string) string) (all []string) {
	full := norm.NFC.String(filepath.ToSlash(e.abs))
	rest := ""
	if id != "" && !strings.HasSuffix(full, id) { // the number of the record
		if at := strings.LastIndexByte(id, ':'); at > 0 {
			id, rest = id[:at], id[at:]
		}
		if !strings.HasSuffix(full, id) {
			return []string{id + rest}
		}
	}
	for at := len(full); ; {
		at = strings.LastIndexByte(full[:at], '/')
		if at+1 < len(full) {
			all = append(all, form(full[at+1:], rest))
		}
		if at <= 0 {
			break
		}
	}
	if id != "" && !slices.Contains(all, id+rest) {
		all = append(all, id+rest)
	}
	return all
}

// originString returns the origin as it is stored: the path, where it lies if that is written
// otherwise, the last change, and whether it was older than another version when it came, or
// came after its document was removed.
func (f *facts) originString() string {
	parts := []string{strings.ReplaceAll(f.origin.Path, "\x00", "\ufffd"), "", f.updated, ""}
	if f.lies != filepath.ToSlash(filepath.Clean(f.origin.Path)) {
		parts[1] = f.lies
	}
	switch {
	case f.older:
		parts[3] = "older"
	case f.again:
		parts[3] = "again"
	}
	return strings.TrimRight(strings.Join(parts, "\x00"), "\x00")
}

// readOrigin sets what originString wrote.
func (f *facts) readOrigin(s string) {
	parts := strings.SplitN(s, "\x00", 4)
	parts = append(parts, "", "", "")
	f.origin.Path, f.lies, f.updated, f.older, f.again = parts[0], parts[1], parts[2], parts[3] == "older", parts[3] == "again"
}
