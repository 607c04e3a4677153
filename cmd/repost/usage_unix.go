//go:build unix

package main

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// failedWrites are the signals of a write that fails as well: to a closed pipe, and past the
// limit of a file (ulimit -f), at which the runtime ends with a trace. Both are ignored.
var failedWrites = []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}

// processorTime returns the time that the process has spent on all processors.
func processorTime() (time.Duration, bool) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}

// resetPeak begins a new peak of memory, where the system can.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peakMemory returns the peak memory of the process since the last resetPeak, or, where the
// system cannot reset it, since its start; 0 is unknown.
func peakMemory() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	if _, line, ok := bytes.Cut(status, []byte("VmHWM:")); ok {
		if fields := bytes.Fields(line[:min(len(line), 40)]); len(fields) > 0 {
			if kb, err := strconv.ParseInt(string(fields[0]), 10, 64); err == nil {
				return kb << 10
			}
		}
	}
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" { // in bytes there, elsewhere in KB
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}
