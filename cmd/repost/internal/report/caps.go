package report

import "repost/dedup/detect"

// Capped says which bounds of the work on candidates and alignments were met, a line for each.
// What is beyond them may be missing from the stories.
func Capped(c detect.Caps) (lines []string) {
	if c.Repeating > 0 {
		lines = append(lines, Count(c.Repeating, "pair of texts repeats itself", "pairs of texts repeat themselves")+
			" so much that not all passages were looked for: see repost explain")
	}
	if c.Crowded > 0 {
		lines = append(lines, Count(c.Crowded, "fingerprint or band is", "fingerprints or bands are")+
			" in many texts: each of these was compared with some of the others, not with all")
	}
	if c.Unpaired > 0 {
		lines = append(lines, Count(c.Unpaired, "fingerprint or band is", "fingerprints or bands are")+
			" in too many texts to make pairs")
	}
	return lines
}
