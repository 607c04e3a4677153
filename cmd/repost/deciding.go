package main

import (
	"os"

	"repost/cmd/repost/internal/report"
	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/export"
)

// deciding is what dedup and export have in common, from their flags to their summary: they
// write the documents that are kept, list those that are dropped, and count both.
type deciding struct {
	app     *app
	flags   *keepFlags
	target  *target
	keep    detect.KeepOptions
	opt     export.Options
	dropped *tableFile
	outcome *outcome
	places  bool // the list says where documents were read
	again   int  // documents that an earlier run wrote

	survivors *store.Survival
	cutter    *cutter // nil cuts nothing
}

// deciding checks the flags. inputs are files that must not be written over, others are
// flags that name a file to write.
func (a *app) deciding(f *keepFlags, t *target, others map[string]string, inputs ...string) (*deciding, error) {
	d := &deciding{app: a, flags: f, target: t, outcome: newOutcome()}
	var err error
	if d.keep, err = f.options(); err != nil {
		return nil, err
	}
	if d.opt, err = t.options(); err != nil {
		return nil, err
	}
	files := map[string]string{"output": t.file(), "dropped": f.dropped, "manifest": t.manifest}
	for flag, name := range others {
		files[flag] = name
	}
	return d, a.outputs(files, inputs...)
}

// begin begins the list of what is dropped. The caller defers abort.
func (d *deciding) begin() (err error) {
	d.dropped, err = newDroppedList(d.flags.dropped, d.places)
	return err
}

func (d *deciding) abort() { d.dropped.abort() }

// decided notes what is kept.
func (d *deciding) decided(c *store.Corpus, v *store.Survival) {
	d.survivors = v
	if d.flags.passages || d.flags.mask {
		d.cutter = &cutter{v, c.Scheme(), d.flags.mask}
	}
}

// document counts a document, lists it if it is dropped, and calls write if it is written:
// with its text, which may have been cut, and with --annotate a note. It returns whether the
// document is kept.
func (d *deciding) document(doc *dedup.Document, n uint32, fate *detect.Fate, write func(text string, note *store.Note) error) (kept bool, err error) {
	o := d.outcome
	text := doc.Text
	if d.cutter != nil && fate.Kept() {
		if text = d.cutter.cut(n, text); text != doc.Text && detect.IsEmpty(text) { // a record without a text is no record
			text, fate = doc.Text, &detect.Fate{By: []uint32{n}, Rule: detect.NothingLeft}
		}
	}
	kept = fate.Kept()
	o.add(fate, doc.Source, len(doc.Text))
	if !kept && fate.By[0] == n && fate.Rule == detect.BySeen {
		d.again++
	}
	var note *store.Note
	if d.flags.annotate || !kept && d.dropped != nil {
		if note, err = d.survivors.Note(n); err != nil {
			return kept, err
		}
		if fate.Rule == detect.NothingLeft {
			note.Kept, note.Rule = false, detect.NothingLeft
		}
	}
	if !kept && d.dropped != nil {
		if err := d.dropped.row(droppedRow(doc, note, d.places)...); err != nil {
			return kept, err
		}
	}
	if !kept && !d.flags.annotate {
		return kept, nil
	}
	if !d.flags.annotate {
		note = nil
	}
	if text != doc.Text {
		o.Cut++
		o.BytesKept -= int64(len(doc.Text) - len(text))
	}
	return kept, write(text, note)
}

// end brings all that was written to disk, and only then gives it its names, the output last.
// It calls delivered when all is there, and prints the summary.
func (d *deciding) end(out *export.Writer, delivered func() error) error {
	if d.repeats() {
		out.Abort()
		d.dropped.abort()
		return d.nothingNew(delivered)
	}
	if err := d.dropped.finish(); err != nil {
		return err
	}
	if err := out.Finish(); err != nil {
		return err
	}
	m := out.Manifest()
	manifest, err := d.target.newManifest(&m)
	if err != nil {
		return err
	}
	defer manifest.drop()
	for _, step := range []func() error{d.dropped.commit, manifest.commit, out.Commit, d.app.stdout.Flush, delivered} {
		if err := step(); err != nil {
			return err
		}
	}
	d.unknownSources()
	d.outcome.finish(d.survivors)
	d.outcome.Output, d.outcome.name = &m, d.target.file()
	d.app.say(d.outcome, d.target.out == "-")
	return nil
}

// repeats reports whether nothing of the input is new, some of it was written before, and the
// output is there with something in it: most likely by the same command. Written again it would be empty, and what it
// had would stand nowhere. (A folder must be empty anyway.)
func (d *deciding) repeats() bool {
	name := d.target.file()
	if d.flags.annotate || d.outcome.Kept > 0 || d.again == 0 || name == "" {
		return false
	}
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// nothingNew ends a run that leaves its outputs as they were.
func (d *deciding) nothingNew(delivered func() error) error {
	if err := delivered(); err != nil {
		return err
	}
	d.unknownSources()
	d.outcome.finish(d.survivors)
	d.app.say(d.outcome, false)
	return d.app.none("an earlier run wrote all of this, or what holds it: %s stays as it was", report.Name(d.target.file()))
}
