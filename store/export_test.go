package store

// NoSync returns opt for tests of logic: no waiting for the disk.
func NoSync(opt Options) Options {
	opt.noSync = true
	return opt
}
