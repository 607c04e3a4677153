package detect

import "slices"

// textTable holds texts prepared for linking, by document number. Where those of one ingest
// fit in memory, they stay there from the alignment to the description of the stories: boilerplate
// is looked for in some of them and each member of a story is compared with its canonical
// text, and to prepare a text again costs more than to align it. What does not fit goes to
// the spill.
type textTable struct {
	texts map[uint32]*compact
	units int
}

// keepTexts prepares those documents that are not in the table yet and keeps them, if there
// is room for all of them. Their numbers ascend.
func (st *detector) keepTexts(ns []uint32) error {
	missing, units := st.notKept(ns)
	if len(missing) == 0 || st.table.units+units > st.inMemoryUnits {
		return nil
	}
	some, err := prepared(st, missing, (*Sketcher).compact)
	if err != nil {
		return err
	}
	if st.table.texts == nil {
		st.table.texts = make(map[uint32]*compact, len(missing))
	}
	for i, n := range missing {
		st.table.texts[n] = some[i]
	}
	st.table.units += units
	return nil
}

// notKept returns which documents are not in the table, and how many live units they have.
func (st *detector) notKept(ns []uint32) (missing []uint32, units int) {
	for _, n := range ns {
		if st.table.texts[n] == nil {
			missing = append(missing, n)
			units += int(st.unitsOf(n))
		}
	}
	return missing, units
}

// inMemory returns a source of documents in memory, whose numbers ascend: those in the
// table and the rest, prepared for this source alone.
func (st *detector) inMemory(ns []uint32) (func() source, error) {
	missing, _ := st.notKept(ns)
	rest, err := prepared(st, missing, (*Sketcher).compact)
	return func() source {
		return func(n uint32, _ *compact) (*compact, error) {
			if c := st.table.texts[n]; c != nil {
				return c, nil
			}
			i, _ := slices.BinarySearch(missing, n)
			return rest[i], nil
		}
	}, err
}

// outlines returns the outlines of documents, whose numbers ascend: from the table or the
// spill, or prepared.
func (st *detector) outlines(ns []uint32) (func(n uint32) *Text, error) {
	if st.spill.usable() {
		if err := st.spill.fill(st, ns); err != nil {
			return nil, err
		}
	}
	if st.spill.usable() {
		return st.spilled(ns)
	}
	missing, _ := st.notKept(ns)
	rest, err := prepared(st, missing, (*Sketcher).outline)
	return func(n uint32) *Text {
		if c := st.table.texts[n]; c != nil {
			return &c.text
		}
		i, _ := slices.BinarySearch(missing, n)
		return rest[i]
	}, err
}

// spilled returns the outlines of documents that are in the spill.
func (st *detector) spilled(ns []uint32) (func(n uint32) *Text, error) {
	texts := make(map[uint32]*Text, len(ns))
	read := st.spill.reader()
	for _, n := range ns {
		c, err := read(n, nil)
		if err != nil {
			return nil, err
		}
		texts[n] = &c.text
	}
	return func(n uint32) *Text { return texts[n] }, nil
}
