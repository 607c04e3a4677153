package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"
)

// TestAttackCrafted runs every command on files that somebody made to do harm: all checksums
// are right, and what they seal is not. Nothing can tell such texts from others, so they may
// be wrong; each command must still end, within memory and in plain words.
func TestAttackCrafted(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		r := rand.New(rand.NewPCG(7, 8))
		n = (n + 3) / 4
		if n < 20 {
			n = 2 * n
		}
		for i := range n {
			var b []byte
			var name string
			if i%2 == 0 {
				b, name = craftTree(r, g.last)
			} else {
				b, name = craftValue(t, r, g)
			}
			g.try(t, name, b, false)
		}
	})
}

// craftTree changes what pages say of other pages: cycles, pages of another kind, counts and
// sizes out of bounds, heads that lead elsewhere, lists of free pages that are in use.
func craftTree(r *rand.Rand, last []byte) ([]byte, string) {
	b := slices.Clone(last)
	pages := len(b) / attackPage
	u16, u32, u64 := binary.LittleEndian.PutUint16, binary.LittleEndian.PutUint32, binary.LittleEndian.PutUint64
	var branches, leaves, free []int
	for p := 2; p < pages; p++ {
		switch binary.LittleEndian.Uint16(at(b, p)[8:]) {
		case 1:
			branches = append(branches, p)
		case 2:
			leaves = append(leaves, p)
		case 16:
			free = append(free, p)
		}
	}
	any := func() int { return r.IntN(pages) }
	some := func(of []int) int {
		if len(of) == 0 {
			return 2 + r.IntN(pages-2)
		}
		return of[r.IntN(len(of))]
	}
	// branch makes a branch of a page, whose children are these.
	branch := func(p int, children ...int) {
		page := at(b, p)
		u16(page[8:], 1)
		u16(page[10:], uint16(len(children)))
		u32(page[12:], 0)
		for i, c := range children {
			e := page[16+16*i:]
			u32(e, uint32(16*(len(children)-i)+8*i))
			u32(e[4:], 4)
			u64(e[8:], uint64(c))
			binary.BigEndian.PutUint32(page[16+16*len(children)+8*i:], uint32(i))
		}
	}
	huge := []uint64{0, 1, 2, uint64(pages), uint64(pages) - 1, 1<<32 - 1, 1 << 40, 1<<63 - 1, 1 << 63, 1<<64 - 1}
	switch r.IntN(9) {
	case 0:
		p := some(branches)
		page := at(b, p)
		i := r.IntN(max(1, int(min(200, binary.LittleEndian.Uint16(page[10:])))))
		to := []int{p, some(branches), any(), 0}[r.IntN(4)]
		u64(page[16+16*i+8:], uint64(to))
		return b, fmt.Sprintf("child %d of page %d is %d", i, p, to)
	case 1:
		p := some(leaves)
		branch(p, p, p)
		return b, fmt.Sprintf("leaf %d leads to itself", p)
	case 2:
		p, q := some(leaves), some(leaves)
		branch(p, q, p)
		branch(q, p, q)
		return b, fmt.Sprintf("leaves %d and %d lead to each other", p, q)
	case 3: // a tower
		to := some(leaves)
		for range 60 {
			p := some(leaves)
			branch(p, to)
			to = p
		}
		return b, fmt.Sprintf("a tower of branches on leaf %d", to)
	case 4:
		p := some(leaves)
		i := r.IntN(4)
		u32(at(b, p)[16+16*r.IntN(2)+4*i:], uint32(huge[r.IntN(len(huge))]))
		return b, fmt.Sprintf("number %d of an element of leaf %d", i, p)
	case 5:
		p := []int{some(leaves), some(branches), some(free)}[r.IntN(3)]
		more := huge[r.IntN(len(huge))]
		u32(at(b, p)[12:], uint32(more))
		return b, fmt.Sprintf("page %d is followed by %d", p, uint32(more))
	case 6:
		p := []int{some(leaves), some(branches), some(free)}[r.IntN(3)]
		count := []uint16{0, 1, 1000, 0xFFFF}[r.IntN(4)]
		u16(at(b, p)[10:], count)
		if r.IntN(2) == 0 {
			u64(at(b, p)[16:], huge[r.IntN(len(huge))])
		}
		return b, fmt.Sprintf("page %d has %d elements", p, count)
	case 7:
		p := some(free)
		for i := range 1 + r.IntN(9) {
			u64(at(b, p)[16+8*i:], uint64(any()))
		}
		return b, fmt.Sprintf("other free pages on page %d", p)
	default:
		name := "heads:"
		for p := range 2 {
			m := at(b, p)[16:]
			field := []int{8, 12, 16, 24, 32, 40, 48}[r.IntN(7)]
			v := huge[r.IntN(len(huge))]
			if r.IntN(3) == 0 {
				v = uint64(any())
			}
			if field < 16 {
				u32(m[field:], uint32(v))
			} else {
				u64(m[field:], v)
			}
			h := uint64(14695981039346656037)
			for _, c := range m[:56] {
				h = (h ^ uint64(c)) * 1099511628211
			}
			u64(m[56:], h)
			name += fmt.Sprintf(" %d at %d of head %d", v, field, p)
		}
		return b, name
	}
}

