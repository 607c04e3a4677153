package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// A bbolt file begins with two heads, pages 0 and 1, which commits write by turns: commit n
// writes head n mod 2, in one sector, after all its pages are on disk. The newer one that
// passes its checksum counts. When the newer one is damaged bbolt goes back to the older
// without a word, and what the last commit wrote is lost; when the older one is, nothing is.
// A damaged head does not say which it was: it may be zero, or lie, or be that of an earlier
// commit, where a write of it was lost. But commit n+1 leaves its
// pages, and on one of them the state that it wrote, which names its commit: newerState looks
// for it in all pages that state n does not use.

const boltMagic = 0xED0CDAED

// boltHead is what the newer of the two heads of a bbolt file says.
type boltHead struct {
	root, freelist uint64
	pages          uint64 // in use: the file is as long at least
	txid           uint64
	other          headState // the state of the other head
	lost           *state    // what the newer head led to, where that is known
}

// headState says of one head whether it is damaged.
type headState int

const (
	headWhole   headState = iota
	headDamaged           // and it is not known which
	olderDamaged
	newerDamaged // or it is unknown which
)

// withOther returns the head with what unused pages show of the damaged other one. v is the
// state that the head leads to.
func (h boltHead) withOther(f *os.File, v *state) (boltHead, error) {
	if h.other != headDamaged {
		return h, nil
	}
	lost, err := h.newerState(f)
	h.lost, h.other = lost, olderDamaged
	if lost != nil || v.Commit == 0 { // a file before version 6 does not name its commits
		h.other = newerDamaged
	}
	return h, err
}

// newerState returns the state that the commit after the one of the head wrote, if it is
// still there, or nil. It reads all pages that the head does not use.
func (h boltHead) newerState(f *os.File) (*state, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	w := newWalker(f, h)
	if err := errors.Join(w.trees(), w.follow(w.unseen())); err != nil {
		return nil, err
	}
	needle := fmt.Appendf(nil, `{"commit":%d,`, h.txid+1)
	b := make([]byte, pageSize+len(needle)) // it may continue in the next page
	for id := uint64(2); id < uint64(info.Size())/pageSize; id++ {
		if id < h.pages && w.seen.has(id) {
			continue
		}
		n, err := f.ReadAt(b, int64(id)*pageSize)
		if err != nil && err != io.EOF {
			return nil, err
		}
		at := bytes.Index(b[:n], needle)
		if at < 0 {
			continue
		}
		s := &state{}
		if json.NewDecoder(io.NewSectionReader(f, int64(id)*pageSize+int64(at), 1<<20)).Decode(s) == nil {
			return s, nil
		}
	}
	return nil, nil
}

// Loss says what is lost with the newer head of the file, or "": the corpus is then read as
// it was before its last commit.
func (c *Corpus) Loss() string {
	if c.head.other != newerDamaged {
		return ""
	}
	const what = "the newest of the two heads of the file is damaged, and lost is what the last commit wrote"
	v, lost := c.view.Load(), c.head.lost
	switch {
	case lost == nil:
		return what
	case lost.Documents > v.Documents:
		return fmt.Sprintf("%s: %d documents that came after the first %d", what, lost.Documents-v.Documents, v.Documents)
	case lost.Retired > v.state.Retired:
		return what + ": documents were removed, and are here again"
	}
	return what + "; no document is lost with it"
}

// readHead reads the heads: with one call, for two commits may come between two.
func readHead(f io.ReaderAt) (boltHead, error) {
	b := make([]byte, pageSize+pageHeader+64)
	n, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return boltHead{}, err
	}
	var head boltHead
	var txids []uint64
	seen := false
	for at := 0; at+pageHeader+64 <= n; at += pageSize {
		m := b[at+pageHeader:][:64]
		u32, u64 := binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
		seen = seen || u32(m) == boltMagic
		if u32(m) != boltMagic || fnv1a(m[:56]) != u64(m[56:]) || u32(m[8:]) != pageSize {
			continue
		}
		txid := u64(m[48:])
		if len(txids) == 0 || txid > head.txid {
			head = boltHead{root: u64(m[16:]), freelist: u64(m[32:]), pages: u64(m[40:]), txid: txid}
		}
		txids = append(txids, txid)
	}
	switch {
	case !seen:
		return head, ErrNotCorpus
	case len(txids) == 0:
		return head, fmt.Errorf("%w: both heads of the file", ErrDamaged)
	case len(txids) == 1 || txids[0]+1 != txids[1] && txids[1]+1 != txids[0]:
		head.other = headDamaged // or of another time: commits number them one after the other
	}
	return head, nil
}

func fnv1a(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}
