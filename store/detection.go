package store

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store/newfile"
)

// UpdateStories brings the stories up to date with the documents; see detect.UpdateStories. It
// stops between two steps when ctx ends; what is linked by then stays linked.
func (c *Corpus) UpdateStories(ctx context.Context, progress dedup.Progress) error {
	if err := c.dropLoose(ctx); err != nil { // of an update that did not end
		return err
	}
	return detect.UpdateStories(c.Detection(ctx), c.scheme, progress)
}

// Detection returns c as the detector sees it. Its methods return the error of
// ctx once that has ended.
func (c *Corpus) Detection(ctx context.Context) *Detection { return &Detection{c: c, ctx: ctx} }

// Detection is a corpus as package detect reads and writes it: a detect.Updatable, a
// detect.FullIndex and a detect.StoryIndex. A program that uses a Corpus needs none of its
// methods.
type Detection struct {
	c     *Corpus
	ctx   context.Context
	began *view // the state that Infos read
}

// infoBatch is how many documents are described in one transaction.
const infoBatch = 8192

// Infos implements detect.Corpus.
func (d *Detection) Infos(fn func(uint32, dedup.Info) error) error {
	if err := d.c.checkOpen(); err != nil {
		return err
	}
	began := d.c.view.Load()
	d.began = began
	for lo := uint32(0); lo < began.Documents; {
		hi := min(lo+infoBatch, began.Documents)
		if err := d.ctx.Err(); err != nil {
			return err
		}
		infos := make([]dedup.Info, 0, hi-lo)
		err := d.c.read(func(tx *txn, _ *view) error {
			infos = infos[:0]
			for n := lo; n < hi; n = lo + uint32(len(infos)) {
				block, first, err := factsBlock(d.c, tx, n, d.c.readInfos)
				if err != nil {
					return err
				}
				d.c.passed(tx, faultAround/4)
				infos = append(infos, block[n-first:min(hi-first, uint32(len(block)))]...)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i := range infos {
			n := lo + uint32(i)
			if began.retired.has(n) {
				continue
			}
			if err := fn(n, infos[i]); err != nil {
				return err
			}
		}
		lo = hi
	}
	return nil
}

// Retired implements detect.Corpus.
func (d *Detection) Retired(fn func(uint32, dedup.Info) error) error {
	for n := range cmp.Or(d.began, d.c.view.Load()).numbers(true) {
		i, err := d.Info(n)
		if err := cmp.Or(err, d.ctx.Err()); err != nil {
			return err
		}
		if err := fn(n, i); err != nil {
			return err
		}
	}
	return nil
}

// Info implements detect.Index.
func (d *Detection) Info(n uint32) (dedup.Info, error) {
	m, err := d.c.Meta(n)
	return dedup.Info{ID: m.ID, Source: m.Source, Date: m.Date, DateFrom: m.DateFrom, Units: m.Units, Content: m.Content}, err
}

// InfosOf implements detect.Updatable.
func (d *Detection) InfosOf(ns []uint32, fn func(n uint32, i dedup.Info)) error {
	for some := range slices.Chunk(ns, infoBatch) {
		found := make([]dedup.Info, len(some))
		err := d.c.read(func(tx *txn, v *view) (err error) {
			var block []dedup.Info
			first := uint32(0)
			for i, n := range some {
				if err := v.check(n); err != nil {
					return err
				}
				if n-first >= uint32(len(block)) {
					if block, first, err = factsBlock(d.c, tx, n, d.c.readInfos); err != nil {
						return err
					}
					d.c.passed(tx, faultAround/4)
				}
				found[i] = block[n-first]
			}
			return nil
		})
		if err := cmp.Or(err, d.ctx.Err()); err != nil {
			return err
		}
		for i, n := range some {
			fn(n, found[i])
		}
	}
	return nil
}

// Representatives implements detect.Index.
func (d *Detection) Representatives() (isRepresentative, copied func(n uint32) bool, err error) {
	if err := d.c.checkOpen(); err != nil {
		return nil, nil, err
	}
	o, err := d.c.docTable()
	return o.isRepresentative, o.isCopied, err
}

// Documents implements detect.FullIndex.
func (d *Detection) Documents() uint32 { return d.c.view.Load().Documents }

// FingerprintKey implements detect.FullIndex.
func (d *Detection) FingerprintKey(hash uint64) uint64 { return fingerprintIndex.kept(hash) }

// BandKey implements detect.FullIndex.
func (d *Detection) BandKey(hash uint64) uint64 { return bandIndex.kept(hash) }

// Units implements detect.Index.
func (d *Detection) Units(n uint32) (uint32, error) { return d.c.unitsOf(n) }

// StoriesWith implements detect.Updatable.
func (d *Detection) StoriesWith(n uint32) (all []detect.KeptStory, err error) {
	err = d.c.read(func(tx *txn, _ *view) (err error) {
		all, err = d.c.storiesOf(tx, n)
		return err
	})
	return all, err
}

// StoryWith implements detect.Updatable.
func (d *Detection) StoryWith(id string) (s detect.KeptStory, ok bool, err error) {
	err = d.c.read(func(tx *txn, _ *view) (err error) {
		s, ok, err = d.c.storyWith(tx, id)
		return err
	})
	return s, ok, err
}

// StoriesOf implements detect.StoryIndex.
func (d *Detection) StoriesOf(n uint32) ([]dedup.Story, error) { return d.c.StoriesOf(n) }

// StoryNumbers implements detect.StoryIndex. It reads the index of the stories and
// no story.
func (d *Detection) StoryNumbers(n uint32) (numbers []uint32, err error) {
	err = d.c.read(func(tx *txn, _ *view) (err error) {
		numbers, err = d.c.storyNumbers(tx, n)
		return err
	})
	return numbers, err
}

// ScanFingerprints implements detect.Corpus.
func (d *Detection) ScanFingerprints(fn func(uint64, []dedup.Posting) error) error {
	return d.c.scanAll(fingerprintIndex, d.postings(fn))
}

// ScanBands implements detect.Corpus.
func (d *Detection) ScanBands(fn func(uint64, []dedup.Posting) error) error {
	return d.c.scanAll(bandIndex, d.postings(fn))
}

// LookupFingerprints implements detect.Index.
func (d *Detection) LookupFingerprints(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return d.c.lookupLive(fingerprintIndex, keys, d.postings(fn))
}

// LookupBands implements detect.Index.
func (d *Detection) LookupBands(keys []uint64, fn func(uint64, []dedup.Posting) error) error {
	return d.c.lookupLive(bandIndex, keys, d.postings(fn))
}

// LookupContent implements detect.Index.
func (d *Detection) LookupContent(content dedup.Content, fn func(n uint32) error) error {
	return d.c.lookupLive(contentIndex, []uint64{content.Hi}, func(_ uint64, at []posting) error {
		for _, p := range at {
			if err := fn(p.Doc); err != nil {
				return err
			}
		}
		return nil
	})
}

// postings is fn, which ends with the context.
func (d *Detection) postings(fn func(uint64, []dedup.Posting) error) func(uint64, []posting) error {
	keys := 0
	return func(key uint64, at []posting) error {
		if keys++; keys%4096 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		return fn(key, at)
	}
}

// Texts implements detect.Corpus. It reads no facts: what stands under a number is
// held by the checksum of its block alone, not by the document's digest.
func (d *Detection) Texts(ns []uint32, fn func(uint32, string) error) error {
	var last passing
	for len(ns) > 0 {
		var texts []string
		err := d.c.read(func(tx *txn, v *view) error {
			size := 0
			for texts = texts[:0]; size < readAhead && len(texts) < len(ns); {
				n := ns[len(texts)]
				if err := v.check(n); err != nil {
					return err
				}
				text, err := d.c.passingText(tx, n, &last)
				if err != nil {
					return err
				}
				texts, size = append(texts, strings.Clone(text)), size+len(text) // a part would keep its whole block
			}
			return d.ctx.Err()
		})
		if err != nil {
			return err
		}
		for i, text := range texts {
			if err := fn(ns[i], text); err != nil {
				return err
			}
		}
		ns = ns[len(texts):]
	}
	return nil
}

// TempFile implements detect.Corpus: a file in the folder of the corpus, or else in that of
// the system. It has no name where the name of an open file can be removed.
func (d *Detection) TempFile() detect.TempFile {
	name := newfile.Name(d.c.path) // so that one that a killed process leaves goes with the next writer
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+"*")
	if err != nil {
		f, err = os.CreateTemp("", "repost-linking-*")
	}
	if err != nil {
		return nil
	}
	return &tempFile{f, os.Remove(f.Name()) == nil}
}

// tempFile is a file that is removed when it is closed.
type tempFile struct {
	*os.File
	gone bool
}

func (s *tempFile) Close() error {
	err := s.File.Close()
	if !s.gone {
		err = errors.Join(err, os.Remove(s.Name()))
	}
	return err
}

// Links implements detect.Corpus.
func (d *Detection) Links(fn func(*dedup.Link) error) error { return d.c.Links(fn) }

// AddLinks implements detect.Corpus: a crash leaves both links and linked as they
// were, or neither.
func (d *Detection) AddLinks(links []dedup.Link, linked []byte) error {
	err := d.c.keepLinks(links, linked)
	if err == nil && len(links) == 0 {
		err = d.c.dropLoose(d.ctx)
	}
	return cmp.Or(err, d.ctx.Err())
}

// State implements detect.Corpus.
func (d *Detection) State(name string) ([]byte, error) { return d.c.State(name) }

// SetStories implements detect.Corpus.
func (d *Detection) SetStories(stories []detect.KeptStory, aside []byte) error {
	if d.began == nil {
		return errNotBegun
	}
	return d.c.setStories(stories, aside, d.began.Documents, d.began.Removals)
}

// EachStory implements detect.Corpus.
func (d *Detection) EachStory(fn func(s *detect.KeptStory) error) error { return d.c.eachStory(fn) }
