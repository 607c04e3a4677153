package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/klauspost/compress/zstd"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store/newfile"
)

// CompactReport says what Compact did. Texts are unique, or reposts that are stored
// as what tells them from their base; their bytes are as they were and as they are
// stored; heads of blocks and the places of reposts count with the unique ones.
type CompactReport struct {
	Before    int64 `json:"before"` // bytes of the file
	After     int64 `json:"after"`
	Documents int   `json:"documents"` // that were kept
	Versions  int   `json:"versions"`  // older versions of them that were kept
	// Dropped are removed documents, and DroppedVersions are older versions of them or, if
	// that was asked for, of all: both are gone for good.
	Dropped         int   `json:"dropped"`
	DroppedVersions int   `json:"dropped_versions"`
	Reposts         int   `json:"reposts"` // documents and versions stored as such
	UniqueBytes     int64 `json:"unique_bytes"`
	UniqueStored    int64 `json:"unique_stored"`
	RepostBytes     int64 `json:"repost_bytes"`
	RepostsStored   int64 `json:"reposts_stored"`
	OtherNames      int   `json:"other_names,omitempty"` // hard links, which keep the file as it was
}

// CompactOptions say what Compact keeps.
type CompactOptions struct {
	// DropVersions also drops the older versions of documents, which their history needs.
	DropVersions bool
	Progress     dedup.Progress
}

