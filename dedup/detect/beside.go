package detect

// keepBeside keeps the documents that have something beside their text which no kept one has.
func (v *surviving) keepBeside(fates []Fate) {
	if v.opt.Beside == nil {
		return
	}
	has := map[uint64]bool{}
	for n := range fates {
		if fates[n].Kept() && v.present(uint32(n)) {
			has[v.opt.Beside(uint32(n))] = true
		}
	}
	for n := range fates {
		if h := v.opt.Beside(uint32(n)); h != 0 && !has[h] && v.present(uint32(n)) && !v.opt.Seen(uint32(n)) {
			fates[n], has[h] = Fate{}, true
		}
	}
}
