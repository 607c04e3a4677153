package detect

import (
	"slices"

	"repost/dedup"
	"repost/dedup/sketch"
	"repost/shingle"
	"repost/shingle/mask"
)

// Sketcher makes many texts ready and sketches them under one Scheme. It keeps its
// tables from text to text, so that a text costs no allocation. It is not safe for
// concurrent use: each worker has its own.
//
//	k := Sketcher{Scheme: &DefaultScheme}
//	for _, d := range docs {
//		use(k.Sketch(k.Prepare(d.Text)))
//	}
type Sketcher struct {
	Scheme *Scheme

	texts  *TextCache // nil: each text is prepared when it is asked for
	finder mask.Finder
	text   Text
	grams  []uint64
	folded []byte
	found  []dedup.Fingerprint
	bands  []uint64 // blocks that sketches are cut from: the parts before len are given out
	kept   []dedup.Fingerprint
}

// Prepare is Scheme.Prepare, but its Text is valid until the next call only.
func (k *Sketcher) Prepare(text string) *Text {
	if k.texts != nil {
		return k.ruler(text).text
	}
	k.Scheme.prepare(&k.text, &k.finder, text)
	return &k.text
}

// ruler returns the ruler of a text, valid as Prepare's Text is.
func (k *Sketcher) ruler(text string) *ruler {
	if k.texts != nil {
		return k.texts.ruler(text, &k.finder)
	}
	return newRuler(k.Prepare(text))
}

// fewFingerprints is how often a text has one fingerprint in the index. A story that stands
// four times on a page is still found each time.
const fewFingerprints = 4

// Sketch is Scheme.Sketch. What it returns stays valid.
func (k *Sketcher) Sketch(t *Text) dedup.Sketch {
	out := k.Whole(t)
	if len(t.IDs) > 0 {
		fingerprints := k.fingerprints(t)
		out.Fingerprints = append(room(&k.kept, len(fingerprints)), fingerprints...)
	}
	return out
}

// Whole is Sketch without fingerprints: the rest finds texts that are similar as a whole.
func (k *Sketcher) Whole(t *Text) dedup.Sketch {
	out := dedup.Sketch{Units: uint32(len(t.IDs))}
	if len(t.IDs) == 0 {
		return out
	}
	var sig sketch.Signature
	k.grams = shingle.Shingles(k.grams[:0], t.Units, k.Scheme.MinGram)
	sig.Set(k.grams)
	out.SimHash = sketch.SimHash(k.grams)
	if t.ofFewSigns(k.Scheme.MinGram) {
		k.grams = shingle.Shingles(k.grams[:0], t.Units, monotonous*k.Scheme.MinGram)
		sig.Set(k.grams)
	}
	out.Bands = sig.BandKeys(room(&k.bands, sketch.Bands))
	k.folded = t.folded(k.folded[:0])
	out.Content = sketch.ContentOf(k.folded)
	return out
}

// fingerprints returns the fingerprints of t that an index holds, until the next call.
func (k *Sketcher) fingerprints(t *Text) []dedup.Fingerprint {
	k.grams = shingle.Shingles(k.grams[:0], t.Units, k.Scheme.Gram)
	k.found = sketch.Winnow(slices.Grow(k.found[:0], len(k.grams)/4+1), k.grams, k.Scheme.Window)
	widen(k.found, t.Units, k.Scheme.Gram)
	return sketch.Thin(k.found, fewFingerprints)
}

// room returns an empty slice with room for n, cut from a block. The first block is
// no larger than need be, and each is twice the one before, up to some thousands.
func room[T any](block *[]T, n int) []T {
	at := len(*block)
	if cap(*block)-at < n {
		*block, at = make([]T, 0, max(n, min(2*cap(*block), 1<<12))), 0
	}
	*block = (*block)[:at+n]
	return (*block)[at : at : at+n]
}
