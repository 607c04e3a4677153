package detect

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"repost/dedup"
	"repost/dedup/cluster"
	"repost/dedup/lsh"
	"repost/dedup/sketch"
)

// The stages of UpdateStories for callers that see a part of a corpus at a time, as package batch
// does: the texts that hold one key, a pair, a passage and its sample, a component of links,
// a story. Each calls the code that UpdateStories runs on a whole corpus, so that both find the
// same.

// KeyBits is how many bits of a fingerprint or a band, from the highest, a file of a corpus keeps
// as its key. Results depend on it where two fingerprints have one key, so all use the same.
const KeyBits = 40

// Pack returns what linking needs of t, which has these fingerprints: some two bytes a unit. The
// bytes depend on the text and the scheme alone.
func (k *Sketcher) Pack(t *Text, fingerprints []dedup.Fingerprint) []byte {
	c := k.compactOf(t, fingerprints)
	c.source = 0
	return c.pack(nil)
}

// Packed is a text as Pack packed it.
type Packed struct{ compact }

// Unpack sets p to what Pack packed, in the room that p has. Any bytes are safe.
func (p *Packed) Unpack(b []byte) error { return p.unpack(b) }

// Gram is GramOf.
func (p *Packed) Gram() int32 { return p.gram }

// Fingerprints returns the places of the fingerprints.
func (p *Packed) Fingerprints() []int32 { return p.fingerprints }

// LinkPacked returns the passages of two texts as a Link has them. The id of a sorts first.
// Pairs with the same b, unchanged, should come in a row; a may be unpacked into again.
func (k *Linker) LinkPacked(a, b *Packed) []dedup.Chain {
	defer k.forget(&a.text)
	return k.linked(&a.compact, &b.compact)
}

// linked returns the passages of two texts, with the fingerprints in them counted.
func (k *Linker) linked(a, b *compact) []dedup.Chain {
	chains := k.Chains(&a.text, &b.text)
	for i := range chains {
		chains[i].Count(a.fingerprints, b.fingerprints, a.gram)
	}
	return chains
}

// Holder is a text that holds a key: where its content's hash orders it, a number that
// texts of one source have in common, and whether it is in many crowds of bands.
type Holder struct {
	Order, Source uint64
	Crowded       bool
}

// KeyGroup is the texts that hold one key. It keeps its tables from group to group.
type KeyGroup struct {
	st      detector
	tally   *tally
	ps      []dedup.Posting
	numbers map[uint64]int32
	pivots  []int
}

// Fingerprints calls fn for each two of the texts that a fingerprint makes a hit of, with its weight.
func (g *KeyGroup) Fingerprints(all []Holder, fn func(a, b int, weight int32)) {
	g.pairs(all, lsh.FingerprintWeight, fn)
}

// Bands is Fingerprints for a band.
func (g *KeyGroup) Bands(all []Holder, fn func(a, b int, weight int32)) {
	g.pairs(all, bandWeight, fn)
}

func (g *KeyGroup) pairs(all []Holder, weight func(documents int) int32, fn func(a, b int, weight int32)) {
	w := weight(len(all))
	if w == 0 || len(all) < 2 {
		return
	}
	g.set(all)
	t := g.tally
	t.count(g.ps, nil)
	t.choose(g.ps)
	g.pivots = g.pivots[:0]
	for i := range all {
		if t.isPivot(uint32(i)) {
			g.pivots = append(g.pivots, i)
		}
	}
	for _, i := range g.pivots {
		for k := range all {
			if k == i || k < i && t.isPivot(uint32(k)) {
				continue
			}
			if s := g.st.source[i]; w < lsh.Least && t.many(s) && g.st.source[k] == s {
				continue
			}
			if w == lsh.Least {
				fn(min(i, k), max(i, k), g.st.bandWorth(w, uint32(i), uint32(k)))
			} else {
				fn(min(i, k), max(i, k), w)
			}
		}
	}
	t.reset(g.ps)
}

