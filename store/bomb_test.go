package store

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// streamed packs zeros as a stream does that does not know its size.
func streamed(t *testing.T, megabytes int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := must2(zstd.NewWriter(&out))(t)
	for range megabytes {
		must2(w.Write(make([]byte, 1<<20)))(t)
	}
	must(t, 0, w.Close())
	return out.Bytes()
}

// TestBombs: what is packed into a few bytes and is larger than its block says is not unpacked.
func TestBombs(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), NoSync(Options{Create: true}))
	sized, plain, stream := c.enc.EncodeAll(make([]byte, 64<<20), nil), c.enc.EncodeAll(make([]byte, 300), nil), streamed(t, 64)
	texts := func(length uint64, frame []byte) []byte {
		return append(binary.AppendUvarint([]byte{codecZstd, 1}, length), frame...)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, payload := range map[string][]byte{
		"without a size": texts(5, stream), "another size": texts(5, sized), "two frames": texts(300, slices.Concat(plain, stream)),
	} {
		if all, err := c.readTexts(payload, nil); err == nil {
			t.Errorf("%s: %d texts", name, len(all))
		}
	}
	if _, err := c.unpack(codecZstd, stream); err == nil {
		t.Error("a stream is unpacked")
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 40 { // the decoder's own 8 MB, for each of its threads
		t.Errorf("%d MB", n)
	}
	if all, err := c.readTexts(texts(300, plain), nil); err != nil || len(all) != 1 || len(all[0]) != 300 {
		t.Errorf("a whole block: %v", err)
	}
}

// TestUnpackedOnce: a block that cannot be read is not unpacked again for each document that
// it should hold, and the documents that it does hold are read.
func TestUnpackedOnce(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "x.repost"), NoSync(Options{Create: true}))
	must2(c.AddEntries(madeBatch(0, 30)))(t)
	must(t, 0, c.update(func(tx *txn, _ *view) error {
		b := must2(bucketOf(tx, bucketText))(t)
		var payload []byte
		must(t, 0, b.ForEach(func(k, v []byte) error {
			if binary.BigEndian.Uint32(k) == 0 {
				payload = c.appendTexts([]string{made(0).Doc.Text, made(1).Doc.Text})
			}
			return nil
		}))
		return put(tx, bucketText, key32(0), payload)
	}))
	c.texts.clear()
	for n := range uint32(3) {
		_, err := c.Document(n)
		if (err == nil) != (n < 2) {
			t.Errorf("document %d: %v", n, err)
		}
	}
	if got := c.bad.of(bucketText, key32(0), 2); got == nil {
		t.Error("that the block ends early is not remembered")
	}
	if got := c.bad.of(bucketText, key32(0), 1); got != nil {
		t.Errorf("a document that it holds: %v", got)
	}
	if _, err := c.Document(1); err != nil {
		t.Error(err)
	}
}
