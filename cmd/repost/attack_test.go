package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
)

// Every command is run on files that were damaged as disks, and people, damage them. It
// must end, within memory, with its right answer or with an error in plain words; where an
// answer is another and there is no error, check must name the damage; and no text is ever
// another than the one that came in. A few files of each kind are tried each time; with
//
//	REPOST_ATTACK=2000 go test ./cmd/repost -run TestAttack -timeout 5h -v -artifacts
//
// that many are, and the figures are in README.md. -artifacts keeps the files on which
// something went wrong.

// attacks is how many files of a kind are tried: REPOST_ATTACK, or few.
func attacks(few int) int {
	if n, err := strconv.Atoi(os.Getenv("REPOST_ATTACK")); err == nil {
		return n
	}
	return few
}

const attackPage = 4096

func attackTargets(t *testing.T, fn func(t *testing.T, g *victim, n int)) {
	if testing.Short() && os.Getenv("REPOST_ATTACK") == "" {
		t.Skip("takes a while")
	}
	each := (attacks(20) + 1) / 2
	t.Setenv("REPOST_ATTACK", "") // it is no default of a flag
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	for _, compact := range []bool{false, true} {
		t.Run(map[bool]string{false: "ingested", true: "compact"}[compact], func(t *testing.T) {
			g := newVictim(t, compact)
			fn(t, g, each)
			t.Logf("%d of %d noticed", g.noticed, g.tried)
		})
	}
}

// TestAttackStale puts an earlier copy of a page in the place of the last one, as a disk does
// that says it wrote what it did not.
func TestAttackStale(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		type stale struct{ state, page int }
		var all []stale
		for s, old := range g.old {
			for p := 2; p < min(len(old), len(g.last))/attackPage; p++ {
				a, b := old[p*attackPage:][:attackPage], g.last[p*attackPage:][:attackPage]
				if !bytes.Equal(a, b) && (s == 0 || !bytes.Equal(a, at(g.old[s-1], p))) {
					all = append(all, stale{s, p})
				}
			}
		}
		r := rand.New(rand.NewPCG(1, 2))
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i := range n {
			s := all[i%len(all)]
			b := slices.Clone(g.last)
			copy(at(b, s.page), at(g.old[s.state], s.page))
			name := fmt.Sprintf("page %d of state %d", s.page, s.state)
			for range i / len(all) { // of each page once, then with another, with two …
				s := all[r.IntN(len(all))]
				copy(at(b, s.page), at(g.old[s.state], s.page))
				name += fmt.Sprintf(", %d of %d", s.page, s.state)
			}
			g.try(t, name, b, true)
		}
		t.Logf("%d earlier pages, %d in the file", len(all), len(g.last)/attackPage)
	})
}

func at(b []byte, page int) []byte {
	if (page+1)*attackPage > len(b) {
		return nil
	}
	return b[page*attackPage:][:attackPage]
}

// TestAttackSwapped swaps two pages, or clears one, or one sector of it.
func TestAttackSwapped(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		r := rand.New(rand.NewPCG(3, 4))
		pages := len(g.last) / attackPage
		for range n {
			b := slices.Clone(g.last)
			p, q := 2+r.IntN(pages-2), 2+r.IntN(pages-2)
			name := ""
			switch r.IntN(4) {
			case 0:
				name = fmt.Sprintf("pages %d and %d swapped", p, q)
				x := slices.Clone(at(b, p))
				copy(at(b, p), at(b, q))
				copy(at(b, q), x)
			case 1:
				name = fmt.Sprintf("page %d at %d, with its number", p, q)
				copy(at(b, q), at(b, p))
				binary.LittleEndian.PutUint64(at(b, q), uint64(q))
			case 2:
				name = fmt.Sprintf("page %d cleared", p)
				clear(at(b, p))
			default:
				sector := r.IntN(8)
				name = fmt.Sprintf("sector %d of page %d cleared", sector, p)
				clear(at(b, p)[512*sector:][:512])
			}
			g.try(t, name, b, true)
		}
	})
}

// commit is the number of the commit that a head names.
func commit(b []byte, head int) uint64 { return binary.LittleEndian.Uint64(at(b, head)[64:]) }

// TestAttackHeads damages the two heads of the file, which say what is in use: cleared, a
// sector of one cleared, one in the place of the other, an earlier one, noise, both.
func TestAttackHeads(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		r := rand.New(rand.NewPCG(13, 14))
		n = (n + 3) / 4
		for range n {
			b := slices.Clone(g.last)
			p := r.IntN(2)
			name := ""
			switch r.IntN(6) {
			case 0:
				name = fmt.Sprintf("head %d cleared", p)
				clear(at(b, p))
			case 1:
				name = fmt.Sprintf("the first sector of head %d cleared", p)
				clear(at(b, p)[:512])
			case 2:
				name = fmt.Sprintf("head %d at %d", p, 1-p)
				copy(at(b, 1-p), at(b, p))
			case 3:
				old := r.IntN(len(g.old))
				for commit(g.old[old], p)+1 == commit(b, 1-p) { // as if the process had ended before
					old = r.IntN(len(g.old))
				}
				name = fmt.Sprintf("head %d of state %d", p, old)
				copy(at(b, p), at(g.old[old], p))
			case 4:
				from := r.IntN(80)
				name = fmt.Sprintf("noise in head %d from byte %d on", p, from)
				for i := range at(b, p)[from:80] {
					at(b, p)[from+i] = byte(r.Uint32())
				}
			default:
				name = "both heads cleared"
				clear(b[:2*attackPage])
			}
			g.try(t, name, b, true)
		}
	})
}

// TestAttackFlipped flips one to three bits, every other time in the first bytes of a page,
// where its elements are described.
func TestAttackFlipped(t *testing.T) {
	attackTargets(t, func(t *testing.T, g *victim, n int) {
		r := rand.New(rand.NewPCG(5, 6))
		for i := range n {
			b := slices.Clone(g.last)
			name := "flipped"
			for range 1 + r.IntN(3) {
				at := r.IntN(len(b))
				if i%2 == 0 {
					at = at/attackPage*attackPage + r.IntN(96)
				}
				bit := r.IntN(8)
				b[at] ^= 1 << bit
				name += fmt.Sprintf(" %d.%d", at, bit)
			}
			g.try(t, name, b, true)
		}
	})
}
