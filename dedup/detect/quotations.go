package detect

import (
	"slices"

	"repost/dedup"
	"repost/dedup/align"
	"repost/dedup/cluster"
	"repost/dedup/lsh"
	"repost/shingle"
)

// Passages that are too short for an ingest. A story of one sentence cannot be
// distinguished from a common phrase, and would join texts that do not belong together; but
// a reader who looks for the source of a quotation judges the findings and wants them. Such
// a passage makes no story, so the judge of stories does not decide on it: it is text of
// some length that two texts have word for word and hardly any other has.
//
// Nor does it decide where all of the text stands in a document, however many others have it: who
// asks whether anybody carried a brief must not hear that nobody did, because everybody did.
// Short texts are looked for in this way whatever the sensitivity, if Find finds nothing; longer
// ones have words enough of their own to make a story.
//
// The index bounds what can be found: any 11 words, or 15 characters of Han, have a
// fingerprint in common with their copy. One that is rare makes a candidate: of 150 sentences of
// 14 to 35 words from Reuters, asking for two missed 7, and asking for one misses 2; of sentences of
// Chinese pages that at most three stories have, 3 and none.
//
// A text of 1,000 characters has some 250 fingerprints, of which at most keyHits
// documents each are read and aligned, quotationsAtOnce at a time.

// level is what a sensitivity asks of a passage.
type level struct {
	weight int32 // of fingerprints in common: see lsh.Enough
	grams  int   // least length, in grams: four words or eight characters
}

var levels = map[dedup.Sensitivity]level{
	dedup.Quotations: {weight: lsh.Rare, grams: 3},
	dedup.Phrases:    {weight: lsh.Rare, grams: 2},
}

// mostShort is how many units a short text has at most.
const mostShort = 256

// quotationsAtOnce is how many texts are held at once.
const quotationsAtOnce = 256

// FindQuotations is Find for shorter passages too: what Find finds, and the documents that
// have a passage of d word for word, in the same order. The relation of these is Quotes
// where nothing else is known. With dedup.Usual it is Find; but where that finds nothing of a text
// of at most 256 units, it finds the documents in which all of the text stands. d itself, a
// document of the corpus with the same id and the same text, is left out of all.
func FindQuotations(ix Index, s *Scheme, d *dedup.Document, to dedup.Sensitivity) ([]dedup.Found, error) {
	found, err := Find(ix, s, d)
	if err == nil {
		found, err = withoutItself(ix, d, found)
	}
	if err != nil {
		return nil, err
	}
	lev, ok := levels[to]
	if !ok && len(found) > 0 {
		return found, nil
	}
	t := s.Prepare(d.Text)
	if len(t.IDs) == 0 || !ok && len(t.IDs) > mostShort {
		return found, nil
	}
	if !ok {
		lev = levels[dedup.Quotations]
	}
	q, err := newQuery(ix, s, d, t, s.Sketch(t))
	if err != nil {
		return nil, err
	}
	q.weight = lev.weight
	representatives, err := q.candidates()
	if err != nil {
		return nil, err
	}
	before := map[uint32]bool{}
	for _, f := range found {
		before[f.Doc] = true
	}
	representatives = slices.DeleteFunc(representatives, func(n uint32) bool { return before[n] })
	more, err := q.quotations(representatives, lev.grams*t.gramUnits(s.Gram), !ok)
	if err != nil {
		return nil, err
	}
	for _, f := range more {
		if !before[f.Doc] {
			found = append(found, f)
		}
	}
	sortFound(found)
	return withoutItself(ix, d, found)
}

// withoutItself takes d out of what was found of it: the document with its id and its text, byte
// for byte. A copy with another id stays, and so does another text with its id.
func withoutItself(ix Index, d *dedup.Document, found []dedup.Found) ([]dedup.Found, error) {
	at := slices.IndexFunc(found, func(f dedup.Found) bool { return f.Info.ID == d.ID })
	if at < 0 || d.ID == "" {
		return found, nil
	}
	itself := false
	err := ix.Texts([]uint32{found[at].Doc}, func(_ uint32, text string) error {
		itself = text == d.Text
		return nil
	})
	if itself {
		found = slices.Delete(found, at, at+1)
	}
	return found, err
}

// quotations returns the documents that have a passage of the text of at least the given
// number of units, or all of it.
func (q *query) quotations(representatives []uint32, least int, all bool) (out []dedup.Found, err error) {
	var k Linker
	passages := map[uint32][]dedup.Chain{}
	for some := range slices.Chunk(representatives, quotationsAtOnce) {
		if err := q.read(some); err != nil {
			return nil, err
		}
		for _, n := range some {
			passages[n] = slices.DeleteFunc(k.passages(q.text, q.texts[n], least), func(c dedup.Chain) bool {
				return 8*(c.Reworded+c.OneSided) > matched(&c)
			})
		}
		clear(q.texts)
	}
	for _, n := range representatives {
		chains, err := q.quoted(n, representatives, passages, all, least)
		if err != nil {
			return nil, err
		}
		if len(chains) == 0 {
			continue
		}
		r := reposted{representative: n, quoted: true, chains: chains}
		r.ours, r.theirs = Extent(chains)
		found, err := q.found([]reposted{r})
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		clear(q.texts)
	}
	return out, nil
}

