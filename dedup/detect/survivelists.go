package detect

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"repost/dedup"
	"repost/shingle"
	"repost/shingle/mask"
)

// Documents are compared by their live units. Of a page that is nothing but a list of links, next to
// nothing is live, and two such pages have that in common whatever they list: so their links count,
// line by line.

// mostlyMasked is of how many units at most one is live.
const mostlyMasked = 4

// keepLists takes back that lists of links were dropped whose lines stand in none of the documents
// for which they were, if these lines are as long as a passage that is never lost.
func (v *surviving) keepLists(r *Survival) error {
	passage := int(max(0, cmp.Or(v.opt.Passage, DefaultPassage)))
	if passage == 0 {
		return nil
	}
	var ns []uint32
	for n := range r.Fates {
		if f := &r.Fates[n]; !f.Kept() && f.Relation != dedup.Identical && f.Rule != BySeen {
			ns = append(ns, uint32(n))
		}
	}
	var mu sync.Mutex
	missing := map[uint32]map[string]bool{} // document → its links
	err := v.eachText(ns, func(k *Sketcher, at int, text string) {
		if lines := linksOf(k.Prepare(text)); len(lines) > 0 {
			mu.Lock()
			missing[ns[at]] = lines
			mu.Unlock()
		}
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	holders := map[uint32][]map[string]bool{}
	for n, lines := range missing {
		for _, by := range r.Fates[n].By {
			holders[by] = append(holders[by], lines)
		}
	}
	by := slices.Sorted(maps.Keys(holders))
	err = v.eachText(by, func(_ *Sketcher, at int, text string) {
		mu.Lock()
		defer mu.Unlock()
		for line := range strings.Lines(text) {
			for _, lines := range holders[by[at]] {
				delete(lines, bareLine(line))
			}
		}
	})
	for n, lines := range missing {
		lost := 0
		for line := range lines {
			lost += utf8.RuneCountInString(line)
		}
		if lost >= passage {
			r.Fates[n] = Fate{}
		}
	}
	return err
}

// linksOf returns the lines of a text that are links, if these are most of it.
func linksOf(t *Text) map[string]bool {
	if len(t.IDs)*mostlyMasked > t.All {
		return nil
	}
	var links []shingle.Span
	for _, m := range t.Masks {
		if m.Reason == mask.Link {
			links = append(links, m.Span)
		}
	}
	lines := map[string]bool{}
	at := 0
	for line := range strings.Lines(t.Source) {
		for len(links) > 0 && links[0].Hi <= at {
			links = links[1:]
		}
		if at += len(line); len(links) > 0 && links[0].Lo < at {
			lines[bareLine(line)] = true
		}
	}
	return lines
}

// bareLine returns a line without a bullet, an emphasis and blanks around it.
func bareLine(line string) string { return strings.Trim(line, " \t\r\n*_->·") }
