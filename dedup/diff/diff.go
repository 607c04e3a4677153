// Package diff says how two texts that carry the same story differ, the way an
// editor reads: which blocks stand in place, moved, were repeated, left out or
// put in, and inside them every change with its grade, its class and the rule
// that decided.
//
//	r := diff.Compare(diff.Side{Text: a}, diff.Side{Text: b}, diff.Options{})
//	for _, c := range r.Changes { fmt.Println(c.Grade, c.Class, c.AText, c.BText) }
//
// It knows texts, spans and masks. It knows no documents, prints nothing, and
// gives the same result for the same input, without clocks or chance.
package diff

import (
	"repost/shingle"
	"repost/shingle/mask"
)

// Side is one of the two texts.
type Side struct {
	Text string
	// Masks are set aside from the comparison and reported in the result. Masks
	// for bylines, datelines, source lines and photo credits are compared where
	// both sides have them; on one side alone they are no change.
	Masks []mask.Mask
	// Spans are the parts of Text that belong to the story, ascending and
	// disjoint; nil is all of it. Text outside is looked at only for small blocks
	// of the other side that moved: captions and the byline.
	Spans []shingle.Span
	// Others are the parts of Text that belong to each other story, if that is known: see Frame.
	Others [][]shingle.Span
}

// Options change how texts are compared. The zero value is the default.
type Options struct {
	// Rules are the folds under which two units are the same.
	Rules shingle.Rules
	// Characters shows changes as they are, not widened to the words and names
	// that they touch.
	Characters bool
	// Masked compares what is masked too: what only one side has of it is a minor change.
	Masked bool
	// Work bounds the steps of the character alignment; 0 means DefaultWork.
	Work int

	inner bool // of a passage that is repeated: see repeats
}

// DefaultWork is the default bound of the character alignment, in steps: about
// a quarter of a second.
const DefaultWork = 1 << 24

// Result is what Compare found. It is written as JSON by `diff --json`, which
// adds the two documents and their relation.
type Result struct {
	Blocks  []Block     `json:"blocks"`
	Changes []Change    `json:"changes"`
	Groups  []Group     `json:"groups,omitempty"` // changes that are one, at several places
	MaskedA []mask.Mask `json:"masked_a"`
	MaskedB []mask.Mask `json:"masked_b"`
	Caps    []string    `json:"caps"` // bounds that were reached, in words
	Summary Summary     `json:"summary"`
	// Script turns the story of A into that of B: see Apply.
	Script Script `json:"-"`
}

// BlockKind says what became of a block.
type BlockKind string

// The kinds of blocks. A block that stands on one side alone has an empty span
// on the other, at the place where it would stand.
const (
	InPlace  BlockKind = "in-place"
	Moved    BlockKind = "moved"
	Repeated BlockKind = "repeated" // one text has it once more: see Block.Again
	Inserted BlockKind = "inserted"
	Omitted  BlockKind = "omitted"
	Split    BlockKind = "split"  // one paragraph of A, several of B
	Merged   BlockKind = "merged" // several paragraphs of A, one of B
)

// Block is a passage of one or both texts.
type Block struct {
	A    shingle.Span `json:"a"`
	B    shingle.Span `json:"b"`
	Kind BlockKind    `json:"kind"`
	// Number counts moved blocks from 1, in the order of A.
	Number int `json:"number,omitempty"`
	// Other says that the block is no part of the story but what stands around it
	// on the page: headlines, captions, other stories.
	Other bool `json:"other,omitempty"`
	// Again is the side, "a" or "b", that has a repeated block once more.
	Again string `json:"again,omitempty"`
}

// Grade is how much a change matters.
type Grade string

// The grades.
const (
	Cosmetic    Grade = "cosmetic"
	Minor       Grade = "minor"
	Substantive Grade = "substantive"
)

// Class says what a change is about.
type Class string

// The classes of changes.
const (
	Width       Class = "width"
	Punctuation Class = "punctuation"
	Quotes      Class = "quotes"
	Space       Class = "space"
	LineBreak   Class = "line-break"
	Case        Class = "case"
	OtherScript Class = "script"
	Numeral     Class = "numeral-style"
	DateFormat  Class = "date-format"
	Spelling    Class = "spelling" // organise and organize, Abs. and Absatz

	ReportingVerb Class = "reporting-verb"
	FunctionWord  Class = "function-word"
	Wording       Class = "wording"
	Marks         Class = "marks"      // accents alone
	Renumbered    Class = "renumbered" // another number of an article, after one was put in

	Number       Class = "number"
	Amount       Class = "amount"
	Date         Class = "date"
	Person       Class = "person"
	Title        Class = "title"
	Term         Class = "term" // another thing: wheat for rice, one law for another
	Organisation Class = "organisation"
	Place        Class = "place"
	Negation     Class = "negation"
	Modality     Class = "modality"
	Quotation    Class = "quotation"
	Attribution  Class = "attribution"
	Headline     Class = "headline"
	Byline       Class = "byline"
	SourceLine   Class = "source-line"
	Omission     Class = "omission"
	Addition     Class = "addition"
)

// Change is one difference. A and B are what a reader should see of it, whole
// words and names; CoreA and CoreB, inside them, are what differs.
type Change struct {
	A       shingle.Span `json:"a"`
	B       shingle.Span `json:"b"`
	AText   string       `json:"a_text"`
	BText   string       `json:"b_text"`
	Grade   Grade        `json:"grade"`
	Class   Class        `json:"class"`
	Reasons []string     `json:"reasons"`
	Hint    string       `json:"hint,omitempty"` // LikelyOCR or nothing
	CoreA   shingle.Span `json:"core_a"`
	CoreB   shingle.Span `json:"core_b"`
	// Repeated says that the change stands inside a block of kind Repeated: one of its
	// sides lies in the passage that is repeated, where another change may stand too.
	Repeated bool `json:"repeated,omitempty"`
	// Group is the number of the group that the change belongs to, from 1; 0 is none.
	Group int `json:"group,omitempty"`

	system string // of a renumbered label
	from   int    // its number in A
}

// LikelyOCR is the hint of a change whose characters look alike.
const LikelyOCR = "likely OCR"

// Summary counts what a Result holds; the changes of a group are one.
type Summary struct {
	Substantive int          `json:"substantive"`
	Minor       int          `json:"minor"`
	Cosmetic    int          `json:"cosmetic"`
	Classes     []ClassCount `json:"classes"` // by grade, gravest first, then by name
	Moved       int          `json:"moved"`
	Repeated    int          `json:"repeated"`
	Inserted    int          `json:"inserted"`
	Omitted     int          `json:"omitted"`
}

// ClassCount is how many changes of one grade and class there are.
type ClassCount struct {
	Grade Grade `json:"grade"`
	Class Class `json:"class"`
	Count int   `json:"count"`
}
