package detect

// keepExtra keeps the documents that have something next to their text which no kept one has.
func (v *surviving) keepExtra(fates []Fate) {
	if v.opt.Extra == nil {
		return
	}
	has := map[uint64]bool{}
	for n := range fates {
		if fates[n].Kept() && v.present(uint32(n)) {
			has[v.opt.Extra(uint32(n))] = true
		}
	}
	for n := range fates {
		if h := v.opt.Extra(uint32(n)); h != 0 && !has[h] && v.present(uint32(n)) && !v.opt.Seen(uint32(n)) {
			fates[n], has[h] = Fate{}, true
		}
	}
}
