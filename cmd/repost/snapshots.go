package main

import (
	"path"
	"slices"

	"github.com/zeebo/xxh3"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/dates"
	"repost/dedup/detect"
	"repost/store"
)

// Snapshots of pages that were saved as files in a folder for each day (2025-03-04/a3.htm,
// 2025-03-05/a3.htm) are versions of documents, but ingest cannot know: the issues of a paper
// and the boxes on its pages (weather, programmes) have the same names every day too. As
// versions of each other, all but the last of those would be gone from the stories. So each
// file is a document, and where files of one name have nearly the same text, ingest says how
// to have them as versions. It costs 16 bytes for each file below a folder with a day in its
// name, and the comparison of a few texts.

const (
	mostSnapshotNames = 100_000 // that are remembered
	mostSnapshotPairs = 1000
	snapshotsCompared = 20 // of these pairs
)

// snapshots are files of one name and several days.
type snapshots struct {
	first map[uint64]uint32 // hash of a path without its day → the first document with it
	pairs [][2]uint32
}

// stored takes note of a document that was stored, or was there.
func (s *snapshots) stored(e *store.Entry, number uint32, _ store.Arrival) {
	if !isWholeFile(e) {
		return
	}
	undated := dates.WithoutDay(e.Origin.Path)
	if undated == e.Origin.Path {
		return
	}
	key := xxh3.HashString(undated)
	if first, ok := s.first[key]; ok {
		s.pair(first, number)
	} else if len(s.first) < mostSnapshotNames {
		s.first[key] = number
	}
}

// apart takes note of a document whose id is that of another one, of an earlier run perhaps.
func (s *snapshots) apart(c *store.Corpus, e *store.Entry, given string) {
	if !isWholeFile(e) {
		return
	}
	m, okM, errM := c.Number(given)
	n, okN, errN := c.Number(e.Doc.ID)
	if okM && okN && errM == nil && errN == nil { // an error will come again where it matters
		s.pair(m, n)
	}
}

func (s *snapshots) pair(m, n uint32) {
	p := [2]uint32{m, n}
	if m != n && len(s.pairs) < mostSnapshotPairs && !slices.Contains(s.pairs[max(0, len(s.pairs)-1):], p) {
		s.pairs = append(s.pairs, p)
	}
}

// isWholeFile reports whether a document is a whole file, which its path names.
func isWholeFile(e *store.Entry) bool { return e.Unnamed && e.Origin.Record == 0 }

// sample returns pairs from all over the run, at most snapshotsCompared.
func (s *snapshots) sample() [][2]uint32 {
	if len(s.pairs) <= snapshotsCompared {
		return s.pairs
	}
	var some [][2]uint32
	for i := range snapshotsCompared {
		some = append(some, s.pairs[i*len(s.pairs)/snapshotsCompared])
	}
	return some
}

// saySnapshots compares some of the pairs, and says what to do if most of them are snapshots.
func (a *app) saySnapshots(c *store.Corpus, s *snapshots) error {
	if a.quiet || len(s.pairs) == 0 {
		return nil
	}
	t := newPresenter(c)
	near, compared, example := 0, 0, [2]store.Meta{}
	for _, pair := range s.sample() {
		files, alike, err := t.snapshotsOf(pair)
		switch {
		case err != nil:
			return err
		case !sameButForDay(files[0].Origin.Path, files[1].Origin.Path):
			continue
		case alike:
			if near++; near == 1 {
				example = files
			}
		}
		compared++
	}
	if 2*near < compared || near == 0 {
		return nil
	}
	how := "{undated}" // the path without the day in it
	if id := example[1].ID; dates.WithoutDay(id) == path.Base(id) {
		how = "{name}"
	}
	a.complain("files in folders of different days have the same name and nearly the same text (%s and %s; %s of %s compared): "+
		"if they are snapshots of one page, read them with --field id=%s into a new corpus, and repost history shows what changed",
		report.Name(example[0].Origin.Path), report.Name(example[1].Origin.Path), report.Thousands(near), report.Count(compared, "pair", "pairs"), how)
	return nil
}

// snapshotsOf returns two files, and whether each text has nearly all of the other.
func (t *presenter) snapshotsOf(pair [2]uint32) (files [2]store.Meta, alike bool, err error) {
	var text [2]*detect.Text
	for i, n := range pair {
		if files[i], err = t.corpus.Meta(n); err != nil {
			return files, false, err
		}
		d, err := t.corpus.Document(n)
		if err != nil {
			return files, false, err
		}
		text[i] = t.scheme.Prepare(d.Text)
	}
	k := t.linker.Relate(text[0], text[1]).Kind
	return files, k == dedup.Identical || k == dedup.SameText || k == dedup.NearDuplicate, nil
}

// sameButForDay reports whether two files have one name, and two days in their paths.
func sameButForDay(a, b string) bool {
	dayA, okA := dates.InName(a)
	dayB, okB := dates.InName(b)
	return okA && okB && dayA != dayB && path.Base(dates.WithoutDay(a)) == path.Base(dates.WithoutDay(b))
}
