package main

import (
	"os"
	"syscall"
)

// processMemory is the most memory that a process had that ended, in bytes.
func processMemory(p *os.ProcessState) int { return int(p.SysUsage().(*syscall.Rusage).Maxrss) << 10 }
