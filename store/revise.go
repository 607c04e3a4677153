package store

import (
	"encoding/hex"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/zeebo/xxh3"

	"repost/dedup/detect"
)

// What an entry is to the documents that have its id: the same, a newer version of one,
// an older one, or another document that must not take its place.
//
// An id made from the path of a file (ingest.Record.Unnamed) means that file: the same name
// in another folder is another document, and gets an id with more of its path. An id from a
// record means one document, and other contents are a version of it. But where the texts
// have nothing in common, an id that is only a count ("17", "doc-17", "x00017": many dumps count
// from 1), or that is repeated in the same run, belongs to another document, which is called
// "FILE#ID".
//
// A version whose contents are in the history of the id is not new, but for a snapshot of a page
// on another day, whose history has that it was still there, and for what a stream sends after
// another version (streamed). Which of two versions
// is newer is decided by the moment of the last change (Entry.Updated), by a file that was
// changed in place, by the dates of the documents, by the order in one file, and by the
// days in the names of their files (snapshots of a feed); else the one that came later. An
// older version is stored, and the newest stays.
//
// A file that is read again by a shorter path keeps the source and the date that its folders told
// before (keepKnown): a path that leaves them out takes nothing back.
//
// Entries without a path, of a caller that reads no files, are versions in the order in
// which they come. The cost is a lookup of the id, and for names of files one for each
// folder above them: too little to measure next to the opening of a file.

// version is a document that has the id.
type version struct {
	number uint32
	f      facts
	gone   bool
}

// reviser decides for a batch.
type reviser struct {
	a       *addition
	session *session
	known   map[string][]version // the newest last
	met     map[string]bool      // ids of this batch
	sketch  detect.Sketcher
	asked   uint32 // the document whose shingles were made last
	other   setOf
	dir     string // of the corpus
	path    string // the last one, and where it lies
	lies    string
	absPath string
}

// session is a load of many batches.
type session struct {
	seen     map[uint64]uint32 // hash of an id → the number of its document
	verbatim bool              // of documents of another corpus
	delivery *Delivery         // that adds them, or nil
	first    uint32            // the lowest number that it may give
	live     bool              // see LoadOptions

	// Of the last batch, for each entry:
	given    []string // the id that it came with
	arrivals []Arrival
}

// revision is what becomes of an entry.
type revision struct {
	what Arrival
	old  uint32 // the document that it is, or takes the place of
}

// Arrival is what becomes of a document that is loaded.
type Arrival uint8

// The ways in which documents arrive.
const (
	Added     Arrival = iota // its id is new
	Unchanged                // it is there
	Replaced                 // it is a new version of the one with its id
	Older                    // it is a version that came before the one that is there
)

func (f Arrival) String() string { return []string{"added", "unchanged", "replaced", "older"}[f] }

