package main

import (
	"slices"
	"strings"

	"repost/cmd/repost/internal/report"
	"repost/shingle"
	"repost/store/export"
	"repost/store/ingest"
)

// restOfFile is an input file of many records, in a format that is read and not written, of
// which a folder gets the rest: the file byte for byte, without the records that are dropped and
// those that are cut. Those that are cut are JSON lines of their fields in a file next to it.
type restOfFile struct {
	path    string // "" outside of such a file
	without []shingle.Span
	kept    int
}

// restFormats are the formats whose files are written so.
var restFormats = []string{"tei", "feed", "news", "mediawiki", "records", "vertical"}

// leave takes a record out of its file, until it is kept.
func (f *restOfFile) leave(w *originals, r *ingest.Record) error {
	if f.path != r.Origin.Path {
		if err := f.end(w); err != nil {
			return err
		}
		if w.mirror && !w.flags.annotate && r.Origin.Record > 0 && r.Original.Length > 0 && slices.Contains(restFormats, r.Original.Format) && isRegular(r.Origin.Path) && export.IsUTF8(r.Origin.Path) {
			f.path = r.Origin.Path
		}
	}
	if f.path != "" {
		lo := int(r.Origin.Byte)
		f.without = append(f.without, shingle.Span{Lo: lo, Hi: lo + int(r.Original.Length)})
	}
	return nil
}

// keep leaves the last record where it stands. It reports whether that is possible.
func (f *restOfFile) keep(r *ingest.Record) bool {
	if f.path == "" || f.path != r.Origin.Path {
		return false
	}
	f.without = f.without[:len(f.without)-1]
	f.kept++
	return true
}

// end writes the file under way.
func (f *restOfFile) end(w *originals) error {
	done := *f
	*f = restOfFile{}
	if done.kept == 0 {
		return nil
	}
	w.file = ""
	name := writable(inputName(w.paths, done.path))
	_, packing := export.ByName(name)
	return w.out.Rest(name, packing, done.path, done.without, done.kept)
}

// sayRecast says which records are not in the format of their files.
func (w *originals) sayRecast() {
	if n := len(w.recast); n > 0 {
		slices.Sort(w.recast)
		w.decide.app.infof("%s cut and written as JSON lines of %s fields, next to the other files (NAME.jsonl): a text cannot be cut in its own format (%s)",
			report.Count(n, "record was", "records were"), map[bool]string{true: "its", false: "their"}[n == 1], strings.Join(slices.Compact(w.recast), ", "))
	}
}