// set makes the texts the documents of g. Where there are fewer than can be many of one
// source, their sources make no difference.
func (g *KeyGroup) set(all []Holder) {
	n := len(all)
	st := &g.st
	st.content, st.source, st.ids = slices.Grow(st.content[:0], n)[:n], slices.Grow(st.source[:0], n)[:n], nil
	st.crowded = bitmap{}
	g.ps = g.ps[:0]
	if g.numbers == nil {
		g.numbers = map[uint64]int32{}
		g.tally = newTally(st)
	}
	clear(g.numbers)
	for i := range all {
		h := &all[i]
		st.content[i].Hi, st.source[i] = h.Order, 0
		if n >= sameSource {
			s, ok := g.numbers[h.Source]
			if !ok {
				s = int32(len(g.numbers))
				g.numbers[h.Source] = s
			}
			st.source[i] = s
		}
		if h.Crowded {
			st.crowded.add(uint32(i))
		}
		if !st.represents.has(uint32(i)) {
			st.represents.add(uint32(i))
		}
		g.ps = append(g.ps, dedup.Posting{Doc: uint32(i)})
	}
}

// IsCrowd reports whether a number of texts with one band makes it a crowd: see Crowds.
func IsCrowd(texts int) bool { return texts > lsh.AllPairs }

// Distinctive is the largest number of texts with a fingerprint that is as distinctive as can be.
const Distinctive = 2

// Witness is a text that holds a fingerprint, and where it does first and last.
type Witness struct {
	Doc         uint32
	Order       uint64
	First, Last int32
	Units       int32
}

// Recurrence is a fingerprint that many texts hold near one edge, and a sample of these.
type Recurrence struct{ r recurrence }

// Recurrences returns the recurrences of a fingerprint that all of these texts hold.
func Recurrences(key uint64, all []Witness) (out []Recurrence) {
	if len(all) < atLeast {
		return nil
	}
	var sample []witness
	for _, w := range all {
		sample = taken(sample, witness{w.Doc, w.Order, w.First, w.Last, w.Units})
	}
	for _, r := range recurrencesOf(key, sample) {
		out = append(out, Recurrence{r})
	}
	return out
}

// Key returns the fingerprint.
func (r *Recurrence) Key() uint64 { return r.r.key }

// Sampled reports whether r comes with a sample.
func (r *Recurrence) Sampled() bool { return len(r.r.sample) > 0 }

// Sample calls fn for the texts of the sample, the one of lowest order first.
func (r *Recurrence) Sample(fn func(doc uint32)) {
	for i := range r.r.sample {
		fn(r.r.sample[i].doc)
	}
}

// Append appends r; without the sample, it says what LearnedFingerprints must know.
func (r *Recurrence) Append(b []byte, sample bool) []byte {
	b = binary.AppendUvarint(b, r.r.key)
	b = append(b, byte(r.r.side))
	b = binary.AppendUvarint(b, uint64(r.r.within))
	if !sample {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(r.r.sample)))
	for _, w := range r.r.sample {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(w.doc)), uint64(w.at))
	}
	return b
}

var errRecurrence = errors.New("a fingerprint that recurs ends too early, or has a number out of range")

// ReadRecurrence reads all that Append appended to nothing. Any bytes are safe.
func ReadRecurrence(b []byte) (*Recurrence, error) {
	in := newReader(b)
	r := recurrence{key: in.Uint64(), side: side(in.Uint(1)), within: in.Int32()}
	for range in.Count() {
		r.sample = append(r.sample, sampled{doc: in.Uint32(), at: in.Int32()})
	}
	if !in.End() {
		return nil, errRecurrence
	}
	return &Recurrence{r}, nil
}

// Examiner says which recurrences are of boilerplate.
type Examiner struct{ e examiner }

// Boilerplate reports whether r is of boilerplate. text returns the texts of its sample.
func (e *Examiner) Boilerplate(r *Recurrence, text func(doc uint32) *Packed) bool {
	return e.e.boilerplate(&r.r, func(n uint32) *Text { return &text(n).text })
}

// LearnedFingerprints are fingerprints of boilerplate.
type LearnedFingerprints struct{ l learned }

// Add adds a recurrence that is of boilerplate.
func (l *LearnedFingerprints) Add(r *Recurrence) {
	if l.l == nil {
		l.l = learned{}
	}
	l.l.add(&r.r)
}

// In reports whether a fingerprint at a unit of a text of that many units is boilerplate.
func (l *LearnedFingerprints) In(key uint64, pos, units int32) bool { return l.l.in(key, pos, units) }

// SetAside returns the units of a text that are boilerplate, by the places of its fingerprints
// that are.
func SetAside(places []int32, units, gram int32) cluster.Set {
	if len(places) == 0 {
		return nil
	}
	ivs := make([]cluster.Interval, len(places))
	for i, pos := range places {
		ivs[i] = cluster.Interval{Lo: pos, Hi: min(pos+gram, units)}
	}
	return runsOf(cluster.Of(ivs), units, gram)
}

