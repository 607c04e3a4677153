package main

import (
	"cmp"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/store"
)

// showMasks prints what masks each line of a document, or of a file, by the rules that
// decided. A corpus that was named is asked first, and a file goes by its rules.
func (a *app) showMasks(arg string, named bool) error {
	if isFile(arg) && (!named || a.rules != "") {
		scheme, err := a.scheme()
		if err != nil {
			return err
		}
		return a.fileMasks(cmp.Or(scheme, &detect.DefaultScheme), arg)
	}
	return a.reading(func(c *store.Corpus) error {
		n, known, err := typedNumber(c, arg)
		switch {
		case err != nil:
			return err
		case !known && isFile(arg):
			a.infof("%s is no document of %s: the file, by the rules of the corpus", arg, c.Path())
			return a.fileMasks(c.Scheme(), arg)
		case !known:
			_, err := number(c, arg)
			return err
		case isFile(arg):
			a.infof("%s is a document of %s, which is shown; without --corpus, the file of that name is", arg, c.Path())
		}
		d, err := c.Document(n)
		if err != nil {
			return err
		}
		return a.printMasks(c.Scheme(), arg, d.Text)
	})
}

func (a *app) fileMasks(s *detect.Scheme, path string) error {
	text, err := a.readText(path)
	if err != nil {
		return err
	}
	return a.printMasks(s, path, text)
}

func (a *app) printMasks(s *detect.Scheme, name, text string) error {
	p := a.printer()
	p.MaskedLines(&report.MaskedLines{ID: name, Lines: s.ExplainMasks(text), Text: text})
	return p.Err
}