var crafted = []string{"corpus", "meta", "text", "reposts", "retired", "copied", "links", "stories", "story by document", "story by id",
	"values", "changes", "prints", "bands", "contents", "ids", "filters of prints", "filters of bands", "filters of contents", "filters of ids"}

var digits = regexp.MustCompile(`\d+`)

// craftValue changes a value and seals it again: numbers of "state" become huge, bytes of
// others change, end early, or unpack to a gigabyte; or a key goes, or comes.
func craftValue(t *testing.T, r *rand.Rand, g *victim) ([]byte, string) {
	g.restore(t, g.last)
	name := ""
	tamper(t, g.corpus, func(tx *bolt.Tx) error {
		bucket := crafted[r.IntN(len(crafted))]
		if r.IntN(4) == 0 {
			bucket = "corpus"
		}
		b := tx.Bucket([]byte(bucket))
		if b == nil {
			return nil
		}
		var keys [][]byte
		b.ForEach(func(k, _ []byte) error { keys = append(keys, slices.Clone(k)); return nil })
		if len(keys) == 0 {
			return nil
		}
		key := keys[r.IntN(len(keys))]
		if bucket == "corpus" {
			key = []byte("state")
		}
		value := slices.Clone(b.Get(key))
		value = value[:len(value)-4]
		name = fmt.Sprintf("value %q of %s", key, bucket)
		switch how := r.IntN(6); {
		case bucket == "corpus":
			value, name = craftState(r, value, name)
		case how == 0:
			name += " gone"
			return b.Delete(key)
		case how == 1:
			key = slices.Clone(key)
			key[r.IntN(len(key))] ^= byte(1 << r.IntN(8))
			name += fmt.Sprintf(" under %x", key)
		case how == 2:
			value = value[:r.IntN(len(value)+1)]
			name += " cut short"
		case how == 3:
			name += " unpacks to a gigabyte"
			value = bomb(r, value)
		default:
			for range 1 + r.IntN(4) {
				if len(value) > 0 {
					value[r.IntN(min(len(value), 40))] = []byte{0, 1, 0x7F, 0x80, 0xFF}[r.IntN(5)]
				}
			}
			name += " changed"
		}
		return b.Put(key, sealed(bucket, string(key), value))
	})
	b, err := os.ReadFile(g.corpus)
	if err != nil {
		t.Fatal(err)
	}
	return b, name
}

// craftState makes numbers of the state huge, and names the commit that it will be of.
func craftState(r *rand.Rand, value []byte, name string) ([]byte, string) {
	huge := []string{"0", "1", "4294967295", "4294967294", "1000000", "9223372036854775807", "18446744073709551615", "65536"}
	places := digits.FindAllIndex(value, -1)
	commit, _ := strconv.Atoi(string(value[places[0][0]:places[0][1]]))
	out := fmt.Appendf(nil, `{"commit":%d`, commit+1)
	last := places[0][1]
	change := map[int]string{}
	for range 1 + r.IntN(2) {
		change[1+r.IntN(len(places)-1)] = huge[r.IntN(len(huge))]
	}
	for i, p := range places {
		if to, ok := change[i]; ok {
			out = append(append(out, value[last:p[0]]...), to...)
			name += fmt.Sprintf(", …%s is %s", value[max(0, p[0]-14):p[1]], to)
			last = p[1]
		}
	}
	return append(out, value[last:]...), name
}

// bomb is a value of one packed thing, or just packed, which is small and unpacks to a
// gigabyte of zeros.
func bomb(r *rand.Rand, value []byte) []byte {
	out := []byte{1, 1} // packed; one thing
	switch r.IntN(3) {
	case 0:
		return append(out[:1], zeros()...)
	case 1: // of a size that a text could have
		return append(out[:1], sizedZeros()...)
	}
	if len(value) > 0 && value[0] > 1 {
		out = []byte{value[0], 1, 0, 1}
	}
	return append(binary.AppendUvarint(out, 1<<30), zeros()...)
}

// zeros is a gigabyte of zeros, packed.
var zeros = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	enc, _ := zstd.NewWriter(&out)
	for range 1 << 10 {
		enc.Write(make([]byte, 1<<20))
	}
	enc.Close()
	return out.Bytes()
})

// sizedZeros is 200 MB of zeros, packed in a frame that says so.
var sizedZeros = sync.OnceValue(func() []byte { return packedOf(make([]byte, 200<<20)) })

func packedOf(b []byte) []byte {
	enc, _ := zstd.NewWriter(nil)
	return enc.EncodeAll(b, nil)
}

// tamper changes a corpus in its file, and names the commit that this makes, as the program
// would. The checksums of values are the affair of change.
func tamper(t *testing.T, path string, change func(tx *bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o644, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("corpus"))
		state := slices.Clone(b.Get([]byte("state")))
		if err := change(tx); err != nil || !slices.Equal(state, b.Get([]byte("state"))) {
			return err
		}
		_, rest, _ := strings.Cut(string(state[:len(state)-4]), ",") // after {"commit":n
		return b.Put([]byte("state"), sealed("corpus", "state", fmt.Appendf(nil, `{"commit":%d,%s`, tx.ID(), rest)))
	})
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
}

// sealed is a value with the checksum of store/format.go.
func sealed(bucket, key string, value []byte) []byte {
	sum := crc32.Checksum(append([]byte(bucket+"\x00"+key), value...), crc32.MakeTable(crc32.Castagnoli))
	return binary.LittleEndian.AppendUint32(value, sum)
}