// Compact rewrites the corpus at path without removed documents, free pages and segments to
// be merged, and with reposts stored as differences from the canonical member of their
// story. The new file takes the place of the old one when it is whole; a crash leaves the
// old one. Documents get new numbers, in the same order. Readers in other processes keep
// the old file.
//
// Memory: 13 bytes a document, 24 for each time it is in a story, and 12 for each link.
func Compact(ctx context.Context, path string, opt Options, co CompactOptions) (CompactReport, error) {
	if co.Progress == nil {
		co.Progress = func(string, int, int) {}
	}
	opt.ReadOnly, opt.Create = false, false
	path = newfile.Linked(path)
	from, err := Open(path, opt)
	if err != nil {
		return CompactReport{}, err
	}
	defer from.Close()
	if from.Covered() != from.Next() { // a retired document may count as linked
		if err := from.UpdateStories(ctx, co.Progress); err != nil {
			return CompactReport{}, err
		}
	}
	k := &compaction{ctx: ctx, from: from, v: from.view.Load(), opt: co}
	k.report.Before = fileSize(path)
	if info, err := os.Stat(path); err == nil {
		k.report.OtherNames = newfile.Names(info) - 1
	}
	err = replaceFile(path, "", func(temp string) error {
		k.to, err = Open(temp, Options{Create: true, of: path, stamp: from.stamp, AnyScheme: true, Timeout: opt.Timeout, noSync: true})
		if err != nil {
			return err
		}
		if err := errors.Join(k.run(), k.to.Close()); err != nil {
			return err
		}
		return trim(temp)
	})
	if err != nil {
		return CompactReport{}, from.wrap(fmt.Errorf("compacting: %w", err))
	}
	k.report.After = fileSize(path)
	return k.report, nil
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// trim cuts the space after the last page off a corpus that nobody has open, and waits
// until that is on disk. bbolt grows a file by 16 MiB at a time.
func trim(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	head, err := readHead(f)
	if err == nil {
		err = f.Truncate(int64(head.pages) * pageSize)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// compaction is a Compact under way.
type compaction struct {
	ctx      context.Context
	from, to *Corpus
	v        *view
	opt      CompactOptions
	report   CompactReport

	number []uint32 // old → new, or dropped
	bearer []uint32 // old → the new number that has its fingerprints and bands, or dropped
	old    []uint32 // new → old
	places []place  // of documents that are reposts, by new number, or unique
	isBase []bool   // by new number
	differ differ
	group  []repost // to be written
	size   int      // of its new bytes
	groups uint32   // written
}

const dropped = ^uint32(0)

func (k *compaction) run() error {
	// The level above the next lower makes unique texts 9 % smaller and takes 40 ms of
	// CPU a megabyte; ingest, which has less time, uses the default. Its tables take 50 MB
	// a goroutine, and one is enough: blocks are packed in their order.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderCRC(false), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	k.to.enc = enc
	for _, step := range []func() error{k.renumber, k.rebase, k.documents, k.indexes, k.links, k.putStories, k.rest, k.judgements} {
		if err := cmp.Or(step(), k.ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// renumber decides which documents stay. Those that are retired were removed, or are older
// versions of others.
func (k *compaction) renumber() error {
	k.number = make([]uint32, k.v.Documents)
	for n := range k.v.Documents {
		keep := !k.v.retired.has(n)
		if !keep {
			m, err := k.from.Meta(n)
			if err != nil {
				return err
			}
			last, live, err := k.from.Number(m.ID)
			if err != nil {
				return err
			}
			keep = live && !k.opt.DropVersions
			switch {
			case keep:
				k.report.Versions++
			case n == last:
				k.report.Dropped++
			default:
				k.report.DroppedVersions++
			}
		}
		k.number[n] = dropped
		if keep {
			k.number[n] = uint32(len(k.old))
			k.old = append(k.old, n)
		}
	}
	k.report.Documents = len(k.old) - k.report.Versions
	return nil
}

// stories calls fn with every story, its documents by their new numbers. All stories
// are never held at once. What a story was made from is known by the old numbers.
func (k *compaction) stories(fn func(s *detect.KeptStory) error) error {
	return k.from.eachStory(func(s *detect.KeptStory) error {
		s.Inputs = 0
		for i := range s.Members {
			s.Members[i].Doc = k.number[s.Members[i].Doc]
		}
		return cmp.Or(fn(s), k.ctx.Err())
	})
}

// rebase stores the members of each story as differences from its base: the canonical
// member, or, if that is a repost of an earlier story, the first member that is not. A base
// is never a repost, so reading one takes one step.
//
// Ingest knows the stories at its end and leaves its texts as they are. Reposts as
// differences would save it 1.1 MB of text blocks on xwlb-dev and 4.0 on zh-pages-dev,
// but blocks would be written twice (3 seconds of CPU more than 21, xwlb-dev), and files of
// 108 and 34 MB would be no smaller: pages that become free stay in them.
func (k *compaction) rebase() error {
	k.places, k.isBase = make([]place, len(k.old)), make([]bool, len(k.old))
	for n := range k.places {
		k.places[n] = unique
	}
	i := 0
	err := k.stories(func(s *detect.KeptStory) error {
		if i++; i%1024 == 0 {
			k.opt.Progress("packing", i, k.from.StoryCount())
		}
		base, todo := k.divide(&s.Story)
		if len(todo) == 0 {
			return nil
		}
		return k.pack(base, todo)
	})
	return cmp.Or(err, k.flushGroup())
}

// divide returns the base of a story and the members that may be stored as its
// reposts.
func (k *compaction) divide(s *dedup.Story) (base uint32, todo []uint32) {
	found := false
	for _, m := range s.Members {
		switch {
		case m.Doc == dropped || k.places[m.Doc] != unique:
		case !found:
			base, found = m.Doc, true
		case !k.isBase[m.Doc] && m.Doc != base:
			todo = append(todo, m.Doc)
		}
	}
	return base, slices.Compact(todo)
}

// worthIt is how many times smaller a text must become to be stored as a repost: a
// little less would come of packing it with its neighbours, and be read faster. On
// zh-pages-dev with 3, 4, 5, 6 and 8 texts take 5.0, 5.3, 5.4, 5.6 and 5.9 MB, and
// reposts are 10.7, 14.8, 16.8, 18.8 and 22.1 times smaller (groups of 128).
const worthIt = 4

// pack stores documents as reposts of base, those where it is worth it.
func (k *compaction) pack(base uint32, docs []uint32) error {
	text, err := k.text(base)
	if err != nil {
		return err
	}
	k.differ.to(text)
	for _, n := range docs {
		own, err := k.text(n)
		if err != nil {
			return err
		}
		d := k.differ.delta(own)
		if worthIt*d.size() >= len(own) {
			continue
		}
		k.isBase[base] = true
		k.places[n] = place(k.groups*groupReposts + uint32(len(k.group)))
		k.group, k.size = append(k.group, repost{base, d}), k.size+len(d.added)
		k.report.Reposts++
		k.report.RepostBytes += int64(len(own))
		if len(k.group) == groupReposts || k.size >= groupBytes {
			if err := k.flushGroup(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *compaction) flushGroup() error {
	if len(k.group) == 0 {
		return nil
	}
	payload := k.to.appendReposts(nil, k.group)
	k.report.RepostsStored += int64(len(payload))
	err := k.to.update(func(tx *txn, _ *view) error { return put(tx, bucketReposts, key32(k.groups), payload) })
	k.group, k.size, k.groups = k.group[:0], 0, k.groups+1
	return err
}

func (k *compaction) text(n uint32) (string, error) {
	d, err := k.from.Document(k.old[n])
	return d.Text, err
}

// compactStep is about how many bytes one transaction writes.
const compactStep = 8 << 20

// documents writes facts and texts.
func (k *compaction) documents() error {
	for lo := 0; lo < len(k.old); {
		k.opt.Progress("writing", lo, len(k.old))
		err := k.to.update(func(tx *txn, next *view) error {
			for size := 0; size < compactStep && lo < len(k.old); {
				b, err := k.block(uint32(lo), next)
				if err != nil {
					return err
				}
				payload := k.to.appendStored(b.texts)
				if err := k.putBlock(tx, b, payload); err != nil {
					return err
				}
				k.report.UniqueStored += int64(len(payload))
				size += len(payload)
				lo += len(b.texts)
			}
			next.Documents = uint32(lo)
			next.Tail = next.Documents
			return nil
		})
		if err := cmp.Or(err, k.ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// compactBlock is a block of texts to be written, and the facts of its documents.
type compactBlock struct {
	first uint32
	facts []facts
	texts []stored
}

// A block of Compact closes at the same numbers of unique texts or bytes as other blocks,
// or at this number of documents.
const compactDocuments = 16 * blockDocuments

// block reads the documents of the next block.
func (k *compaction) block(first uint32, next *view) (*compactBlock, error) {
	b := &compactBlock{first: first}
	own, size := 0, 0
	for n := first; int(n) < len(k.old) && own < blockDocuments && size < blockBytes && len(b.texts) < compactDocuments; n++ {
		var f facts
		var text string
		err := k.from.read(func(tx *txn, v *view) error {
			p, err := k.from.factsAt(tx, k.old[n])
			if err != nil {
				return err
			}
			f = *p
			d, err := k.from.documentAt(tx, k.old[n])
			text = d.Text
			return err
		})
		if err != nil {
			return nil, err
		}
		s := stored{place: k.places[n]}
		if s.place == unique {
			s.text = text
			own, size = own+1, size+len(text)
			k.report.UniqueBytes += int64(len(text))
		}
		b.facts, b.texts = append(b.facts, f), append(b.texts, s)
		next.TextBytes += uint64(len(text))
		if k.v.retired.has(k.old[n]) {
			next.retired.add(n)
			next.state.Retired++
		}
	}
	return b, nil
}

func (k *compaction) putBlock(tx *txn, b *compactBlock, payload []byte) error {
	for lo := 0; lo < len(b.facts); lo += blockDocuments {
		part := b.facts[lo:min(lo+blockDocuments, len(b.facts))]
		if err := put(tx, bucketMeta, key32(b.first+uint32(lo)), k.to.appendFacts(part)); err != nil {
			return err
		}
	}
	w := columnWriter{tx: tx}
	for i := range b.facts {
		f := &b.facts[i]
		if err := w.add(b.first+uint32(i), f.content.Hi, f.doc.Source, f.units); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	return put(tx, bucketText, key32(b.first), payload)
}
