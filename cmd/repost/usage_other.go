//go:build !unix

package main

import (
	"os"
	"syscall"
	"time"
)

var failedWrites = []os.Signal{syscall.SIGPIPE}

// processorTime, resetPeak and peakMemory are not known here.
func processorTime() (time.Duration, bool) { return 0, false }

func resetPeak() {}

func peakMemory() int64 { return 0 }
