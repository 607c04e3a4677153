package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The errors of this package, for errors.Is. Each is returned with the name of the corpus
// and what to do.
var (
	// ErrNotCorpus: Open was given something else: text, another program's database, a
	// folder, or an empty file.
	ErrNotCorpus = errors.New("not a corpus")
	// ErrTruncated: Open found a file that is shorter than its own record of its length.
	ErrTruncated = errors.New("the corpus is cut short")
	// ErrNewer: Open found a corpus that a later version of the program made.
	ErrNewer = errors.New("the corpus was made by a newer version of repost; use that one")
	// ErrInUse: another process, or another Corpus of this one, held the corpus until the
	// timeout of Open. The message says which.
	ErrInUse = errors.New("held by another process")
	// ErrDamaged: a stored value or the tree around it is damaged. Any method may return
	// it, most often in a *DamageError.
	ErrDamaged = errors.New("the corpus is damaged")
	// ErrReadOnly: a writing method was called on a corpus opened for reading.
	ErrReadOnly = errors.New("opened for reading only")
	// ErrClosed: a method was called after Close.
	ErrClosed = errors.New("the corpus was closed")
	// ErrNoDocument: no document has this number.
	ErrNoDocument = errors.New("no such document")
	// ErrChanged: the stories were replaced while Stories read them.
	ErrChanged = errors.New("the stories were replaced while they were being read")
)

// SchemeError says that a corpus was made with another scheme than Options.Scheme, and what
// differs.
type SchemeError struct {
	Fields []SchemeField // sorted by name
}

// SchemeField is one field in which two schemes differ. A field that one side does not have
// is "" there.
type SchemeField struct{ Name, Corpus, Program string }

func (e *SchemeError) Error() string {
	var b strings.Builder
	b.WriteString("the corpus was made with another scheme: ")
	or := func(s string) string {
		if s == "" {
			return "unset"
		}
		return s
	}
	for i, f := range e.Fields {
		if i > 0 {
			b.WriteString("; ")
		}
		switch f.Name {
		case patternsField: // a whole file
			b.WriteString("it has other rules for what to set aside")
			continue
		case dataField: // a hash
			b.WriteString("other built-in words, patterns or folds")
			continue
		}
		fmt.Fprintf(&b, "%s is %s in the corpus, %s in this program", f.Name, or(f.Corpus), or(f.Program))
	}
	b.WriteString(". repost migrate")
	if slices.ContainsFunc(e.Fields, func(f SchemeField) bool { return f.Name == patternsField }) {
		b.WriteString(" --rules FILE")
	}
	b.WriteString(" makes it one of this program, out of its texts")
	return b.String()
}

// DamageError says which value of a corpus is damaged. It wraps ErrDamaged.
type DamageError struct {
	Bucket string
	Key    []byte
	Reason string
}

func damaged(bucket string, key []byte, format string, args ...any) error {
	return &DamageError{bucket, append([]byte(nil), key...), fmt.Sprintf(format, args...)}
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("the corpus is damaged: value %q of bucket %s %s", keyName(e.Key), e.Bucket, e.Reason)
}

func (e *DamageError) Unwrap() error { return ErrDamaged }
