package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"repost/dedup/detect"
)

// Small values under names. The bitmap of the documents that are linked grows with the corpus,
// so it is kept in pieces of linkedPage bytes, under its name and the number of the piece, and
// only those that change are written. A file of an earlier version has it in one.

// SetState keeps a small value under a name; nil removes it. The detector has names of its own:
// detect.StateLinked and those next to it.
func (c *Corpus) SetState(name string, value []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.update(func(tx *txn, _ *view) error { return putValue(tx, name, value) })
}

func putValue(tx *txn, name string, value []byte) error {
	if name == detect.StateLinked {
		return putLinked(tx, value)
	}
	if value == nil {
		b, err := bucketOf(tx, bucketValues)
		if err != nil {
			return err
		}
		return b.Delete([]byte(name))
	}
	return put(tx, bucketValues, []byte(name), append([]byte(nil), value...))
}

// State returns the value that SetState was given for a name, or nil.
func (c *Corpus) State(name string) ([]byte, error) {
	var out []byte
	err := c.read(func(tx *txn, v *view) error {
		if name == detect.StateLinked && v.LinkForm != linkForm {
			return nil
		}
		value, err := valueAt(tx, name)
		if value != nil {
			out = append([]byte{}, value...)
		}
		return err
	})
	return out, err
}

// valueAt is State in a transaction.
func valueAt(tx *txn, name string) ([]byte, error) {
	if name == detect.StateLinked {
		return linkedAt(tx)
	}
	b, err := bucketOf(tx, bucketValues)
	if err != nil {
		return nil, err
	}
	value := b.Get([]byte(name))
	if value == nil {
		return nil, nil
	}
	return unseal(bucketValues, []byte(name), value)
}

// linkedPage is 16,384 documents.
const linkedPage = 2048

// linkedKey is the key of a piece.
func linkedKey(i int) []byte {
	return binary.BigEndian.AppendUint32([]byte(detect.StateLinked), uint32(i))
}

// linkedPieces calls fn with the pieces that are there, by number. A bitmap in one is number -1.
func linkedPieces(tx *txn, fn func(i int, key, value []byte) error) error {
	b, err := bucketOf(tx, bucketValues)
	if err != nil {
		return err
	}
	cur := b.Cursor()
	key, value := cur.Seek([]byte(detect.StateLinked))
	for ; bytes.HasPrefix(key, []byte(detect.StateLinked)); key, value = cur.Next() {
		i := -1
		if len(key) == len(detect.StateLinked)+4 {
			i = int(binary.BigEndian.Uint32(key[len(detect.StateLinked):]))
		}
		payload, err := unseal(bucketValues, key, value)
		if err == nil && i >= 0 && len(payload) > linkedPage {
			err = damaged(bucketValues, key, "has %d bytes", len(payload))
		}
		if err = errors.Join(err, fn(i, key, payload)); err != nil {
			return err
		}
	}
	return nil
}

// linkedAt returns the bitmap, or nil.
func linkedAt(tx *txn) (linked []byte, err error) {
	most := tx.Size() // no bitmap has more bytes than the file
	err = linkedPieces(tx, func(i int, key, piece []byte) error {
		at := max(i, 0) * linkedPage
		if int64(at) > most {
			return damaged(bucketValues, key, "is of documents that do not exist")
		}
		if n := at + len(piece); n > len(linked) {
			linked = append(linked, make([]byte, n-len(linked))...)
		}
		copy(linked[at:], piece)
		return nil
	})
	return linked, err
}

// putLinked writes the pieces of the bitmap that are others than before.
func putLinked(tx *txn, linked []byte) error {
	linked = bytes.TrimRight(linked, "\x00")
	b, err := bucketOf(tx, bucketValues)
	if err != nil {
		return err
	}
	pieces := slices.Collect(slices.Chunk(linked, linkedPage))
	same := make([]bool, len(pieces))
	var gone [][]byte
	err = linkedPieces(tx, func(i int, key, piece []byte) error {
		switch {
		case i < 0 || i >= len(pieces):
			gone = append(gone, slices.Clone(key))
		default:
			same[i] = bytes.Equal(piece, pieces[i])
		}
		return nil
	})
	if err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	for _, key := range gone {
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	for i, piece := range pieces {
		if !same[i] {
			if err := put(tx, bucketValues, linkedKey(i), slices.Clone(piece)); err != nil {
				return err
			}
		}
	}
	return nil
}

// derived reports whether a value follows from the documents, or is of their numbers: a new
// corpus of them has its own.
func derived(name string) bool {
	switch name {
	case stateReading, stateUndelivered, stateDropped, detect.StateExpanded, detect.StateAside, detect.StateBasis:
		return true
	}
	return strings.HasPrefix(name, detect.StateLinked)
}

// copyValues copies the values of another corpus, but those that except names. Names of values
// that cannot be read are added to lost, and the name of the bucket where it cannot be read on;
// without lost they are an error.
func (c *Corpus) copyValues(from *Corpus, except func(name string) bool, lost *[]string) error {
	type value struct {
		name    string
		payload []byte
	}
	var all []value
	err := from.read(func(tx *txn, _ *view) error {
		b, err := bucketOf(tx, bucketValues)
		if err != nil {
			return err
		}
		return b.ForEach(func(name, sealed []byte) error {
			if except(string(name)) {
				return nil
			}
			payload, err := unseal(bucketValues, name, sealed)
			if err != nil && lost != nil {
				*lost = append(*lost, string(name))
				return nil
			}
			all = append(all, value{string(name), slices.Clone(payload)})
			return err
		})
	})
	if errors.Is(err, ErrDamaged) && lost != nil {
		*lost = append(*lost, bucketValues)
	} else if err != nil {
		return err
	}
	return c.update(func(tx *txn, _ *view) error {
		for _, v := range all {
			if err := putValue(tx, v.name, v.payload); err != nil {
				return err
			}
		}
		return nil
	})
}
