package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"repost/cmd/repost/internal/web"
)

// listening serves a library over limited connections, with a timeout, and returns its
// address and how many requests are being answered.
func listening(t *testing.T, lib web.Library, most int, timeout time.Duration) (address string, answering *atomic.Int64) {
	t.Helper()
	s := web.New(lib, web.Options{Timeout: timeout})
	answering = &atomic.Int64{}
	server := serverOf(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answering.Add(1)
		defer answering.Add(-1)
		s.ServeHTTP(w, r)
	}), timeout)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(limited(l, most))
	t.Cleanup(func() { server.Close() })
	t.Cleanup(s.Close)
	return l.Addr().String(), answering
}

// smallLibrary is that of a corpus of one long document.
func smallLibrary(t *testing.T) *library {
	t.Helper()
	l := emptyLibrary(t)
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "第%d号桥在上游%d公里处，去年冬天修了%d次。", i, i*7%113, i%5)
	}
	line := fmt.Sprintf("{\"id\":\"long\",\"date\":\"2025-01-02\",\"text\":\"%s\"}\n", text.String())
	if err := l.Add(t.Context(), strings.NewReader(line), false, func(*web.Added) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return l
}

// TestSlowClients: clients that send their request or their documents a byte at a time, that
// send no end of a header, or that do not read, have the connections for a time alone; an
// honest client that comes after them is answered, and nothing is left of them.
func TestSlowClients(t *testing.T) {
	const most = 8
	lib := smallLibrary(t)
	address, answering := listening(t, lib, most, 300*time.Millisecond)
	slow := map[string]func(c net.Conn){
		"sends no end of a header": func(c net.Conn) {
			io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n")
			for i := 0; ; i++ {
				if _, err := fmt.Fprintf(c, "X-%d: a\r\n", i); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		},
		"sends nothing": func(c net.Conn) { io.Copy(io.Discard, c) },
		"sends a text a byte at a time": func(c net.Conn) {
			io.WriteString(c, "POST /find HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n")
			for {
				if _, err := io.WriteString(c, "x"); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		},
		"does not read": func(c net.Conn) {
			c.(*net.TCPConn).SetReadBuffer(1024)
			for range 2000 { // a pipeline of pages that nobody reads
				if _, err := io.WriteString(c, "GET /document?id=long HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n"); err != nil {
					return
				}
			}
			time.Sleep(time.Minute)
		},
	}
	for name, misbehave := range slow {
		var left atomic.Int64
		for range most {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			left.Add(1)
			go func() { defer left.Add(-1); misbehave(c) }()
		}
		r, err := http.Get("http://" + address + "/notes")
		if err != nil {
			t.Fatalf("after clients that %s: %v", name, err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusOK {
			t.Errorf("after clients that %s: %s", name, r.Status)
		}
		http.DefaultClient.CloseIdleConnections()
	}
	for range 600 { // until nothing is being answered
		if answering.Load() == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if n := answering.Load(); n > 0 {
		t.Errorf("%d requests of clients that do not read are being answered", n)
	}
	r, err := http.Get("http://" + address + "/story?id=" + strings.Repeat("x", 1<<19))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("half a megabyte of an address: %s", r.Status)
	}
}

// TestConnections: no more connections are served at a time than are allowed, and those that
// come beyond wait and are served after the others.
func TestConnections(t *testing.T) {
	const most = 4
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var now, peak, served atomic.Int64
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		for old := peak.Load(); n > old && !peak.CompareAndSwap(old, n); old = peak.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		now.Add(-1)
		served.Add(1)
	})}
	go server.Serve(limited(l, most))
	defer server.Close()
	done := make(chan error)
	for range 40 {
		go func() {
			c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			r, err := c.Get("http://" + l.Addr().String())
			if err == nil {
				r.Body.Close()
			}
			done <- err
		}()
	}
	for range 40 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if peak.Load() > most || served.Load() != 40 {
		t.Errorf("%d served, %d at a time", served.Load(), peak.Load())
	}
	// One address of another machine has a quarter.
	x := limited(l, most)
	far, near := hostOf(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 9}), hostOf(l.Addr())
	if !x.enter(far) || x.enter(far) || !x.enter(near) || !x.enter(near) {
		t.Error("another machine has more than a quarter of the connections, or this one less than all")
	}
	if x.leave(far); !x.enter(far) {
		t.Error("a connection that was closed counts")
	}
}
