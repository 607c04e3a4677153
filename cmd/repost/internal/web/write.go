package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"time"
)

// A folder of pages is the pages of a server, each as a file: what a reader can reach by
// links from the overview. Links between them are relative, and styles stand in each page,
// so that the folder opens from a disk.

// Progress is called with the pages that are written and those that are known of so far.
type Progress func(done, known int)

// Write makes the pages of a library and gives each to put, with the name of its file,
// index.html first. It stops after most pages, and says how many were left out; a link to
// such a page leads to the overview.
func Write(ctx context.Context, lib Library, lang string, most int, put func(name string, page []byte) error, progress Progress) (written, left int, err error) {
	s := New(lib, Options{ReadOnly: true, Static: true, Timeout: time.Hour})
	defer s.Close()
	names := map[string]string{"/": "index.html"}
	queue, late, last := []string{"/"}, []string(nil), false
	s.linked = func(address string) string {
		if name, ok := names[address]; ok {
			return name
		}
		if len(names) >= most {
			left++
			return "index.html"
		}
		name := fileOf(address)
		names[address] = name
		if listsDocuments(address) && !last {
			late = append(late, address)
		} else {
			queue = append(queue, address)
		}
		return name
	}
	for ; ; queue = queue[1:] {
		if len(queue) == 0 && !last { // documents in no story come after all else
			queue, last = late, true
		}
		if len(queue) == 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return written, left, err
		}
		r := httptest.NewRequestWithContext(context.WithValue(ctx, programKey{}, true), http.MethodGet, queue[0], nil)
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			return written, left, fmt.Errorf("the page %s: %s", queue[0], http.StatusText(w.Code))
		}
		if err := put(names[queue[0]], bytes.TrimLeft(w.Body.Bytes(), "\n")); err != nil {
			return written, left, err
		}
		written++
		if progress != nil {
			progress(written, len(names))
		}
	}
	return written, left, nil
}

// listsDocuments reports whether an address is that of a page of the list of documents.
func listsDocuments(address string) bool {
	return address == "/documents" || strings.HasPrefix(address, "/documents?")
}

// fileOf is the name of a page's file: of its kind, and a hash of its parameters, since
// an id may hold what no file's name may.
func fileOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" {
		return strings.Trim(path.Clean("/"+address), "/") + ".html"
	}
	sum := sha256.Sum256([]byte(u.RawQuery))
	return strings.Trim(u.Path, "/") + "-" + hex.EncodeToString(sum[:8]) + ".html"
}
