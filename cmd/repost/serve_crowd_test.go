package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"repost/cmd/repost/internal/web"
	"repost/store"
)

// bridgeNews are documents of some stories, a line of JSON each; documents of one story
// differ in a figure.
func bridgeNews(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		story := i % 40
		text := fmt.Sprintf("第%d号桥昨天上午封闭，%d块桥面的木板拆下来堆在%d里外的河滩上。施工队说第%d号桥改用钢结构，%d个月后通车，投资%d万元。桥头第%d家卖豆腐的说，封桥以后生意少了%d成。",
			story, 100+story, story*3, story, 2+i/40%3, 300+story*7, story, 1+story%9)
		fmt.Fprintf(&b, "{\"id\":\"d%d\",\"source\":\"报%d\",\"date\":\"2025-03-%02d\",\"title\":\"第%d号桥封闭\",\"text\":%q}\n", i, i%7, 1+i%28, story, text)
	}
	return b.String()
}

// crowd is what many clients met.
type crowd struct {
	mu     sync.Mutex
	took   []time.Duration
	failed []string
}

func (c *crowd) add(took time.Duration, failure string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.took = append(c.took, took); failure != "" {
		c.failed = append(c.failed, failure)
	}
}

// TestCrowd: many clients read pages of every kind while two feed the corpus: none gets an
// error. REPOST_CROWD is how many, for REPOST_CROWD_TIME, as 200 and 1m; it prints what they
// waited and what the server took.
func TestCrowd(t *testing.T) {
	clients, rounds, length := 12, 4, time.Hour
	if v := os.Getenv("REPOST_CROWD"); v != "" {
		var err error
		length, err = time.ParseDuration(os.Getenv("REPOST_CROWD_TIME"))
		if _, err2 := fmt.Sscan(v, &clients); err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		rounds = 1 << 30
	}
	path := os.Getenv("REPOST_SERVE_CORPUS") // a copy: it is fed
	if path == "" {
		path = filepath.Join(t.TempDir(), "c.repost")
	}
	c, err := store.Open(path, store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lib := newLibrary(c, "c", false)
	defer lib.close()
	if err := lib.Add(t.Context(), strings.NewReader(bridgeNews(0, 200)), false, func(*web.Added) error { return nil }); err != nil {
		t.Fatal(err)
	}
	address, _ := listening(t, lib, 1000, time.Minute)
	var list struct {
		Stories []struct {
			ID string `json:"story"`
		}
	}
	getJSON(t, "http://"+address+"/stories.json", &list)
	pages := []string{"/", "/stories", "/stories?q=7", "/stories.json?sort=new", "/notes", "/document?id=d3", "/history?id=d4", "/diff?a=d5&b=d45", "/find?sensitivity=phrase&text=" + url.QueryEscape("封桥以后生意少了")}
	for _, s := range list.Stories {
		pages = append(pages, "/story?id="+s.ID, "/collation?id="+s.ID)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var seen crowd
	until := time.Now().Add(length)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for n := 0; n < rounds && time.Now().Before(until); n++ {
				page := pages[r.IntN(len(pages))]
				q, err := http.NewRequest("GET", "http://"+address+page, nil)
				if err != nil {
					t.Error(err)
					return
				}
				q.Header.Set("Accept", "text/html")
				began, failure := time.Now(), ""
				w, err := client.Do(q)
				if err != nil {
					failure = err.Error()
				} else {
					_, err = io.Copy(io.Discard, w.Body)
					w.Body.Close()
					// A story may end, since its documents join others.
					if err != nil || w.StatusCode != http.StatusOK && w.StatusCode != http.StatusNotFound {
						failure = fmt.Sprint(page, " ", w.Status, " ", err)
					}
				}
				seen.add(time.Since(began), failure)
			}
		})
	}
	fed, stop := context.WithCancel(t.Context())
	var feeders sync.WaitGroup
	for i := range 2 {
		feeders.Go(func() {
			for n := 0; n < 8 || rounds > 1000; n++ {
				first := 1000*(i+1) + n*10
				w, err := client.Post("http://"+address+"/documents", "application/x-ndjson", strings.NewReader(bridgeNews(first, first+10)))
				if err != nil {
					t.Error(err)
					return
				}
				b, err := io.ReadAll(w.Body)
				w.Body.Close()
				if err != nil || strings.Count(string(b), "added") != 10 {
					t.Errorf("%v %s", err, b)
					return
				}
				if fed.Err() != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	stop()
	feeders.Wait()
	if len(seen.failed) > 0 {
		t.Errorf("%d of %d requests failed: %q", len(seen.failed), len(seen.took), seen.failed[:min(5, len(seen.failed))])
	}
	if rounds > 1000 {
		slices.Sort(seen.took)
		at := func(share float64) time.Duration {
			return seen.took[int(share*float64(len(seen.took)-1))].Round(time.Millisecond)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%d clients, %d requests, %d documents now: median %v, 95th %v, 99th %v, max %v; heap %d MB, taken from the system %d MB",
			clients, len(seen.took), c.Len(), at(.5), at(.95), at(.99), at(1), m.HeapInuse>>20, m.Sys>>20)
	}
}

// TestEventsOverRestart: a client follows what becomes of stories while the corpus is fed and
// the server is started anew twice; it gets each change once, in order.
func TestEventsOverRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	var got []string
	last := ""
	for round := range 3 {
		c, err := store.Open(path, store.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		lib := newLibrary(c, "c", false)
		s := web.New(lib, web.Options{})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := serverOf(s, time.Minute)
		go server.Serve(l)
		for i := range 3 {
			first := round*90 + i*30
			if err := lib.Add(t.Context(), strings.NewReader(bridgeNews(first, first+30)), false, func(*web.Added) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		total := 0
		if err := c.Changes(0, func(*store.Change) error { total++; return nil }); err != nil {
			t.Fatal(err)
		}
		want := total
		if round < 2 {
			want = (len(got) + total) / 2 // the connection goes in the midst of what there is
		}
		q, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+l.Addr().String()+"/changes", nil)
		if err != nil {
			t.Fatal(err)
		}
		if last != "" {
			q.Header.Set("Last-Event-ID", last)
		}
		w, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(w.Body)
		lines.Buffer(nil, 1<<20)
		for len(got) < want && lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				last = id
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				got = append(got, data)
			}
		}
		w.Body.Close()
		s.Close()
		server.Close()
		lib.close()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	c, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var want []string
	if err := c.Changes(0, func(ch *store.Change) error {
		b, err := json.Marshal(ch)
		want = append(want, string(b))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) || len(want) < 40 {
		t.Errorf("%d changes came, there are %d\n%q\n%q", len(got), len(want), got, want)
	}
}
