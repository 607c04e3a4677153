package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"

	"github.com/spf13/cobra"
)

// profiling adds --pprof to all commands and returns what ends the profiles: to
// be called when the command has ended.
//
//	defer a.profiling(root)()
//
// The folder gets cpu.prof, samples of where the time goes, and mem.prof, what
// was allocated since the start and what lives at the end. Both are read with
// `go tool pprof`, for instance
//
//	go tool pprof -top -cum repost prof/cpu.prof
//	go tool pprof -top -sample_index=alloc_space repost prof/mem.prof
func (a *app) profiling(root *cobra.Command) (stop func()) {
	var dir string
	var cpu *os.File
	root.PersistentFlags().StringVar(&dir, "pprof", "", "write profiles of time and memory into this `folder`, for go tool pprof")
	before := root.PersistentPreRunE
	root.PersistentPreRunE = func(c *cobra.Command, args []string) (err error) {
		if err := before(c, args); err != nil || dir == "" {
			return err
		}
		cpu, err = startCPU(dir)
		return err
	}
	return func() {
		if cpu == nil {
			return
		}
		pprof.StopCPUProfile()
		if err := errors.Join(cpu.Close(), writeAllocations(dir)); err != nil {
			a.complain("%v", err)
		}
	}
}

func startCPU(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("profiling: %w", err)
	}
	f, err := os.Create(filepath.Join(dir, "cpu.prof"))
	if err != nil {
		return nil, fmt.Errorf("profiling: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("profiling: %w", err), f.Close())
	}
	return f, nil
}

// writeAllocations writes mem.prof, after a collection: what lives is exact then.
func writeAllocations(dir string) error {
	f, err := os.Create(filepath.Join(dir, "mem.prof"))
	if err != nil {
		return fmt.Errorf("profiling: %w", err)
	}
	runtime.GC()
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
