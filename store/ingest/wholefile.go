package ingest

import "io"

// wholeFile keeps the bytes of a file that is one document and cannot be read from the disk
// again, as one in an archive: up to most.
type wholeFile struct {
	most int
	b    []byte
	not  bool // it is longer, or holds several documents
}

func (w *wholeFile) Write(b []byte) (int, error) {
	if w.not = w.not || len(w.b)+len(b) > w.most; w.not {
		w.b = nil
	} else {
		w.b = append(w.b, b...)
	}
	return len(b), nil
}

// rest reads the file to its end and returns all of it, if the record of that number is all that
// it holds; else nil.
func (w *wholeFile) rest(in io.Reader, number int) []byte {
	switch {
	case w == nil:
		return nil
	case number > 0:
		w.not, w.b = true, nil
		return nil
	}
	if _, err := io.Copy(io.Discard, in); err != nil || w.not {
		return nil
	}
	return w.b
}
