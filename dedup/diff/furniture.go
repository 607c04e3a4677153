package diff

import "slices"

// What stands around a story on its page: headlines and captions, other stories, what is
// masked. A line is known for furniture by its length, by the stop that it lacks, and by the
// empty lines around it. Time is linear in the text.

// foreign reports whether [lo, hi), where no spans say what the story is, is
// another story of the page: longer than what the texts share, or long and with
// headlines or captions in it.
func (c *comparison) foreign(v *view, lo, hi, size int) bool {
	if size <= 60 || size > 2*c.matched {
		return size > 60
	}
	for i := lo; i < hi; {
		end := i
		for end < hi && !v.toks[end].brk {
			end++
		}
		if v.count(i, end) > 0 && v.lineStart(i) && v.lineEnd(end) && v.furniture(i, end) {
			return true
		}
		i = end + 1
	}
	return false
}

// aside reports whether all that [lo, hi) says is masked.
func (v *view) aside(lo, hi int) bool {
	for i := lo; i < hi; i++ {
		if v.flags[i]&(isStrong|isSoft) == isStrong {
			return false
		}
	}
	return true
}

// silent reports whether v says nothing: marks and white space at most. Then all that
// the other text has is of the story.
func (v *view) silent() bool {
	return !slices.ContainsFunc(v.flags, func(f flags) bool { return f&isStrong != 0 })
}

// furniture reports whether the whole lines [lo, hi) are headlines or captions:
// short, and without a full stop or set off by empty lines.
func (v *view) furniture(lo, hi int) bool {
	for lo < hi {
		for lo < hi && v.toks[lo].kind == space {
			lo++
		}
		end := lo
		for end < hi && !v.toks[end].brk {
			end++
		}
		if lo == end {
			break
		}
		last := end - 1
		for last > lo && (v.toks[last].kind == space || v.toks[last].mark == closeQuote) {
			last--
		}
		if v.count(lo, end) > captionLen || v.toks[last].mark.endsSentence() && !v.alone(lo, end) {
			return false
		}
		lo = end
	}
	return true
}

// alone reports whether empty lines, or the ends of the text, stand before and
// after the line [lo, hi).
func (v *view) alone(lo, hi int) bool {
	return (lo == 0 || v.emptyLine(lo-1)) && (hi == len(v.toks) || v.emptyLine(hi))
}

func (v *view) emptyLine(i int) bool {
	n := 0
	for _, b := range v.of(i) {
		if b == '\n' || b == 0x2029 {
			n++
		}
	}
	return n >= 2 || i == len(v.toks)-1 && v.toks[i].brk || i == 0 && v.toks[i].brk
}

// around returns what stands outside the spans of the story and found no place, as
// ranges of tokens.
func (v *view) around() (parts [][2]int) {
	if !v.spans {
		return nil
	}
	for i := 0; i < len(v.toks); {
		j := i
		for j < len(v.toks) && v.flags[j]&(isStory|isMasked|isTaken) == 0 {
			j++
		}
		if v.count(i, j) > 0 {
			parts = append(parts, [2]int{i, j})
		}
		i = max(j, i+1)
	}
	return parts
}

// oneStory reports whether the paragraphs around the story of v are of it: in all
// no longer than twice what the texts share, and none of them another story.
func (c *comparison) oneStory(v *view, parts [][2]int) bool {
	sum := 0
	for _, p := range parts {
		if v.furniture(p[0], p[1]) {
			continue
		}
		size := v.count(p[0], p[1])
		if sum += size; sum > 2*c.matched || c.foreign(v, p[0], p[1], size) {
			return false
		}
	}
	return true
}
