//go:build !unix

package main

import "time"

// processorTime, resetPeak and peakMemory are not known here.
func processorTime() (time.Duration, bool) { return 0, false }

func resetPeak() {}

func peakMemory() int64 { return 0 }
