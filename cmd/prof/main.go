// temporary
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"repost/dedup"
	"repost/store"
	"repost/store/ingest"
)

func main() {
	if os.Getenv("KEEP") == "" {
		if os.Getenv("KEEP") == "" {
		os.Remove(os.Args[1])
	}
	}
	f, _ := os.Create(os.Args[1] + ".cpu")
	pprof.StartCPUProfile(f)
	c, err := store.Open(os.Args[1], store.Options{Create: true, Scheme: store.Stamp(&dedup.DefaultScheme)})
	if err != nil {
		panic(err)
	}
	last, at, tick := "", time.Now(), time.Now()
	_, err = store.Load(context.Background(), c, ingest.Read(os.Args[2:], os.Stdin, ingest.Options{}), store.LoadOptions{
		Skip: func(error) error { return nil },
		Progress: func(stage string, done, of int) {
			if stage != last || done == of || time.Since(tick) > 10*time.Second {
				tick = time.Now()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				fmt.Printf("%-10s %d/%d  %.1fs heap %d MB sys %d MB\n", stage, done, of, time.Since(at).Seconds(), m.HeapAlloc>>20, m.Sys>>20)
				last = stage
			}
		}})
	fmt.Println(err, time.Since(at))
	pprof.StopCPUProfile()
	c.Close()
}
