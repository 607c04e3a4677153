package web

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The page that looks for a text. Its answer has an address that can be sent and opened again,
// as every page has: a browser that sends a form is led to it. The address holds the text
// itself, packed if it is long. So the server keeps nothing of what was pasted, which may be
// unpublished, and the address lasts as long as the corpus; who has it has the text. A text
// that does not fit is answered without an address, and the page says so.

// defaultLimit is how many documents are listed unless the address says another number.
const defaultLimit = 50

// The bytes of a text that an address holds as it is, and those of a packed one, which is some
// 20,000 characters of Chinese or 50,000 of English: browsers and servers take 64 KB.
const (
	plainText  = 300
	packedText = 48 << 10
)

// Search is the page of what carries a text.
type Search struct {
	Text        string `json:"text"`
	Sensitivity string `json:"sensitivity"`
	*Found

	Unaddressed bool `json:"-"` // it is too long for an address
}

// Shown is the text as the form has it again, unless it is too long for a page.
func (s *Search) Shown() string {
	if len(s.Text) > smallBody {
		return ""
	}
	return s.Text
}

// find looks for a text: of a form, of a file that a form sends, or of a body of text.
func (s *Server) find(r *http.Request) (any, error) {
	out := &Search{}
	kind := mediaType(r)
	switch {
	case r.Method != http.MethodPost: // the address has all
	case r.ContentLength == 0:
		return nil, Wrong("text")
	case kind == "text/plain":
		text, err := readText(r.Body)
		if err != nil {
			return nil, err
		}
		out.Text = text
	case kind == "multipart/form-data":
		if err := r.ParseMultipartForm(maxBody); err != nil {
			return nil, badForm(err)
		}
		defer r.MultipartForm.RemoveAll()
		out.Text = cmp.Or(r.FormValue("text"), r.FormValue("file")) // a file without a name is a value
		if f, _, err := r.FormFile("file"); err == nil {
			defer f.Close()
			if text, err := readText(f); err != nil {
				return nil, err
			} else if text != "" {
				out.Text = text
			}
		}
	case kind == "application/x-www-form-urlencoded": // or what curl --data-binary calls so
		text, err := readText(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(strings.NewReader(text))
		if !isForm(text) {
			out.Text, r.Body = text, http.NoBody
		}
	default:
		return nil, &problem{http.StatusUnsupportedMediaType, "media", ""}
	}
	p := parametersOf(r)
	if p.err == nil && !findForm(r) {
		return nil, badForm(nil)
	}
	packed := p.values.Get("packed")
	if len(packed) > base64.RawURLEncoding.EncodedLen(packedText) {
		p.wrong("packed")
	}
	switch {
	case out.Text != "":
	case packed != "" && r.Method != http.MethodPost:
		text, ok := unpacked(packed)
		if !ok && p.err == nil {
			p.err = ErrNotFound // a link that was cut or changed
		} else if ok {
			out.Text = text
		}
	case r.Method == http.MethodPost:
		if out.Text = r.PostForm.Get("text"); kind == "application/x-www-form-urlencoded" && !r.PostForm.Has("text") {
			p.wrong("text")
		}
	default:
		out.Text = p.text("text")
	}
	if !utf8.ValidString(out.Text) {
		return nil, &problem{http.StatusBadRequest, "encoding", ""}
	}
	out.Sensitivity = p.one("sensitivity", "story", "quotation", "phrase")
	limit := p.number("limit", 1, 1000, defaultLimit)
	if p.err != nil {
		return nil, p.err
	}
	if strings.TrimSpace(out.Text) == "" {
		return out, nil
	}
	if r.Method == http.MethodPost && kind != "text/plain" && !Program(r.Context()) {
		if address := findAddress(out.Text, out.Sensitivity, limit); address != "" {
			return elsewhere(address), nil
		}
		out.Unaddressed = true
	}
	var err error
	out.Found, err = s.lib.Find(r.Context(), out.Text, out.Sensitivity, limit)
	return out, err
}

// isForm reports whether a body is a form: it begins with a field of the search, or has no byte that
// forms write otherwise, such as a space.
func isForm(body string) bool {
	name, _, _ := strings.Cut(body, "=")
	return slices.Contains(findFields, name) || !strings.ContainsFunc(body, func(r rune) bool {
		return r <= ' ' || r >= utf8.RuneSelf || strings.ContainsRune(`"'<>()[]{},;:!?/\\@#$^|`, r)
	})
}

// findFields are the fields of a search.
var findFields = []string{"text", "file", "sensitivity", "limit"}

// findForm reports whether a form has the fields of a search, each once: a name that is
// mistyped would be answered as a search for nothing.
func findForm(r *http.Request) bool {
	for name, values := range r.PostForm { // those of both encodings
		if len(values) > 1 || !slices.Contains(findFields, name) {
			return false
		}
	}
	if r.MultipartForm == nil {
		return true
	}
	for name, files := range r.MultipartForm.File {
		if len(files) > 1 || name != "file" {
			return false
		}
	}
	return true
}

// findAddress is the address of the answer for a text, or "" if it is too long for one.
func findAddress(text, sensitivity string, limit int) string {
	v := url.Values{}
	if len(text) <= plainText {
		v.Set("text", text)
	} else if p := packed(text); len(text) <= smallBody && len(p) <= packedText {
		v.Set("packed", p)
	} else {
		return ""
	}
	if sensitivity != "story" {
		v.Set("sensitivity", sensitivity)
	}
	if limit != defaultLimit {
		v.Set("limit", strconv.Itoa(limit))
	}
	return "/find?" + v.Encode()
}

// packed is a text as a parameter: RFC 1951, in the alphabet of RFC 4648 for addresses.
func packed(text string) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return ""
	}
	io.WriteString(w, text) // a buffer takes all
	w.Close()
	return base64.RawURLEncoding.EncodeToString(b.Bytes())
}

// unpacked is the text of a parameter. It reads no more than packed ones hold.
func unpacked(s string) (text string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", false
	}
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), smallBody+1))
	return string(out), err == nil && len(out) <= smallBody && utf8.Valid(out)
}
