package web_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"repost/cmd/repost/internal/web"
)

// TestFindAddress: who sends the form of a search is led to an address that holds the text, and
// gives the same answer to who opens it again; a text that is too long is answered without.
func TestFindAddress(t *testing.T) {
	s := web.New(&shelf{}, web.Options{})
	post := func(form url.Values) (address, page string) {
		w := ask(s, "POST", "/find", form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
		if w.Code == http.StatusOK {
			return "", w.Body.String()
		}
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		return w.Header().Get("Location"), ""
	}
	for _, text := range []string{"桥塌了。", "nothing & <b>“" + evil, strings.Repeat("昨夜老石桥被冲垮，市长到场。", 400), strings.Repeat("x", 300), strings.Repeat("桥", 101), strings.Repeat("long ", 13_000)} {
		address, _ := post(url.Values{"text": {text}, "sensitivity": {"phrase"}, "limit": {"7"}})
		if address == "" || len(address) > 64<<10 || !strings.Contains(address, "sensitivity=phrase") || !strings.Contains(address, "limit=7") {
			t.Errorf("%.20q has the address %.200s", text, address)
			continue
		}
		w := ask(s, "GET", address, "", "Accept", "text/html")
		page := html.UnescapeString(w.Body.String())
		if shown := strings.TrimRight(text, "\u202e\u2066\x07"); w.Code != http.StatusOK || !strings.Contains(page, shown) || len(foreign(t, w.Body.String())) > 0 {
			t.Errorf("%.80s: %d, without the text", address, w.Code)
		}
		if !strings.Contains(page, `value="phrase" selected`) {
			t.Errorf("%.80s: another sensitivity", address)
		}
	}
	noise := make([]rune, 20_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = rune(0x4E00 + r.IntN(20_000))
	}
	for _, text := range []string{strings.Repeat("y", 64<<10+1), string(noise)} {
		if address, page := post(url.Values{"text": {text}}); address != "" || !strings.Contains(page, "too long for an address") {
			t.Errorf("a text of %d bytes is answered at %.80s", len(text), address)
		}
	}
	if w := ask(s, "POST", "/find", "text=x", "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"); w.Code != http.StatusOK {
		t.Errorf("a program is led elsewhere: %d", w.Code)
	}
}

// TestFindForm: a form with a field that a search does not have, or with one twice, is refused.
func TestFindForm(t *testing.T) {
	s := web.New(&shelf{}, web.Options{})
	for body, want := range map[string]int{
		"text=x&sensitivity=phrase&limit=3": http.StatusOK, "text=x&sensitivity=": http.StatusOK, "limit=": http.StatusBadRequest,
		"txt=x": http.StatusBadRequest, "text=x&text=y": http.StatusBadRequest, "Half, 50% = all.": http.StatusOK, "桥塌了。": http.StatusOK, "text=two words": http.StatusOK, "text=x&sensitivity=all": http.StatusBadRequest,
	} {
		if w := ask(s, "POST", "/find.json", body, "Content-Type", "application/x-www-form-urlencoded"); w.Code != want {
			t.Errorf("%s: %d, must be %d: %s", body, w.Code, want, w.Body)
		}
	}
	part := func(head, value string) string {
		return "--b\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + value + "\r\n"
	}
	text, file := part(`name="text"`, "x"), part(`name="file"; filename="a.txt"`, "y")
	for _, form := range []struct {
		body string
		want int
	}{{text + file, http.StatusOK}, {text, http.StatusOK}, {file + file, http.StatusBadRequest}, {text + text, http.StatusBadRequest}, {text + part(`name="fil"; filename="a"`, "y"), http.StatusBadRequest}} {
		w := ask(s, "POST", "/find.json", form.body+"--b--\r\n", "Content-Type", "multipart/form-data; boundary=b")
		if w.Code != form.want {
			t.Errorf("%q: %d, must be %d: %s", form.body, w.Code, form.want, w.Body)
		}
	}
}

// TestFindPacked: what is no packed text is refused, and one that would unpack to more than an
// answer of an address has is not unpacked.
func TestFindPacked(t *testing.T) {
	var bomb bytes.Buffer
	w, _ := flate.NewWriter(&bomb, flate.BestCompression)
	for range 1 << 10 {
		w.Write(make([]byte, 16<<10))
	}
	w.Close()
	var binary bytes.Buffer
	w, _ = flate.NewWriter(&binary, flate.BestCompression)
	w.Write([]byte("\xff\xfe\xfd"))
	w.Close()
	s := web.New(&shelf{}, web.Options{})
	if w := ask(s, "GET", "/find?packed="+strings.Repeat("A", 65<<10), "", "Accept", "text/html"); w.Code != http.StatusBadRequest {
		t.Errorf("a parameter that is too long: %d", w.Code)
	}
	for _, value := range []string{"?", "AAAA", "====", base64.RawURLEncoding.EncodeToString(bomb.Bytes()), base64.RawURLEncoding.EncodeToString(binary.Bytes())} {
		if w := ask(s, "GET", "/find?packed="+url.QueryEscape(value), "", "Accept", "text/html"); w.Code != http.StatusNotFound {
			t.Errorf("packed=%.20s: %d", value, w.Code)
		}
	}
}
