package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"mime"
	"net/http"
	"net/textproto"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// WARC (ISO 28500, 1.0 and 1.1): what crawlers write, and WET, the same with the text
// of each page. No library is kept for it in Go; the format is headers, a length, a
// block.
//
// Read are pages that were fetched: records "response" (an answer of HTTP, with its
// chunks and its packing taken off) and "resource", of HTML or plain text, and
// "conversion", which is plain text. Other records are counted by reason and given to
// skip: no page is lost in silence, and none of a crawl's pictures is an error.

const (
	warcMagic     = "WARC/"
	maxWARCHeader = 1 << 20
)

// warcPage is a page of a crawl, before its text is taken out.
type warcPage struct {
	headers   textproto.MIMEHeader // of the record
	http      http.Header          // of the answer; nil if there was none
	mediaType string
	charset   string // as HTTP says; "" if it does not
	body      []byte
	at        int64
	number    int
}

// warcPages reads a file, unpacked. skip is called with the reason why a record gives no page, and
// wrong with the number and place of one that is not as long as it says.
func warcPages(in *bufio.Reader, limit int, skip func(reason string), wrong func(number int, at int64)) iter.Seq2[*warcPage, error] {
	return func(yield func(*warcPage, error) bool) {
		w := &warc{src: warcSource{file: in}, limit: limit}
		w.in = bufio.NewReader(&w.src)
		for {
			lost, err := w.seek()
			if lost > 0 && !yield(nil, &Error{Record: w.number + 1, Byte: w.at - lost, Err: fmt.Errorf("%d bytes are no WARC record", lost)}) {
				return
			}
			if err != nil {
				if err == io.EOF || !yield(nil, &Error{Record: w.number + 1, Byte: w.at, Fatal: !goesOn(err), Err: err}) || !pass(err) {
					return
				}
				continue
			}
			w.number++
			begin := w.at
			before := w.wrong
			p, reason, err := w.record()
			if w.wrong > before {
				wrong(w.number, begin)
			}
			if w.broken {
				if w.broken = false; !yield(nil, &Error{Record: w.number, Byte: begin, Err: errWARCHeader}) {
					return
				}
			}
			switch {
			case err != nil:
				partly := p != nil && len(p.body) > 0
				if partly { // the file ends in the midst of the page
					if p.at, p.number = begin, w.number; !yield(p, nil) {
						return
					}
				}
				fatal := !errors.Is(err, ErrTooLong) && !errors.Is(err, errWARCHeader) && !goesOn(err)
				if !yield(nil, &Error{Record: w.number, Byte: begin, Fatal: fatal, Partly: partly, Err: err}) || fatal {
					return
				}
				pass(err)
			case reason != "":
				skip(reason)
			default:
				p.at, p.number = begin, w.number
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

// warc is a file under way.
type warc struct {
	in     *bufio.Reader // of src
	src    warcSource
	limit  int
	at     int64
	number int
	broken bool   // headers that broke off were passed over
	wrong  int    // records that are not as long as they say
	held   []byte // the block of a record
}

// seek goes to the next line that begins a record, and returns how many bytes other
// than line ends are before it.
func (w *warc) seek() (lost int64, err error) {
	for {
		start, err := w.in.Peek(len(warcMagic))
		if string(start) == warcMagic {
			return lost, nil
		}
		if len(start) == 0 {
			return lost, err
		}
		for whole := false; !whole; {
			part, err := w.in.ReadSlice('\n')
			w.at += int64(len(part))
			if len(bytes.TrimSpace(part)) > 0 || lost > 0 {
				lost += int64(len(part))
			}
			if whole = err != bufio.ErrBufferFull; err != nil && whole {
				return lost, err
			}
		}
	}
}

var errWARCHeader = errors.New("the headers of the WARC record cannot be read")

// record reads the record that begins here. reason says why it gives no page.
func (w *warc) record() (p *warcPage, reason string, err error) {
	headers, err := w.headers()
	if err != nil {
		return nil, "", err
	}
	length, err := strconv.ParseInt(strings.TrimSpace(headers.Get("Content-Length")), 10, 64)
	if err != nil || length < 0 {
		return nil, "", fmt.Errorf("%w: no Content-Length", errWARCHeader)
	}
	block := &warcBlock{in: w.in, left: length}
	var body io.Reader = block
	if length <= int64(w.limit) {
		body = bytes.NewReader(w.hold(block))
	}
	p, reason, err = w.page(headers, body)
	used, left := length-block.left, block.left
	if block.ended {
		w.at += used
		return p, reason, err
	}
	w.at += used
	if goesOn(block.damage) { // what follows is of another record
		return p, reason, block.damage
	}
	n, skipErr := io.CopyN(io.Discard, w.in, left)
	w.at += n
	if skipErr != nil && (err == nil || errors.Is(err, ErrTooLong)) {
		if skipErr == io.EOF {
			skipErr = fmt.Errorf("the WARC record is cut short: %d of %d bytes, which are read as they are", used+n, length)
		}
		if p == nil || reason != "" {
			return nil, "", skipErr
		}
		err = skipErr
	}
	return p, reason, err
}

// headers reads the lines before a block.
func (w *warc) headers() (textproto.MIMEHeader, error) {
	headers := textproto.MIMEHeader{}
	last, size := "", 0
	for first := true; ; first = false {
		line, err := w.in.ReadSlice('\n')
		w.at += int64(len(line))
		size += len(line)
		if err != nil || size > maxWARCHeader {
			if err != nil && err != bufio.ErrBufferFull && err != io.EOF {
				return nil, err
			}
			return nil, errWARCHeader
		}
		text := strings.TrimRight(string(line), "\r\n")
		name, value, ok := strings.Cut(text, ":")
		switch {
		case first:
		case text == "":
			return headers, nil
		case text[0] == ' ' || text[0] == '\t': // a line goes on
			if v := headers[last]; len(v) > 0 {
				v[len(v)-1] += " " + strings.TrimSpace(text)
			}
		case strings.HasSuffix(text, warcMagic+"1.0") || strings.HasSuffix(text, warcMagic+"1.1"): // the headers before it break off
			headers, w.broken = textproto.MIMEHeader{}, true
		case ok:
			last = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
			headers.Add(last, strings.TrimSpace(value))
		}
	}
}

// forCrawlers are files of a site that say something to programs, and are no pages.
var forCrawlers = names("robots.txt ads.txt app-ads.txt")

// page reads the block of a record.
func (w *warc) page(headers textproto.MIMEHeader, block io.Reader) (*warcPage, string, error) {
	p := &warcPage{headers: headers}
	if name := path.Base(strings.Trim(headers.Get("Warc-Target-Uri"), "<>")); forCrawlers[name] {
		return nil, name, nil
	}
	kind := strings.ToLower(headers.Get("Warc-Type"))
	contentType := headers.Get("Content-Type")
	switch kind {
	case "conversion", "resource":
		p.setType(contentType)
	case "response":
		if !strings.HasPrefix(strings.ToLower(contentType), "application/http") {
			return nil, "no HTTP", nil
		}
		reason, err := p.answer(bufio.NewReader(block), w.limit)
		return p, reason, err
	default:
		return nil, cmp.Or(kind, "no type"), nil
	}
	if !p.isText() {
		return nil, p.noText(), nil
	}
	body, err := readBody(block, w.limit)
	p.body = body
	return p, "", err
}

// readBody reads a body up to a limit. One that is cut short counts as it is.
func readBody(in io.Reader, limit int) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(in, int64(limit)+1))
	if len(body) > limit {
		return nil, tooLong(limit)
	}
	if len(body) > 0 || err == io.ErrUnexpectedEOF {
		return body, nil
	}
	return body, err
}

// setType takes a Content-Type.
func (p *warcPage) setType(contentType string) {
	t, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(contentType, ";")
	}
	p.mediaType, p.charset = strings.ToLower(strings.TrimSpace(t)), params["charset"]
}

// isText reports whether a page is HTML or plain text; of one without a type, its
// first bytes are asked later.
func (p *warcPage) isText() bool {
	switch p.mediaType {
	case "text/html", "application/xhtml+xml", "text/plain":
		return true
	}
	return false
}

// noText is the reason why a page that is no text is not read.
func (p *warcPage) noText() string {
	return cmp.Or(p.mediaType, "no media type")
}

// answer reads an answer of HTTP.
func (p *warcPage) answer(in *bufio.Reader, limit int) (reason string, err error) {
	status, err := p.answerHead(in)
	switch {
	case err != nil:
		return "unreadable HTTP headers", nil
	case status != http.StatusOK:
		return fmt.Sprintf("status %d", status), nil
	}
	p.setType(p.http.Get("Content-Type"))
	if p.mediaType == "" {
		start, _ := in.Peek(512)
		p.setType(http.DetectContentType(start))
	}
	if !p.isText() {
		return p.noText(), nil
	}
	raw, err := readBody(in, limit)
	if err != nil {
		return "", err
	}
	p.body, err = decodeBody(raw, p.http, limit)
	return "", err
}

// answerHead reads the status and the headers of an answer, bad ones left out.
func (p *warcPage) answerHead(in *bufio.Reader) (status int, err error) {
	t := textproto.NewReader(in)
	line, err := t.ReadLine()
	if err != nil {
		return 0, err
	}
	parts := strings.Fields(line)
	if len(parts) < 2 || !strings.HasPrefix(strings.ToUpper(parts[0]), "HTTP/") {
		return 0, errors.New("no status line")
	}
	if status, err = strconv.Atoi(parts[1]); err != nil {
		return 0, err
	}
	p.http = http.Header{}
	for {
		line, err := t.ReadLine()
		if err != nil || line == "" {
			return status, nil
		}
		if name, value, ok := strings.Cut(line, ":"); ok {
			p.http.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
}

// decodeBody takes the chunks and the packing off a body. Crawlers that keep the
// headers and not the chunks, or not the packing, are common: a body that is not as
// its headers say is taken as it is.
func decodeBody(raw []byte, h http.Header, limit int) ([]byte, error) {
	if strings.Contains(strings.ToLower(h.Get("Transfer-Encoding")), "chunked") {
		if b := dechunk(raw); b != nil {
			raw = b
		}
	}
	codings := strings.Split(strings.ToLower(h.Get("Content-Encoding")), ",")
	for i := len(codings) - 1; i >= 0; i-- {
		var z io.Reader
		var err error
		in := bytes.NewReader(raw)
		switch strings.TrimSpace(codings[i]) {
		case "gzip", "x-gzip":
			z, err = gzip.NewReader(in)
		case "deflate":
			if z, err = zlib.NewReader(in); err != nil { // as some servers understood it
				z, err = flate.NewReader(bytes.NewReader(raw)), nil
			}
		case "br":
			z = brotli.NewReader(in)
		case "zstd":
			z, err = openZstd(in)
		default:
			continue
		}
		if err != nil {
			continue
		}
		out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
		if len(out) > limit {
			return nil, tooLong(limit)
		}
		if len(out) > 0 || err == nil {
			raw = out
		}
	}
	return raw, nil
}

// dechunk takes the chunks of HTTP/1.1 off a body, or returns nil if there are none.
// What comes after the last whole chunk of a body that is cut short is kept.
func dechunk(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		size, _, _ := strings.Cut(string(bytes.TrimSpace(line[:min(len(line), 100)])), ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 32)
		switch {
		case !ok || err != nil:
			if len(out) == 0 {
				return nil
			}
			return out
		case n == 0:
			return out
		case int(n) >= len(rest):
			return append(out, rest...)
		}
		out = append(out, rest[:n]...)
		b = bytes.TrimPrefix(bytes.TrimPrefix(rest[n:], []byte("\r")), []byte("\n"))
	}
}

// warcRows reads the pages of a crawl.
func (r *run) warcRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		skip := func(reason string) {
			if r.opt.Notes != nil {
				addTo(&r.opt.Notes.Skipped, reason, Origin{Path: s.path, Byte: -1})
			}
		}
		wrong := func(number int, at int64) {
			if r.opt.Notes != nil {
				r.opt.Notes.WrongLengths.add(Origin{Path: s.path, Record: number, Byte: at}, "")
			}
		}
		for p, err := range warcPages(in, r.opt.MaxRecord, skip, wrong) {
			if err != nil {
				if !yield(row{}, err) {
					return
				}
				continue
			}
			if !yield(p.row(r.opt.Encoding), nil) {
				return
			}
		}
	}
}

