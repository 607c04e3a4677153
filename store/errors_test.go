package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"repost/dedup"
	"repost/dedup/detect"
	"repost/store"
	"repost/store/ingest"
)

var twoDocuments = []dedup.Document{
	{ID: "a", Text: "The ferry to the island leaves at six."},
	{ID: "b", Text: "The ferry to the island leaves at nine."},
}

// TestErrors: each error that the package comment lists, by the call that it names. ErrDamaged
// and ErrNewer need files that are made byte by byte: see damage_test.go and open_test.go.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.repost")
	opened := func(path string, opt store.Options) error {
		opt.Timeout = time.Millisecond
		c, err := store.Open(path, opt)
		if err == nil {
			c.Close()
		}
		return err
	}
	c, err := store.Open(path, store.Options{Create: true})
	if err == nil {
		_, err = c.Add(twoDocuments...)
	}
	if err != nil {
		t.Fatal(err)
	}
	stories := make([]dedup.Story, 1200) // more than are read at once
	for i := range stories {
		stories[i] = dedup.Story{ID: "s" + string(rune('\u4e00'+i)), Members: []dedup.Member{{Doc: 0, Canonical: true}, {Doc: 1}}}
	}
	if err := c.SetStories(stories, c.Next()); err != nil {
		t.Fatal(err)
	}
	inUse := opened(path, store.Options{})
	changed := c.Stories(func(*dedup.Story) error { return c.SetStories(nil, c.Next()) })
	_, noDocument := c.Document(2)
	c.Close()

	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut, text := filepath.Join(dir, "cut.repost"), filepath.Join(dir, "text.repost")
	if err := errors.Join(os.WriteFile(cut, b[:len(b)/2], 0o666), os.WriteFile(text, []byte("no corpus"), 0o666)); err != nil {
		t.Fatal(err)
	}
	r, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, readOnly := r.Add(twoDocuments...)
	other := detect.DefaultScheme
	other.Patterns = "words self\n\t河湾网\n"
	scheme := opened(path, store.Options{ReadOnly: true, Scheme: &other})
	if !errors.As(scheme, new(*store.SchemeError)) {
		t.Errorf("another scheme: %v", scheme)
	}
	for _, e := range []struct{ got, want error }{
		{inUse, store.ErrInUse}, {changed, store.ErrChanged}, {noDocument, store.ErrNoDocument}, {readOnly, store.ErrReadOnly},
		{opened(cut, store.Options{}), store.ErrTruncated}, {opened(text, store.Options{}), store.ErrNotCorpus},
		{opened(filepath.Join(dir, "none"), store.Options{}), fs.ErrNotExist},
	} {
		if !errors.Is(e.got, e.want) {
			t.Errorf("%v, want %v", e.got, e.want)
		}
	}
}

// TestClosed: after Close each method with an error returns ErrClosed, whether there is
// something to read or not, and so do the iterators and the detector.
func TestClosed(t *testing.T) {
	for name, docs := range map[string][]dedup.Document{"empty": nil, "two documents": twoDocuments} {
		c, err := store.Open(filepath.Join(t.TempDir(), "a.repost"), store.Options{Create: true})
		if err == nil {
			_, err = c.Add(docs...)
		}
		ctx := t.Context()
		d := c.Detection(ctx)
		if _, _, err := d.Representatives(); err != nil { // kept in memory
			t.Fatal(err)
		}
		if err := errors.Join(err, c.UpdateStories(ctx, nil), c.Close()); err != nil {
			t.Fatal(err)
		}
		for method, err := range afterClose(ctx, c, d, filepath.Join(t.TempDir(), "copy")) {
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("%s, %s: %v", name, method, err)
			}
		}
		if err := c.Close(); err != nil {
			t.Errorf("a second Close: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func afterClose(ctx context.Context, c *store.Corpus, d *store.Detection, path string) map[string]error {
	all := map[string]error{
		"Add": second(c.Add(twoDocuments...)), "AddEntries": second(c.AddEntries([]store.Entry{{Doc: twoDocuments[0]}})),
		"AddLinks": c.AddLinks(nil, nil), "Backup": c.Backup(path), "DropLinks": c.DropLinks(),
		"Changes": c.Changes(0, func(*store.Change) error { return nil }),
		"Check":   second(c.Check(ctx, func(store.Finding) error { return nil })),
		"Find":    second(c.Find(ctx, &twoDocuments[0])), "FindQuotations": second(c.FindQuotations(ctx, &twoDocuments[0], dedup.Phrases)),
		"Difference": second(c.Difference(ctx, nil)), "Document": second(c.Document(0)),
		"Links": c.Links(func(*dedup.Link) error { return nil }),
		"Meta":  second(c.Meta(0)), "Remove": c.Remove([]uint32{0}), "Restore": c.Restore(nil),
		"Select": second(c.Select(store.Selection{}, false)), "SetState": c.SetState("x", nil), "SetStories": c.SetStories(nil, 0),
		"Sketch": second(c.Sketch(0)), "State": second(c.State("x")), "Stats": second(c.Stats()),
		"Stories": c.Stories(func(*dedup.Story) error { return nil }), "StoriesOf": second(c.StoriesOf(0)),
		"Survivors":     second(c.Survivors(ctx, detect.KeepOptions{}, nil)),
		"UpdateStories": c.UpdateStories(ctx, nil), "Versions": second(c.Versions("a")),
		"Load": second(store.Load(ctx, c, func(func(ingest.Record, error) bool) {}, store.LoadOptions{})),
		"Info": second(d.Info(0)), "Infos": d.Infos(func(uint32, dedup.Info) error { return nil }),
		"ScanFingerprints": d.ScanFingerprints(func(uint64, []dedup.Posting) error { return nil }),
	}
	_, _, all["Number"] = c.Number("a")
	_, _, all["Story"] = c.Story("s")
	_, _, all["Representatives"] = d.Representatives()
	all["Documents"] = errors.New("nothing was given")
	for _, err := range c.Documents(nil) {
		all["Documents"] = err
	}
	return all
}

// TestErrorsOfDocuments: what a corpus does not take has an error value, and so has what it was
// asked for and does not have.
func TestErrorsOfDocuments(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.repost")
	c, err := store.Open(path, store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, x := range []struct {
		doc  dedup.Document
		want error
	}{
		{dedup.Document{Text: "x"}, ingest.ErrNoID},
		{dedup.Document{ID: "a"}, ingest.ErrEmptyText},
		{dedup.Document{ID: "a", Text: "\xff"}, ingest.ErrEncoding},
		{dedup.Document{ID: "a", Text: "x", Title: strings.Repeat("x", ingest.MaxFields)}, ingest.ErrLongFields},
	} {
		if _, err := c.Add(x.doc); !errors.Is(err, x.want) {
			t.Errorf("%v, want %v", err, x.want)
		}
	}
	if _, err := c.StoriesOf(99999); !errors.Is(err, store.ErrNoDocument) {
		t.Errorf("%v", err)
	}
	if _, err = store.Open(path, store.Options{Timeout: time.Millisecond}); !errors.Is(err, store.ErrInUse) {
		t.Errorf("%v", err)
	}
}