// Draft is a story before its members are described, the centre first.
type Draft []DraftMember

// DraftMember is a document of a Draft, the units of it that are of the story, and whether
// it has no other story.
type DraftMember struct {
	Doc   uint32
	Units cluster.Set
	Alone bool
}

// DraftDoc is a document that may be in a Draft. Units counts only for representatives, Place (see
// Info.PlaceInTime) only where there are copies.
type DraftDoc struct {
	Head  uint32
	Units uint32
	Place uint64
}

// Drafts returns the stories that groups of nodes make, and those of copies that are in
// none. Documents are numbered in the order of their ids; numbers are those of docs.
func Drafts(all []DraftDoc, numbers []uint32, docs []cluster.Doc, groups []cluster.Story) []Draft {
	st := &detector{copies: map[uint32][]uint32{}}
	for n, d := range all {
		id := binary.BigEndian.AppendUint32(nil, uint32(n)) // what sorts as the id does
		st.ids, st.representative = append(st.ids, string(id)), append(st.representative, d.Head)
		st.units, st.times = append(st.units, d.Units), append(st.times, d.Place)
		st.copies[d.Head] = append(st.copies[d.Head], uint32(n))
	}
	maps.DeleteFunc(st.copies, func(_ uint32, class []uint32) bool { return len(class) == 1 })
	v := &linkGraph{st: st, numbers: numbers, docs: docs}
	var out []Draft
	for _, s := range v.made(groups, st.copies) {
		d := make(Draft, len(s.Members))
		for i, m := range s.Members {
			d[i] = DraftMember{m.Doc, s.parts[i], v.carried[st.representative[m.Doc]] <= 1}
		}
		out = append(out, d)
	}
	return out
}

// Describer describes the members of stories, which come one after the other.
type Describer struct {
	expander *spanExpander
	draft    draftStory
	centre   *compact
}

// NewDescriber returns a Describer.
func NewDescriber(texts *TextCache) *Describer {
	v := &linkGraph{st: &detector{scheme: texts.scheme}}
	d := &Describer{expander: v.spanExpander(nil)}
	d.expander.sketcher.texts = texts
	d.reset()
	return d
}

func (d *Describer) reset() {
	k := d.expander
	k.st.ids, k.st.representative, k.st.content = nil, nil, nil
	k.carried = map[uint32]int{}
	k.indexed, k.whole = nil, nil
	d.draft, d.centre = draftStory{}, nil
}

// Add adds the next member of a story, the centre first.
func (d *Describer) Add(id, text string, units cluster.Set, alone bool) error {
	k, n := d.expander, uint32(len(d.expander.st.ids))
	t := k.sketcher.Prepare(text)
	if len(units) == 0 || units[0].Lo < 0 || int(units[len(units)-1].Hi) > len(t.Units) {
		return errors.New("units of a story that its document does not have: was it changed since?")
	}
	k.st.ids, k.st.representative = append(k.st.ids, id), append(k.st.representative, n)
	k.st.content = append(k.st.content, sketch.ContentOf(t.folded(nil)))
	if k.carried[n] = 2; alone {
		k.carried[n] = 1
	}
	d.draft.Members = append(d.draft.Members, dedup.Member{Doc: n})
	d.draft.parts, d.draft.back = append(d.draft.parts, units), append(d.draft.back, 0)
	if n == 0 {
		d.centre = k.sketcher.compactOf(t, k.sketcher.fingerprints(t))
		k.wholeDoc, k.whole = n, t
	}
	return k.describe(&d.draft, int(n), t, func(uint32, *compact) (*compact, error) { return d.centre, nil })
}

// Story returns the story whose members were added. Its documents are numbered in that
// order.
func (d *Describer) Story() dedup.Story {
	d.expander.finish(&d.draft)
	s := d.draft.Story
	d.reset()
	return s
}

// Distinguish puts stories in their order, as a corpus keeps them, and gives each an id of its
// own. ids are those of the documents that they number.
func Distinguish(stories []dedup.Story, ids []string) []KeptStory {
	v := &linkGraph{st: &detector{ids: ids}}
	drafts := make([]draftStory, len(stories))
	for i := range stories {
		drafts[i].Story = stories[i]
	}
	return v.ordered(drafts)
}
