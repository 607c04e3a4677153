package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store/ingest"
	"repost/store/newfile"
)

// RepairReport says what Repair kept.
type RepairReport struct {
	Documents int    `json:"documents"` // retired ones included
	Lost      int    `json:"lost"`
	GivenUp   string `json:"given_up,omitempty"` // with a damaged head of the file
	// LostValues are the names of values kept by SetState that cannot be read; "values" is all
	// that come after what can.
	LostValues []string `json:"lost_values,omitempty"`
	Old        string   `json:"old"` // the file as it was
}

// Repair makes a corpus again of the documents of the one at path that can be
// read, and of the values that SetState was given: everything else, indexes, links and stories,
// follows from the texts under opt.Scheme. It takes the time of an ingest. Documents that follow a lost one get other
// numbers. The old file keeps its bytes, under the name in the report.
//
// That is also how a corpus moves to another scheme: see Migrate. The corpus at path must open: a
// file whose tree is damaged can only be restored from a copy.
func Repair(ctx context.Context, path string, opt Options, progress dedup.Progress) (RepairReport, error) {
	path = newfile.Linked(path)
	r := RepairReport{Old: path + ".old"}
	if old, err := os.Lstat(r.Old); err == nil && sameFile(path, old) {
		os.Remove(r.Old) // its other name: a process was killed before the new file got it
	} else if err == nil {
		return r, fmt.Errorf("%s is there already, from an earlier time; move or remove it", r.Old)
	}
	from, err := Open(path, Options{ReadOnly: true, Timeout: opt.Timeout, still: true, AnyScheme: true})
	if err != nil {
		return r, err
	}
	defer from.Close()
	r.GivenUp = from.Loss()
	like := opt.schemeLike(from.scheme)
	if err := like.Check(); err != nil {
		return r, fmt.Errorf("its rules for what to set aside do not fit this program: %w; repost migrate --rules FILE gives it others", err)
	}
	err = replaceFile(path, r.Old, func(temp string) error {
		to, err := Open(temp, Options{Create: true, of: path, Timeout: opt.Timeout, Scheme: like, noSync: opt.noSync})
		if err != nil {
			return err
		}
		return errors.Join(r.copy(ctx, from, to, progress), to.Close())
	})
	return r, err
}

// Migrate is Repair for a corpus of another version of the program. One of this version
// is left as it is, and the report names no old file.
func Migrate(ctx context.Context, path string, opt Options, progress dedup.Progress) (RepairReport, error) {
	c, err := Open(path, Options{ReadOnly: true, Timeout: opt.Timeout, AnyScheme: true})
	if err != nil {
		return RepairReport{}, err
	}
	current, err := c.current(opt.schemeLike(c.scheme))
	r := RepairReport{Documents: int(c.Next())}
	if err := cmp.Or(err, c.Close()); err != nil || current {
		return r, err
	}
	return Repair(ctx, path, opt, progress)
}

// current reports whether all of a corpus has the form that this version gives it.
func (c *Corpus) current(s *detect.Scheme) (yes bool, err error) {
	err = c.read(func(tx *txn, v *view) error {
		value, err := get(tx, bucketCorpus, keyFormat)
		version, _ := binary.Uvarint(bytes.TrimPrefix(value, []byte(formatName)))
		yes = version == formatVersion && v.LinkForm == linkForm && compareSchemes(c.stamp, s.String()) == nil
		return err
	})
	return yes, err
}

// sameFile reports whether a file is the one at path.
func sameFile(path string, file fs.FileInfo) bool {
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(there, file)
}

// replaceFile calls write with a name in the folder of path, and then renames what was
// written to path; the file that was there gets the name old, or is removed if that is "".
// At any moment there is a whole file at path.
func replaceFile(path, old string, write func(temp string) error) error {
	temp := newfile.Name(path)
	if _, err := os.Lstat(temp); err == nil {
		if !newfile.Abandoned(temp) {
			return fmt.Errorf("%s: %w, which makes a new corpus there", temp, ErrInUse)
		}
		if err := os.Remove(temp); err != nil {
			return err
		}
	}
	defer os.Remove(temp)
	if err := write(temp); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil {
		newfile.KeepOwner(temp, info)
		if err := os.Chmod(temp, info.Mode().Perm()); err != nil {
			return err
		}
	}
	if old != "" {
		if err := os.Link(path, old); err != nil {
			return err
		}
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return newfile.SyncDir(filepath.Dir(path))
}

// copy adds all documents of one corpus to another, versions in order.
func (r *RepairReport) copy(ctx context.Context, from, to *Corpus, progress dedup.Progress) error {
	gone := map[string]bool{} // ids that were removed
	var absent [2]ranges
	report, err := fill(ctx, to, from.readable(gone, &r.Lost, &absent), LoadOptions{Progress: progress, verbatim: true}.withDefaults())
	if err != nil {
		return err
	}
	r.Documents = report.Read
	var removed []uint32
	for id, out := range gone {
		n, ok, err := to.Number(id)
		if err != nil {
			return err
		}
		if out && ok {
			removed = append(removed, n)
		}
	}
	if err := errors.Join(to.Remove(removed), to.setAbsent(absent[0], absent[1])); err != nil {
		return err
	}
	again := func(name string) bool { return derived(name) || name == detect.StateCaps } // with the links
	if err := to.copyValues(from, again, &r.LostValues); err != nil {
		return err
	}
	if err := to.UpdateStories(ctx, progress); err != nil {
		return err
	}
	if err := to.copyChanges(from); !errors.Is(err, ErrDamaged) {
		return err
	}
	return nil // what became of stories cannot be made again
}

// readable yields all documents that can be read, oldest first, and counts the
// others. In gone it says of each id whether its last version is retired, and in absent which
// of those that it yields, by their order, are undelivered, and which were dropped: all, if that
// cannot be read.
func (c *Corpus) readable(gone map[string]bool, lost *int, absent *[2]ranges) iter.Seq2[ingest.Record, error] {
	return func(yield func(ingest.Record, error) bool) {
		v := c.view.Load()
		var were [2]ranges
		for i, name := range []string{stateUndelivered, stateDropped} {
			var err error
			if were[i], err = c.rangesAt(name); err != nil {
				were[i] = ranges{{0, v.Documents}}
			}
		}
		i := uint32(0)
		for n := range v.Documents {
			var rec ingest.Record
			older := false
			err := c.read(func(tx *txn, _ *view) (err error) {
				f, err := c.factsAt(tx, n)
				if err != nil {
					return err
				}
				rec.Origin = f.origin
				rec.Origin.Path, older = f.originString(), f.older
				rec.Doc, err = c.documentAt(tx, n)
				return err
			})
			if err != nil {
				*lost++
				continue
			}
			if out := v.retired.has(n); !older && (out || gone[rec.Doc.ID]) {
				gone[rec.Doc.ID] = out
			}
			for k := range were {
				if were[k].has(n) {
					absent[k].add(i, i+1)
				}
			}
			if i++; !yield(rec, nil) {
				return
			}
		}
	}
}
