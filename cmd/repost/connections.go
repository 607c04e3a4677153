package main

import (
	"net"
	"net/netip"
	"sync"
)

// A limitedListener bounds the connections that are open at a time: further ones wait, and
// where one address of another machine has a quarter of all, its next is closed at once. What
// a connection costs is bounded by the server, so that this bounds the memory and the files
// of all of them together. (Not golang.org/x/net/netutil, which lets one client have all.)
type limitedListener struct {
	net.Listener
	room   chan struct{}
	closed chan struct{}
	once   sync.Once

	mu     sync.Mutex
	byHost map[netip.Addr]int
}

func limited(l net.Listener, most int) *limitedListener {
	return &limitedListener{Listener: l, room: make(chan struct{}, most), closed: make(chan struct{}), byHost: map[netip.Addr]int{}}
}

func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		select {
		case l.room <- struct{}{}:
		case <-l.closed:
			return nil, net.ErrClosed
		}
		c, err := l.Listener.Accept()
		if err != nil {
			<-l.room
			return nil, err
		}
		host := hostOf(c.RemoteAddr())
		if !l.enter(host) {
			c.Close()
			<-l.room
			continue
		}
		return &limitedConn{Conn: c, leave: sync.OnceFunc(func() { l.leave(host); <-l.room })}, nil
	}
}

func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// hostOf is the address of a client without its port; of this machine, or of what has none,
// nothing.
func hostOf(at net.Addr) netip.Addr {
	x, err := netip.ParseAddrPort(at.String())
	if err != nil || x.Addr().Unmap().IsLoopback() {
		return netip.Addr{}
	}
	return x.Addr().Unmap()
}

func (l *limitedListener) enter(host netip.Addr) bool {
	if !host.IsValid() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byHost[host] >= max(1, cap(l.room)/4) {
		return false
	}
	l.byHost[host]++
	return true
}

func (l *limitedListener) leave(host netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byHost[host]--; l.byHost[host] <= 0 {
		delete(l.byHost, host)
	}
}

// limitedConn gives its room back once it is closed.
type limitedConn struct {
	net.Conn
	leave func()
}

func (c *limitedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