func (r *reviser) lookUp(names []string) error {
	var fresh []string
	for _, name := range names {
		if _, ok := r.known[name]; !ok {
			r.known[name] = nil
			fresh = append(fresh, name)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return r.a.c.versionsOf(r.a.tx, r.a.next, fresh, func(i int, n uint32, f *facts) {
		r.known[fresh[i]] = placed(r.known[fresh[i]], version{n, *f, r.a.next.retired.has(n)})
	})
}

// placed puts a version that came next among the others: last, or before the last one.
func placed(all []version, v version) []version {
	if n := len(all); v.f.older && n > 0 {
		return slices.Insert(all, n-1, v)
	}
	return append(all, v)
}

// newest returns the last of the documents with an id that this load may revise.
func (r *reviser) newest(id string) *version {
	all := r.known[id]
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1]
}

// since returns the number of the first of a document's versions that counts: one that was removed
// and came again begins anew, or the files of its later versions, read again, would change
// nothing and leave the first of them the newest.
func since(all []version) (first uint32) {
	for i := range all {
		if all[i].f.again {
			first = max(first, all[i].number)
		}
	}
	return first
}

// revise decides what an entry is. It may give it another id.
func (r *reviser) revise(e *Entry) (revision, error) {
	if r.session != nil && r.session.verbatim {
		return r.copied(e), nil
	}
	if err := r.locate(e); err != nil {
		return revision{}, err
	}
	if err := r.name(e); err != nil {
		return revision{}, err
	}
	newest := r.newest(e.Doc.ID)
	if newest != nil {
		e.keepKnown(&newest.f)
	}
	switch {
	case newest == nil:
		return revision{}, nil
	case newest.gone:
		e.again = true
		return revision{}, nil
	case newest.f.digest == e.digest && !e.otherSnapshot(&newest.f):
		return revision{Unchanged, newest.number}, nil
	case e.Origin.Path == "":
		return revision{Replaced, newest.number}, nil
	}
	order, inPlace, since := e.compare(&newest.f), e.inPlaceOf(&newest.f), since(r.known[e.Doc.ID])
	if order == 0 && r.streamed(e, newest) {
		return revision{Replaced, newest.number}, nil
	}
	for _, v := range r.known[e.Doc.ID] {
		if v.f.digest == e.digest && !e.otherSnapshot(&v.f) && v.number >= since && (order <= 0 || !inPlace && e.sameMoment(&v.f)) {
			return revision{Unchanged, v.number}, nil
		}
	}
	if order < 0 {
		return revision{Older, newest.number}, nil
	}
	return revision{Replaced, newest.number}, nil
}

// streamed reports whether an entry of a stream comes after the newest version because that came
// before it in the same load, or because all that a live stream sends is news: a page that was
// edited back is as it was before. Of a dump that is read again, no place says what came later.
func (r *reviser) streamed(e *Entry, newest *version) bool {
	return r.session != nil && e.Origin.Path == "-" && (r.session.live || newest.number >= r.session.first)
}

// copied is revise of a document of another corpus, which is what it was there.
func (r *reviser) copied(e *Entry) revision {
	e.digest = digestOf(&e.Doc)
	newest := r.newest(e.Doc.ID)
	switch {
	case newest == nil:
		return revision{}
	case e.older:
		return revision{Older, newest.number}
	case newest.gone:
		return revision{}
	}
	return revision{Replaced, newest.number}
}

// stored notes a document of the batch.
func (r *reviser) stored(e *Entry, n uint32) {
	r.known[e.Doc.ID] = placed(r.known[e.Doc.ID], version{number: n, f: e.facts(e.digest)})
}

// loaded reports whether an id was met before in this load.
func (r *reviser) loaded(id string) bool {
	if r.met[id] || r.session == nil {
		return r.met[id]
	}
	_, ok := r.session.seen[xxh3.HashString(id)]
	return ok
}

// locate says where the file of an entry lies as seen from the corpus, so that a file is
// the same one from whichever folder it is named, and when both are moved.
func (r *reviser) locate(e *Entry) error {
	if e.digest == (digest{}) {
		e.digest = digestOf(&e.Doc)
	}
	p := e.Origin.Path
	if p == "" || p == "-" || e.lies != "" {
		return nil
	}
	if p != r.path {
		if r.dir == "" {
			abs, err := filepath.Abs(r.a.c.path)
			if err != nil {
				return err
			}
			r.dir = filepath.Dir(abs)
		}
		abs, err := filepath.Abs(p)
		if err != nil {
			return err
		}
		r.path, r.absPath, r.lies = p, abs, filepath.ToSlash(abs)
		if rel, err := filepath.Rel(r.dir, abs); err == nil {
			r.lies = filepath.ToSlash(rel)
		}
	}
	e.lies, e.abs = r.lies, r.absPath
	return nil
}

// name gives an entry an id of its own if its id is that of another document.
func (r *reviser) name(e *Entry) error {
	if e.Origin.Path == "" {
		return nil
	}
	given := e.Doc.ID
	var names []string
	if e.Unnamed {
		names = e.names(given)
		if err := r.lookUp(names); err != nil {
			return err
		}
		for _, id := range names { // this file may have been read under a shorter or longer path
			if v := r.newest(id); v != nil && v.f.sameFile(e) {
				r.rename(e, id)
				return nil
			}
		}
		if r.free(e, given) {
			return nil
		}
		names = names[slices.Index(names, given)+1:]
	} else {
		if r.certain(e) {
			return nil
		}
		if !r.newest(given).f.sameFile(e) {
			names = e.filed(given)
		}
		if err := r.lookUp(names); err != nil {
			return err
		}
		for _, id := range names { // what was kept apart before
			if v := r.newest(id); v != nil && v.f.sameFile(e) && !r.loaded(id) {
				r.rename(e, id)
				return nil
			}
		}
		if !e.Local || r.newest(given).f.sameFile(e) {
			if same, err := r.sameStory(e); err != nil || same {
				return err
			}
		}
	}
	if err := r.lookUp(names); err != nil {
		return err
	}
	for _, id := range names {
		if r.free(e, id) {
			r.rename(e, id)
			return nil
		}
	}
	r.rename(e, given+"#"+hex.EncodeToString(e.digest[:6]))
	return r.lookUp([]string{e.Doc.ID})
}

func (r *reviser) rename(e *Entry, id string) {
	if id != e.Doc.ID {
		e.Doc.ID = id
		e.digest = digestOf(&e.Doc)
	}
}

// free reports whether an entry may have an id: no document has it, or the one that has it
// was read from the same file, or is the same document, which an earlier run read from a
// copy.
func (r *reviser) free(e *Entry, id string) bool {
	v := r.newest(id)
	switch {
	case v == nil:
		return true
	case v.f.sameFile(e) && !r.loaded(id):
		return true
	case !v.f.sameFile(e) && r.loaded(id):
		return false
	}
	d := e.Doc
	d.ID = id
	sum := digestOf(&d)
	return slices.ContainsFunc(r.known[id], func(v version) bool { return v.f.digest == sum })
}

// alike is the minimum share of the shorter text that two versions of one article have in
// common: of its shingles, or of its units in a text so short that one edit may change all
// shingles.
const (
	alike      = 0.25
	alikeShort = 0.5
	short      = 24 // shingles
)

// counts are ids that say no more than a place in a file, perhaps after a letter or two (x00017)
// or a word for a record.
var counts = regexp.MustCompile(`(?i)^(?:(?:[a-z]{1,2}|doc|document|docid|row|item|record|rec|article|art|news|text|txt|page|num|story|post|line|entry|sample|example|train|dev|valid|test|文章|新闻|文档|编号|记录|第)[-_ #.:]?)?0*\d{1,7}$`)

// certain reports whether an entry with an id of its own is sure to be a document that has
// this id, or a version of it.
func (r *reviser) certain(e *Entry) bool {
	v := r.newest(e.Doc.ID)
	if v == nil || v.gone || !r.loaded(e.Doc.ID) && (v.f.sameFile(e) || !e.Local && !counts.MatchString(e.Doc.ID)) {
		return true
	}
	return slices.ContainsFunc(r.known[e.Doc.ID], func(v version) bool { return v.f.digest == e.digest })
}

// sameStory reports whether an entry is a version of the document that has its id, and not
// another article with the same number.
func (r *reviser) sameStory(e *Entry) (bool, error) {
	v := r.newest(e.Doc.ID)
	if r.sketch.Scheme == nil {
		r.sketch.Scheme, r.asked = r.a.c.scheme, ^uint32(0)
	}
	if r.asked != v.number {
		text, err := r.text(v.number)
		if err != nil {
			return false, err
		}
		r.asked, r.other = v.number, r.set(text)
	}
	return r.other.alike(r.set(e.Doc.Text)), nil
}

// setOf is what of a text is compared.
type setOf struct{ shingles, units detect.Shingled }

func (r *reviser) set(text string) setOf {
	t := r.sketch.Prepare(text)
	s := setOf{shingles: r.sketch.Scheme.Shingles(t)}
	if len(t.IDs) < 4*short {
		for _, id := range t.IDs {
			s.units = append(s.units, uint64(id))
		}
		slices.Sort(s.units)
		s.units = slices.Compact(s.units)
	}
	return s
}

func (a setOf) alike(b setOf) bool {
	n := min(len(a.shingles), len(b.shingles))
	if n >= short || len(a.units) == 0 || len(b.units) == 0 {
		return float64(a.shingles.Shared(b.shingles)) >= alike*float64(n)
	}
	return float64(a.units.Shared(b.units)) >= alikeShort*float64(min(len(a.units), len(b.units)))
}

// text returns the text of a document, also of one of this batch.
func (r *reviser) text(n uint32) (string, error) {
	if first := r.a.res.First; n >= first {
		return r.a.fresh[n-first].Doc.Text, nil
	}
	d, err := r.a.c.documentAt(r.a.tx, n)
	return d.Text, err
}