// quoted returns the passages of the text that a representative has word for word and few others
// have, or only what is all of the text.
func (q *query) quoted(n uint32, representatives []uint32, passages map[uint32][]dedup.Chain, all bool, least int) (out []dedup.Chain, err error) {
	for _, c := range passages[n] {
		own := int(matched(&c)) == len(q.text.IDs)
		if !own && !all {
			if own, err = q.owned(&c); err != nil {
				return nil, err
			}
			if !own {
				if own, err = q.ownSentence(&c, representatives, passages, least); err != nil {
					return nil, err
				}
			}
		}
		if own {
			out = append(out, c)
		}
	}
	return out, nil
}

// ownSentence reports whether a passage has a whole sentence of the text that few stories have, as
// a formula with its figures: each of its turns of speech may be in many.
func (q *query) ownSentence(c *dedup.Chain, representatives []uint32, passages map[uint32][]dedup.Chain, least int) (bool, error) {
	for _, run := range c.Runs {
		for lo := run.A; lo < run.A+run.Len; {
			hi := lo + 1
			for hi < run.A+run.Len && !q.text.startsSentence(int(hi)) {
				hi++
			}
			if int(hi-lo) >= least && q.text.startsSentence(int(lo)) && q.text.startsSentence(int(hi)) {
				few, err := q.inFew(lo, hi, representatives, passages)
				if few || err != nil {
					return few, err
				}
			}
			lo = hi
		}
	}
	return false, nil
}

// inFew reports whether few stories have the units [lo, hi) of the text in one run.
func (q *query) inFew(lo, hi int32, representatives []uint32, passages map[uint32][]dedup.Chain) (bool, error) {
	in, n := map[uint32]bool{}, 0
	has := func(r cluster.Run) bool { return r.A <= lo && hi <= r.A+r.Len }
	for _, doc := range representatives {
		if !slices.ContainsFunc(passages[doc], func(c dedup.Chain) bool { return slices.ContainsFunc(c.Runs, has) }) {
			continue
		}
		stories, err := q.storyNumbers(doc)
		if err != nil {
			return false, err
		}
		known := false
		for _, s := range stories {
			known = known || in[s]
			in[s] = true
		}
		if !known {
			n++
		}
	}
	return n <= quotedIn, nil
}

// quotedIn is the number of stories up to which a passage is a quotation: beyond that it is
// a turn of speech of its trade. With 10 a news page of 8,805 has twice as much of it.
const quotedIn = 3

// owned reports whether at least half of the fingerprints of a passage are in few stories.
func (q *query) owned(c *dedup.Chain) (bool, error) {
	last := c.Runs[len(c.Runs)-1]
	lo, hi := c.Runs[0].A, last.A+last.Len-int32(q.text.gramUnits(q.scheme.Gram))
	all, few := 0, 0
	for _, p := range q.sketch.Fingerprints {
		if pos := int32(p.Pos); pos < lo || pos > hi {
			continue
		}
		n, err := q.others(p.Hash, ours{})
		if err != nil {
			return false, err
		}
		if all++; n <= quotedIn {
			few++
		}
	}
	return all > 0 && 2*few >= all, nil
}

func matched(c *dedup.Chain) (n int32) {
	for _, r := range c.Runs {
		n += r.Len
	}
	return n
}

// spans returns the bytes of a story in both texts, with the sentences that it begins and
// ends in. A quotation is in none.
func (r *reposted) spans(a, b *Text, k *dedup.Relatedness) (ours, theirs []shingle.Span) {
	if r.quoted {
		return nil, nil
	}
	return ExpandSpans(a, r.ours, k.CoverageA >= nearly), ExpandSpans(b, r.theirs, k.CoverageB >= nearly)
}

// carriage returns what of a is in b: of a quotation the passages that it is made of, if they
// are too short for others.
func (r *reposted) carriage(k *Linker, a, b *Text, kind dedup.Relation) carriage {
	c := k.carriage(a, b, kind)
	if len(c.ours) > 0 || !r.quoted {
		return c
	}
	var runs []align.Run
	for _, c := range r.chains {
		for _, x := range c.Runs {
			runs = append(runs, align.Run{A: int(x.A), B: int(x.B), Len: int(x.Len)})
		}
	}
	return sameWords(a, b, runs)
}

// quotation says what a text and another have in common that share a passage and nothing
// else.
func (r *reposted) quotation(a, b *Text) dedup.Relatedness {
	ours, theirs := r.ours.Size(), r.theirs.Size()
	return dedup.Relatedness{
		Kind: dedup.Quotes, CoverageA: float64(ours) / float64(len(a.IDs)), CoverageB: float64(theirs) / float64(len(b.IDs)),
		Identity: 1, Matched: min(ours, theirs),
	}
}
