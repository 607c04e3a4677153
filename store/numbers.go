package store

import (
	"fmt"
	"math/bits"
	"slices"
)

// numberSet is a bitmap of document numbers in pages, a value each. Pages are shared
// between views; the ones in fresh belong to this one and are still to be stored.
type numberSet struct {
	pages []*numberPage
	fresh []uint32
}

const numberBits = 1 << 14

type numberPage [numberBits / 8]byte

func (s *numberSet) clone() numberSet { return numberSet{pages: slices.Clone(s.pages)} }

func (s *numberSet) has(n uint32) bool {
	p := n / numberBits
	return p < uint32(len(s.pages)) && s.pages[p] != nil && s.pages[p][n%numberBits/8]>>(n%8)&1 != 0
}

func (s *numberSet) add(n uint32) { s.page(n)[n%numberBits/8] |= 1 << (n % 8) }

func (s *numberSet) remove(n uint32) { s.page(n)[n%numberBits/8] &^= 1 << (n % 8) }

// page returns the page that has the bit of document n, to be changed.
func (s *numberSet) page(n uint32) *numberPage {
	p := n / numberBits
	for uint32(len(s.pages)) <= p {
		s.pages = append(s.pages, nil)
	}
	if !slices.Contains(s.fresh, p) {
		s.fresh = append(s.fresh, p)
		page := new(numberPage)
		if s.pages[p] != nil {
			*page = *s.pages[p]
		}
		s.pages[p] = page
	}
	return s.pages[p]
}

func (s *numberSet) store(tx *txn, bucket string) error {
	slices.Sort(s.fresh)
	for _, p := range s.fresh {
		if *s.pages[p] == (numberPage{}) {
			b, err := bucketOf(tx, bucket)
			if err == nil {
				err = b.Delete(key32(p))
			}
			if err != nil {
				return err
			}
			continue
		}
		if err := put(tx, bucket, key32(p), slices.Clone(s.pages[p][:])); err != nil {
			return err
		}
	}
	s.fresh = nil
	return nil
}

// loadNumbers reads a set of document numbers with the given count.
func loadNumbers(tx *txn, bucket string, documents, count uint32) (numberSet, error) {
	var s numberSet
	if count == 0 {
		return s, nil
	}
	b, err := bucketOf(tx, bucket)
	if err != nil {
		return s, err
	}
	found := uint32(0)
	for p := uint32(0); p*numberBits < documents; p++ {
		key := key32(p)
		value := b.Get(key)
		if value == nil {
			s.pages = append(s.pages, nil)
			continue
		}
		payload, err := unseal(bucket, key, value)
		if err != nil {
			return s, err
		}
		if len(payload) != numberBits/8 {
			return s, damaged(bucket, key, "has %d bytes", len(payload))
		}
		page := numberPage(payload)
		s.pages = append(s.pages, &page)
		for n := p * numberBits; n < documents && n < (p+1)*numberBits; n++ {
			if s.has(n) {
				found++
			}
		}
	}
	if found != count {
		return s, fmt.Errorf("%w: %d documents are marked as %s, %d are counted", ErrDamaged, found, bucket, count)
	}
	return s, nil
}

// each calls fn with each number, ascending. fn may remove it.
func (s *numberSet) each(fn func(n uint32)) {
	var none numberSet
	s.differences(&none, fn)
}

// differences calls fn with each number that is in one of two sets, ascending.
func (s *numberSet) differences(o *numberSet, fn func(n uint32)) {
	page := func(s *numberSet, p int) *numberPage {
		if p < len(s.pages) {
			return s.pages[p]
		}
		return nil
	}
	for p := range max(len(s.pages), len(o.pages)) {
		a, b := page(s, p), page(o, p)
		if a == b {
			continue
		}
		for i := range numberBits / 8 {
			var x byte
			if a != nil {
				x = a[i]
			}
			if b != nil {
				x ^= b[i]
			}
			for ; x != 0; x &= x - 1 {
				fn(uint32(p*numberBits + 8*i + bits.TrailingZeros8(x)))
			}
		}
	}
}
