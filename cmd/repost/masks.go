package main

import (
	"cmp"

	"repost/cmd/repost/internal/report"
	"repost/dedup/detect"
	"repost/store"
)

// showMasks prints what masks each line of a document, or of a file, by the rules that
// decided.
func (a *app) showMasks(arg string) error {
	if isFile(arg) {
		text, err := a.readText(arg)
		if err != nil {
			return err
		}
		scheme, err := a.scheme()
		if err != nil {
			return err
		}
		return a.printMasks(cmp.Or(scheme, &detect.DefaultScheme), arg, text)
	}
	return a.reading(func(c *store.Corpus) error {
		n, err := number(c, arg)
		if err != nil {
			return err
		}
		d, err := c.Document(n)
		if err != nil {
			return err
		}
		return a.printMasks(c.Scheme(), arg, d.Text)
	})
}

func (a *app) printMasks(s *detect.Scheme, name, text string) error {
	p := a.printer()
	p.MaskedLines(&report.MaskedLines{ID: name, Lines: s.ExplainMasks(text), Text: text})
	return p.Err
}
