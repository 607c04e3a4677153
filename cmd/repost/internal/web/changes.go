package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"repost/cmd/repost/internal/report"
)

// What becomes of stories is sent as server-sent events (HTML Living Standard, 9.2). Many
// changes have one time, since a load makes them together, so that the id of an event is its
// time and its place among those of that time: 17.3 is the third change of the time 17. A
// client that comes back with it, also to a server that was started anew, gets what follows
// that change, and nothing twice.

// A place says how far changes were sent.
type place struct {
	at   uint32
	sent int // of the changes of that time; -1 is all of them
}

// placeOf reads a place: a time, which was sent whole, or an event's id.
func placeOf(s string) (p place, ok bool) {
	time, sent, part := strings.Cut(s, ".")
	at, err := strconv.ParseUint(time, 10, 32)
	p = place{uint32(at), -1}
	if part && err == nil {
		var n uint64
		n, err = strconv.ParseUint(sent, 10, 31)
		p.sent = int(n)
	}
	return p, err == nil
}

// since is the time after which changes are asked for: of a time that was sent in part, all
// are read again.
func (p place) since() uint32 {
	if p.sent >= 0 && p.at > 0 {
		return p.at - 1
	}
	return p.at
}

// A changeReader finds the changes after a place.
type changeReader struct {
	after place // as it was asked for
	now   place // of the last that was read
}

// next takes the time of a change and reports whether it comes after the place.
func (c *changeReader) next(at uint32) bool {
	if at != c.now.at {
		c.now = place{at: at}
	}
	c.now.sent++
	return at != c.after.at || c.after.sent >= 0 && c.now.sent > c.after.sent
}

// pollChanges is how often changes are looked for while a client waits for them.
const pollChanges = 500 * time.Millisecond

// changes sends what becomes of stories: what came after the time since, or after the event
// that the header Last-Event-ID names, and then each change as it happens. With once=1, or
// as JSON, it sends those that there are, a line each.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) {
	p := parametersOf(r)
	name, v := "Last-Event-ID", r.Header.Get("Last-Event-ID")
	if v == "" {
		name, v = "since", cmp.Or(p.text("since"), "0")
	}
	from, ok := placeOf(v)
	if !ok {
		p.wrong(name)
	}
	once := p.one("once", "", "1") == "1" || wantsJSON(r)
	if p.err != nil {
		s.failBy(w, r, p.err)
		return
	}
	if !s.streams.enter() {
		s.failBy(w, r, ErrBusy)
		return
	}
	defer s.streams.leave()
	out := s.patientWriter(w)
	kind := "text/event-stream; charset=utf-8"
	if once {
		kind = "application/x-ndjson; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	quiet, began := time.Now(), false
	for {
		read := changeReader{after: from}
		err := s.lib.Changes(r.Context(), from.since(), func(at uint32, change any) error {
			if !read.next(at) {
				return nil
			}
			b, err := report.JSON(change)
			if err != nil {
				return err
			}
			from, quiet, began = read.now, time.Now(), true
			if once {
				_, err = out.Write(b)
				return err
			}
			_, err = fmt.Fprintf(out, "id: %d.%d\nevent: change\ndata: %s\n\n", at, from.sent, strings.TrimRight(string(b), "\n"))
			return err
		})
		if err != nil && !began { // nothing was sent: it can be answered as any other
			s.failBy(w, r, err)
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler) // a stream that was cut must not look like a whole one
		}
		if once {
			return
		}
		from.sent = -1                          // a time is there whole, or not
		if time.Since(quiet) > 15*time.Second { // proxies and browsers give up on silence
			if _, err := io.WriteString(out, ": nothing new\n\n"); err != nil {
				return
			}
			quiet = time.Now()
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		case <-time.After(pollChanges):
		}
	}
}

// A patientWriter writes a stream without end to a client that reads it: each write has the
// time that a whole answer has otherwise, and fails after it.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	wait    time.Duration
}

func (s *Server) patientWriter(w http.ResponseWriter) *patientWriter {
	return &patientWriter{w, http.NewResponseController(w), s.opt.Timeout}
}

func (p *patientWriter) Write(b []byte) (int, error) {
	p.extend()
	return p.ResponseWriter.Write(b)
}

// Flush sends what was written.
func (p *patientWriter) Flush() error {
	p.extend()
	if err := p.control.Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

func (p *patientWriter) extend() { p.control.SetWriteDeadline(time.Now().Add(p.wait)) }
