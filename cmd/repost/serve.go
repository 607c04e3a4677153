package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/web"
	"repost/store"
)

const serveHelp = `serve shows the corpus in a browser: an overview, the stories and the documents with search and filters,
a story with its members by time and how they differ, two versions side by side, all
versions collated, a document with the stories it carries, its history, and whether a text
that you paste was published. Pages work without script, in English and Chinese, on paper
and on a telephone.

Every address gives the same as JSON: add .json to its path, or send Accept:
application/json. /openapi.json describes all of them. Programs feed the corpus by POST
/documents, JSON lines, read as ingest reads them, each answered on a line once it is on disk,
with the number of its own; repost ingest --server does that. /changes sends what becomes of stories as server-sent events.

It listens on this machine alone. For another address it makes a token, or takes --token
(or the environment's REPOST_SERVE_TOKEN); the link that it prints has it. Put a proxy
with TLS in front of a server that others reach. While it runs, it holds the corpus as a
command that writes does, and others can read; with --read-only others can write, and it
shows what they wrote some seconds later.

At most --max-connections clients are connected at a time, from one other machine a quarter
of them; more wait. A client that takes longer than --timeout to send a request, or to read
an answer, is cut off; one that sends documents may be silent for five minutes. At most 200
clients get server-sent events, and 16 send documents, at a time; others get 503 and come
again, as ingest --server does.

Interrupt it with Ctrl-C.`

type serveFlags struct {
	listen, token string
	readOnly      bool
	create        bool
	connections   int
	timeout       time.Duration
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:     "serve",
		Short:   "Show the corpus in a browser, and as an API",
		Long:    help(serveHelp, "1 is not used"),
		Example: "  repost serve\n  repost serve --listen :8470 --read-only --corpus archive.repost",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), &f) },
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8470", "the `address` to listen on; port 0 is any that is free")
	c.Flags().StringVar(&f.token, "token", "", "what every request must bring (made for addresses beyond this machine)")
	c.Flags().IntVar(&f.connections, "max-connections", 1000, "maximum number of clients connected at a time")
	c.Flags().DurationVar(&f.timeout, "timeout", time.Minute, "the `time` that a client may take to send a request, and to read an answer")
	c.Flags().BoolVar(&f.create, "create", false, "make the corpus if there is none, to be fed")
	c.Flags().BoolVar(&f.readOnly, "read-only", false, "take nothing in, and leave the corpus to other writers")
	return c
}

func (a *app) serve(ctx context.Context, f *serveFlags) (err error) {
	c, err := a.open(store.Options{ReadOnly: f.readOnly, Create: f.create})
	if err != nil {
		return err
	}
	opened := a.corpus
	var lib web.Library
	if f.readOnly {
		follower, err2 := newFollower(c, opened, func() (*store.Corpus, error) { return store.Open(opened, store.Options{ReadOnly: true}) })
		if err2 != nil {
			return errors.Join(err2, c.Close())
		}
		defer func() { err = errors.Join(err, follower.close()) }()
		lib = follower
	} else {
		own := newLibrary(c, opened, false)
		defer func() { own.close(); err = errors.Join(err, c.Close()) }()
		lib = own
	}
	if !f.readOnly && c.Covered() != c.Next() {
		if err := c.UpdateStories(ctx, a.progress(updateStages).step); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", f.listen, err)
	}
	if f.token == "" && !loopback(l.Addr()) {
		f.token = rand.Text()
	}
	s := web.New(lib, web.Options{Token: f.token, ReadOnly: f.readOnly, Timeout: f.timeout})
	server := serverOf(s, f.timeout)
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	a.complain("%s is at %s", a.corpus, linkTo(l.Addr(), f.token))
	go lib.Overview(ctx) // the first reader need not wait for the lists
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(limited(l, f.connections)) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.Close()
	last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if server.Shutdown(last) != nil {
		server.Close()
	}
	return nil
}

// serverOf is a server that waits no longer than timeout for a client. An answer may take
// that long to be made, too, after the request was read and before it is sent.
func serverOf(h http.Handler, timeout time.Duration) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: min(timeout, 10*time.Second), ReadTimeout: timeout, WriteTimeout: 3 * timeout,
		IdleTimeout: timeout, MaxHeaderBytes: 1 << 18,
	}
}

// loopback reports whether only this machine reaches an address.
func loopback(at net.Addr) bool {
	x, err := netip.ParseAddrPort(at.String())
	return err == nil && x.Addr().IsLoopback()
}

// linkTo is the address for a browser, with the token if there is one.
func linkTo(at net.Addr, token string) string {
	host := at.String()
	if x, err := netip.ParseAddrPort(host); err == nil && x.Addr().IsUnspecified() {
		host = strings.Replace(host, x.Addr().String(), "localhost", 1)
		host = strings.Replace(host, "[localhost]", "localhost", 1)
	}
	if token == "" {
		return "http://" + host + "/"
	}
	return "http://" + host + "/login?token=" + token
}
