package store

import (
	"repost/dedup"
	"repost/dedup/detect"
)

// NoSync returns opt for tests of logic: no waiting for the disk.
func NoSync(opt Options) Options {
	opt.noSync = true
	return opt
}

// SetStories replaces all stories by those of the documents below covers.
func (c *Corpus) SetStories(stories []dedup.Story, covers uint32) error {
	kept := make([]detect.KeptStory, len(stories))
	for i := range stories {
		kept[i] = detect.KeptStory{Story: stories[i], Order: key32(uint32(i))}
	}
	return c.setStories(kept, nil, covers, c.view.Load().Removals)
}

// AddLinks is keepLinks.
func (c *Corpus) AddLinks(links []dedup.Link, linked []byte) error { return c.keepLinks(links, linked) }
