// Package shingle knows text and no documents: it folds what is written into
// units that compare equal when a reader would call them equal, and keeps for
// every unit the span of the original it came from.
//
//	rules := shingle.Rules{}
//	units := rules.Cut(nil, text)              // characters, words, numbers
//	hashes := shingle.Shingles(nil, units, 8)  // of width 8
//
// A character of an unspaced script (Han, kana, Hangul, Thai, …) is a unit by
// itself; a run of letters of a spaced script is one, and so is a number. Before
// they are compared, units are brought to NFKC, lower case and ASCII digits, Han
// to its simplified form; punctuation, white space and what is not seen part
// units and are none. So the spaces that a scan puts between Han, full-width
// forms, soft hyphens, variation selectors and the script make no difference,
// while 3.5 and 35, कि and का, café and cafe stay apart.
//
// The package never changes a text and gives out no other offsets than bytes of
// the original. It does not know what part of a text is a story (see package
// mask), where Han words end (see package words), or what a difference means.
package shingle
