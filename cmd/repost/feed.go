package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"repost/cmd/repost/internal/report"
	"repost/cmd/repost/internal/web"
	"repost/dedup"
)

// A feeder sends documents to a server, a batch in a request, and waits until each is
// answered, which is when it is on disk. A batch that was not answered whole, because the
// server or the network went, is sent again: what the server has already it leaves as it
// is.
type feeder struct {
	address string // of POST /documents
	token   string
	client  *http.Client
	wait    time.Duration // how long a server may be gone
	gone    func(err error)
	answer  func(*web.Added) error
}

// fed is a document as it is sent.
type fed struct {
	ID     string `json:"id"`
	URL    string `json:"url,omitempty"`
	Source string `json:"source,omitempty"`
	Date   string `json:"date,omitempty"`
	Title  string `json:"title,omitempty"`
	Text   string `json:"text"`
}

// Sizes of a batch.
const (
	fedDocuments = 500
	fedBytes     = 4 << 20
)

// addressOf reads the address of a server.
func addressOf(server string) (*url.URL, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("give an address as http://127.0.0.1:8470")
	}
	return u, nil
}

// newFeeder is a feeder of the server at an address.
func newFeeder(server, token string) (*feeder, error) {
	u, err := addressOf(server)
	if err != nil {
		return nil, err
	}
	if t := u.Query().Get("token"); t != "" && token == "" { // the link that serve prints
		token, u.RawQuery, u.Path = t, "", ""
	}
	return &feeder{address: u.JoinPath("documents").String(), token: token, client: &http.Client{}, wait: 10 * time.Minute}, nil
}

// send sends a batch until all of it is answered.
func (f *feeder) send(ctx context.Context, batch []fed) error {
	var began time.Time
	for pause := 200 * time.Millisecond; len(batch) > 0; pause = min(2*pause, 10*time.Second) {
		n, err := f.post(ctx, batch)
		batch = batch[n:]
		var refused *refusal
		switch {
		case len(batch) == 0:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &refused):
			return err
		case n > 0:
			began, pause = time.Time{}, 200*time.Millisecond
		}
		if began.IsZero() {
			began = time.Now()
			f.gone(err)
		}
		if time.Since(began) > f.wait {
			return fmt.Errorf("%s: no answer for %v: %w", f.address, f.wait, err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// refusal is an answer that would be the same the next time.
type refusal struct{ said string }

func (r *refusal) Error() string { return r.said }

// post sends a batch once, and returns how many of it were answered.
func (f *feeder) post(ctx context.Context, batch []fed) (answered int, err error) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	for i := range batch {
		if err := e.Encode(&batch[i]); err != nil {
			return 0, &refusal{err.Error()}
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.address+"?markup=keep", &body)
	if err != nil {
		return 0, &refusal{err.Error()}
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Accept", "application/json")
	if f.token != "" {
		r.Header.Set("Authorization", "Bearer "+f.token)
	}
	w, err := f.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(w.Body, 4<<10))
		err := fmt.Errorf("%s: %s: %s", f.address, w.Status, strings.TrimSpace(string(said)))
		if w.StatusCode >= 500 || w.StatusCode == http.StatusTooManyRequests {
			return 0, err
		}
		return 0, &refusal{err.Error()}
	}
	in := bufio.NewReader(w.Body)
	for answered < len(batch) {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return answered, fmt.Errorf("%s: %w", f.address, err)
		}
		var a web.Added
		if err := json.Unmarshal(line, &a); err != nil {
			return answered, fmt.Errorf("%s: an answer that is no JSON: %w", f.address, err)
		}
		if a.Status == "failed" {
			return answered, errors.New(a.Error)
		}
		if err := f.answer(&a); err != nil {
			return answered, &refusal{err.Error()}
		}
		answered++
	}
	return answered, nil
}

// feed reads paths and sends what they hold to a server.
func (a *app) feed(ctx context.Context, server, token string, paths []string, novelty bool) error {
	f, err := newFeeder(server, token)
	if err != nil {
		return err
	}
	opt, err := a.input.options()
	if err != nil {
		return err
	}
	rejected, err := a.openRejects(paths, &opt)
	if err != nil {
		return err
	}
	p := a.progress(reading)
	defer p.clear()
	out := a.printer()
	counts := map[string]int{}
	f.gone = func(err error) {
		p.clear()
		a.complain("%v; waiting for the server, and sending again what it did not answer", err)
	}
	f.answer = func(x *web.Added) error {
		counts[x.Status]++
		if x.Status == "refused" {
			p.clear()
			a.complain("%s: %s", x.ID, x.Error)
		}
		if novelty && x.Novelty != nil {
			out.Newcomer(&report.Newcomer{ID: x.ID, Version: 1, Novelty: x.Novelty})
		}
		return out.Err
	}
	lost, size := 0, 0
	var batch []fed
	flush := func() error {
		err := f.send(ctx, batch)
		batch, size = batch[:0], 0
		return err
	}
	err = func() error {
		for rec, err := range a.watch(p, paths, opt) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				p.clear()
				a.complain("%v", err)
				rejected.add(err)
				if losesText(err) {
					lost++
				}
				continue
			}
			batch = append(batch, fedOf(&rec.Doc))
			if size += len(rec.Doc.Text); len(batch) >= fedDocuments || size >= fedBytes {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	}()
	p.clear()
	err = errors.Join(err, rejected.close())
	a.sent(f, counts)
	if err == nil && lost+counts["refused"] > 0 {
		return status(trouble)
	}
	return err
}

// sent says what became of what was sent.
func (a *app) sent(f *feeder, counts map[string]int) {
	all := 0
	for _, n := range counts {
		all += n
	}
	a.infof("%s sent to %s: %s new, %s unchanged, %s replaced, %s older, %s refused", report.Count(all, "document", "documents"), f.address,
		report.Thousands(counts["added"]), report.Thousands(counts["unchanged"]), report.Thousands(counts["replaced"]), report.Thousands(counts["older"]), report.Thousands(counts["refused"]))
}

func fedOf(d *dedup.Document) fed {
	return fed{ID: d.ID, URL: d.URL, Source: d.Source, Date: d.Date, Title: d.Title, Text: d.Text}
}
