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
	if r.ContentLength == 0 {
		s.failBy(w, r, Wrong("body"))
		return
	}
	p := &parameters{values: r.URL.Query()} // the body is no form, whatever its type
	asRead := p.one("markup", "", "keep") == "keep"
	if p.err != nil {
		s.failBy(w, r, p.err)
		return
	}
	if !s.feeds.enter() {
		s.failBy(w, r, ErrBusy)
		return
	}
	defer s.feeds.leave()
	out := s.patientWriter(w)
	out.control.EnableFullDuplex()
	body := patientReader{r.Body, out.control}
	began := false
	err := s.lib.Add(r.Context(), body, asRead, func(a *Added) error {
		b, err := report.JSON(a)
		if err != nil {
			return err
		}
		if !began {
			w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
			began = true
		}
		if _, err = out.Write(b); err != nil {
			return err
		}
		return out.Flush()
	})
	switch {
	case err == nil && !began:
		s.json(w, http.StatusOK, struct{}{})
	case err != nil && !began:
		s.failBy(w, r, err)
	case err != nil:
		if b, err := report.JSON(Added{Status: "failed", Error: err.Error()}); err == nil {
			out.Write(b)
		}
	}
}

// patientReader reads a body and waits for the next bytes of it for idleBody.
type patientReader struct {
	io.Reader
	control *http.ResponseController
}

func (p patientReader) Read(b []byte) (int, error) {
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

// mostNote bounds the characters of a note, and mostSubject those of what it is about: two
// ids and a key.
const (
	mostNote    = 1000
	mostSubject = 32 << 10
)

func (s *Server) setNote(w http.ResponseWriter, r *http.Request) {
	var n Note
	kind := mediaType(r)
	form := kind == "application/x-www-form-urlencoded"
	if !form && kind != "application/json" {
		s.failBy(w, r, &problem{http.StatusUnsupportedMediaType, "media", ""})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 256<<10)
	if form {
		p := parametersOf(r)
		n = Note{Subject: p.wanted("subject"), Mark: p.text("mark"), Text: p.text("text")}
		for name := range r.PostForm {
			if !slices.Contains([]string{"subject", "mark", "text"}, name) {
				p.wrong(name)
			}
		}
		if p.err != nil {
			s.failBy(w, r, p.err)
			return
		}
	} else {
		var in struct{ Subject, Mark, Text jsonText }
		if err := decode(r, &in); err != nil {
			s.failBy(w, r, badForm(err))
			return
		}
		n = Note{Subject: string(in.Subject), Mark: string(in.Mark), Text: string(in.Text)}
	}
	n.Text = strings.TrimSpace(n.Text)
	kind, rest, _ := strings.Cut(n.Subject, "/")
	switch {
	case rest == "" || utf8.RuneCountInString(n.Subject) > mostSubject || !slices.Contains([]string{"story", "document", "change"}, kind):
		s.failBy(w, r, Wrong("subject"))
		return
	case n.Mark != "" && !slices.Contains(Marks, n.Mark):
		s.failBy(w, r, Wrong("mark"))
		return
	case utf8.RuneCountInString(n.Text) > mostNote || !utf8.ValidString(n.Text):
		s.failBy(w, r, Wrong("text"))
		return
	}
	n.Time, n.Change = time.Now().UTC().Truncate(time.Second), s.readings(r.Context(), n.Subject)
	if err := s.lib.SetNote(r.Context(), n); err != nil {
		s.failBy(w, r, err)
		return
	}
	if !form || wantsJSON(r) {
		s.json(w, http.StatusOK, n)
		return
	}
	to := addressOf(n.Subject)
	if _, _, key := changeOf(n.Subject); key != "" {
		to += "&view=list" // where it was marked, and stands now
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

//go:embed openapi.json
var description []byte

func (s *Server) openapi(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(description)
}
