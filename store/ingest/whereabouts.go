package ingest

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"repost/dedup/dates"
)

// Where a record is counts as fields of it, which Options.Fields may name: its file, the
// name of that without its extension, the folder that it is in, and the folders below the
// one that was given, from the outermost on. undated is the file without the day in its
// path, which is one for all snapshots of a page.
//
// A date of them is the day on which somebody saved the record, and no word of the outlet:
// it weighs like any date in the name of a file (dedup.DateFromName), and no last change of
// the record is taken from there. Versions are put in the order of those days anyway.

func (s *source) whereabouts(number int) []Field {
	parts := strings.Split(s.id, "/")
	name := parts[len(parts)-1]
	fields := []Field{
		{"file", s.id}, {"name", strings.TrimSuffix(name, path.Ext(name))}, {"record", int64(number)},
		{"undated", cmp.Or(dates.WithoutDay(s.id), s.id)},
	}
	for i, folder := range parts[:len(parts)-1] {
		fields = append(fields, Field{fmt.Sprint("folder", i+1), folder})
	}
	if folder := path.Base(path.Dir(idOf(s.path))); folder != "." && folder != "/" && s.path != "-" {
		fields = append(fields, Field{"folder", folder})
	} else if abs, err := filepath.Abs(s.path); err == nil && s.path != "-" {
		fields = append(fields, Field{"folder", idOf(filepath.Base(filepath.Dir(abs)))})
	}
	return fields
}

// columns returns the columns that the folders of a file name, as tables of Hive and Spark are
// written (source=Alpha/year=2024/part-0.parquet), but for those that its records have.
func (s *source) columns(own []Field) (all []Field) {
	if s.hive == nil {
		s.hive = []Field{}
		for part := range strings.SplitSeq(path.Dir(s.place()), "/") {
			name, written, ok := strings.Cut(part, "=")
			if !ok || !folderColumn.MatchString(name) || written == "__HIVE_DEFAULT_PARTITION__" {
				continue
			}
			if plain, err := url.PathUnescape(written); err == nil {
				written = plain
			}
			var value any = written
			if n, err := strconv.ParseInt(written, 10, 64); err == nil && strconv.FormatInt(n, 10) == written {
				value = n
			}
			s.hive = append(s.hive, Field{name, value})
		}
	}
	for _, f := range s.hive {
		if !slices.ContainsFunc(own, func(o Field) bool { return o.Name == f.Name }) {
			all = append(all, f)
		}
	}
	return all
}

var folderColumn = regexp.MustCompile(`^[\pL_][\pL\pN_]{0,63}$`)

// place returns the path of a file below the folder that was given, with the name of that
// folder: it may be the day of the snapshots in it, and be named by "." alone.
func (s *source) place() string {
	abs, err := filepath.Abs(s.path)
	root, below := strings.CutSuffix(idOf(abs), "/"+s.id)
	if err != nil || !below || s.path == "-" {
		return s.id
	}
	return path.Join(path.Base(root), s.id)
}

// isPlace reports whether a choice takes all it has from where a record is, one with these
// fields of its own.
func (c *FieldChoice) isPlace(own []Field) bool {
	from := 0
	for _, p := range c.parts {
		if p.path == "" {
			continue
		}
		if _, _, ok := lookup(own, p.path); ok {
			return false
		}
		from++
	}
	return from > 0
}
