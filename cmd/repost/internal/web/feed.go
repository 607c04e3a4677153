package web

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"repost/cmd/repost/internal/report"
)

// readText reads a text of a request. What is no UTF-8 is refused.
func readText(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	switch {
	case err != nil:
		return "", badForm(err)
	case len(b) > maxBody:
		return "", &problem{http.StatusRequestEntityTooLarge, "too-large", fmt.Sprint(maxBody)}
	case !utf8.Valid(b):
		return "", &problem{http.StatusBadRequest, "encoding", ""}
	}
	return string(b), nil
}

func badForm(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return &problem{http.StatusBadRequest, "form", ""}
}

// idleBody is how long a client that sends documents may be silent.
const idleBody = 5 * time.Minute

// add takes in documents as they come, JSON lines, and answers each with a line once it is
// on disk. The same document again changes nothing, so that a client which lost the
// connection may send all again.
func (s *Server) add(w http.ResponseWriter, r *http.Request) {
	c := http.NewResponseController(w)
	c.SetWriteDeadline(time.Time{})
	c.EnableFullDuplex()
	body := patient{r.Body, c}
	began := false
	err := s.lib.Add(r.Context(), body, func(a *Added) error {
		b, err := report.JSON(a)
		if err != nil {
			return err
		}
		if !began {
			w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
			began = true
		}
		if _, err = w.Write(b); err != nil {
			return err
		}
		return c.Flush()
	})
	switch {
	case err == nil && !began:
		s.json(w, http.StatusOK, struct{}{})
	case err != nil && !began:
		s.failBy(w, r, err)
	case err != nil:
		if b, err := report.JSON(Added{Status: "failed", Error: err.Error()}); err == nil {
			w.Write(b)
		}
	}
}

// patient reads a body and waits for the next bytes of it for idleBody.
type patient struct {
	io.Reader
	control *http.ResponseController
}

func (p patient) Read(b []byte) (int, error) {
	p.control.SetReadDeadline(time.Now().Add(idleBody))
	return p.Reader.Read(b)
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request) {
	p := parametersOf(r)
	id := p.wanted("id")
	if p.err != nil {
		s.failBy(w, r, p.err)
		return
	}
	if err := s.lib.Remove(r.Context(), id); err != nil {
		s.failBy(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// pollChanges is how often changes are looked for while a client waits for them.
const pollChanges = 500 * time.Millisecond

// changes sends what becomes of stories as server-sent events: those after the time since,
// or after the header Last-Event-ID, and then each as it happens. With once=1, or as
// JSON, it sends those that there are, a line each.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) {
	p := parametersOf(r)
	since := p.number("since", 0, 1<<32-1, 0)
	once := p.one("once", "", "1") == "1" || wantsJSON(r)
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		p.values.Set("since", last)
		since = p.number("since", 0, 1<<32-1, 0)
	}
	if p.err != nil {
		s.failBy(w, r, p.err)
		return
	}
	c := http.NewResponseController(w)
	c.SetWriteDeadline(time.Time{})
	kind := "text/event-stream; charset=utf-8"
	if once {
		kind = "application/x-ndjson; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	at := uint32(since)
	quiet := time.Now()
	for {
		err := s.lib.Changes(r.Context(), at, func(now uint32, change any) error {
			b, err := report.JSON(change)
			if err != nil {
				return err
			}
			at, quiet = now, time.Now()
			if once {
				_, err = w.Write(b)
				return err
			}
			_, err = fmt.Fprintf(w, "id: %d\nevent: change\ndata: %s\n\n", now, strings.TrimRight(string(b), "\n"))
			return err
		})
		if err != nil || once {
			return
		}
		if time.Since(quiet) > 15*time.Second { // proxies and browsers give up on silence
			if _, err := io.WriteString(w, ": nothing new\n\n"); err != nil {
				return
			}
			quiet = time.Now()
		}
		c.SetWriteDeadline(time.Now().Add(30 * time.Second))
		if c.Flush() != nil {
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

// mostNote bounds the characters of a note.
const mostNote = 1000

func (s *Server) setNote(w http.ResponseWriter, r *http.Request) {
	var n Note
	form := !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
	if form {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		p := parametersOf(r)
		n = Note{Subject: p.wanted("subject"), Mark: p.text("mark"), Text: strings.TrimSpace(p.text("text"))}
		if p.err != nil {
			s.failBy(w, r, p.err)
			return
		}
	} else if err := decode(w, r, &n); err != nil {
		s.failBy(w, r, badForm(err))
		return
	}
	kind, rest, _ := strings.Cut(n.Subject, "/")
	switch {
	case rest == "" || !slices.Contains([]string{"story", "document", "change"}, kind):
		s.failBy(w, r, &problem{http.StatusBadRequest, "parameter", "subject"})
		return
	case n.Mark != "" && !slices.Contains(Marks, n.Mark):
		s.failBy(w, r, &problem{http.StatusBadRequest, "parameter", "mark"})
		return
	case utf8.RuneCountInString(n.Text) > mostNote || !utf8.ValidString(n.Text):
		s.failBy(w, r, &problem{http.StatusBadRequest, "parameter", "text"})
		return
	}
	n.Time = time.Now().UTC().Truncate(time.Second)
	if err := s.lib.SetNote(r.Context(), n); err != nil {
		s.failBy(w, r, err)
		return
	}
	if !form || wantsJSON(r) {
		s.json(w, http.StatusOK, n)
		return
	}
	http.Redirect(w, r, s.addressOf(n.Subject), http.StatusSeeOther)
}

//go:embed openapi.json
var description []byte

func (s *Server) openapi(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(description)
}