// row returns the document of a page, in the encoding that the user says, if not "". Its own fields come first: what the page says of
// itself, and then the headers of the record.
func (p *warcPage) row(given string) row {
	text, encoding, replaced := decodePage(p.body, p.charset, given)
	fields := []Field{{"text", text}}
	if p.mediaType != "text/plain" {
		fields = htmlFields(text, p.url())
	}
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Name] = known[f.Name] || f.Name != "url"
	}
	own := []Field{{"id", p.id()}, {"url", p.url()}, {"source", site(p.url())}, {"date", p.headers.Get("Warc-Date")}}
	kept := own[:0]
	for _, f := range own {
		if !known[f.Name] && f.Value != "" {
			kept = append(kept, f)
		}
	}
	for _, f := range fields {
		if f.Name != "url" {
			kept = append(kept, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.headers)) {
		kept = append(kept, Field{warcName(name), p.headers.Get(name)})
	}
	return documentRow(row{fields: kept, at: p.at, number: p.number, encoding: encoding, replaced: replaced})
}

// warcName writes the name of a header as the standard does.
func warcName(name string) string {
	if rest, ok := strings.CutPrefix(name, "Warc-"); ok {
		return "WARC-" + strings.NewReplacer("Uri", "URI", "Ip-", "IP-", "-Id", "-ID").Replace(rest)
	}
	return name
}

// url returns the address of a page, without the brackets that some writers put.
func (p *warcPage) url() string {
	return strings.Trim(p.headers.Get("Warc-Target-Uri"), "<> ")
}

// id returns an id for a page as web archives write it: the moment of its capture
// and its address. Two captures of a page are two documents.
func (p *warcPage) id() string {
	address := p.url()
	at, err := time.Parse(time.RFC3339, p.headers.Get("Warc-Date"))
	switch {
	case address == "":
		return strings.Trim(strings.TrimPrefix(p.headers.Get("Warc-Record-Id"), "<urn:uuid:"), "<>")
	case err != nil:
		return address
	}
	return at.UTC().Format("20060102150405") + "/" + address
}

// site returns the host of an address, without "www.".
func site(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}
