package ingest

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Mail (RFC 5322): a message in a file of its own, as .eml and the folders of Maildir and MH have
// it, or many in a file (mbox, RFC 4155), each after a line "From …". A page that a browser saved
// with its pictures (MHTML, RFC 2557) is a message too. The text is the plain one, or where there
// is none that of the HTML; what is quoted in it is part of it. Attachments are passed over and
// counted. Memory holds the text of one message, and attachments never.

const (
	maxMailDepth  = 20      // of parts in parts
	maxMailHeader = 1 << 20 // bytes
	maxMailErrors = 1 << 16 // lines between parts that are none
)

// mailSeparator begins a message of an mbox: a line with a time and a year, and one of a header after it. (The
// archives of Mailman write an address as "ann at willow.example".)
var mailSeparator = regexp.MustCompile(`^From [^\n]*\d:\d\d[^\n]*\b(?:19|20)\d\d\b[^\n]*\r?\n(?:>From |[!-9;-~]+[ \t]*:)`)

// mailHeaders are those of which a message has three.
var mailHeaders = names("from to cc subject date message-id received return-path delivered-to reply-to references in-reply-to mime-version " +
	"content-type content-transfer-encoding newsgroups organization lines path sender user-agent x-mailer list-id nntp-posting-host xref distribution")

var mailHeader = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*)[ \t]*:`)

// looksLikeMail is the sniff of the format.
func looksLikeMail(start []byte) bool {
	start = bytes.TrimLeft(start, "\r\n")
	if mailSeparator.Match(start[:min(len(start), 2048)]) {
		return true
	}
	from, also, known := false, false, 0
	for len(start) > 0 {
		line, rest, _ := bytes.Cut(start, []byte("\n"))
		start = rest
		switch m := mailHeader.FindSubmatch(line); {
		case len(bytes.TrimRight(line, "\r")) == 0:
			return from && also && known >= 3
		case m != nil:
			name := strings.ToLower(string(m[1]))
			from, also = from || name == "from", also || name == "subject" || name == "date" || name == "message-id"
			if mailHeaders[name] {
				known++
			}
		case line[0] != ' ' && line[0] != '\t' && line[0] != '>':
			return false
		}
	}
	return from && also && known >= 3 // the header goes on
}

// mailRows reads a file of messages.
func (r *run) mailRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		box := &mailbox{in: in}
		for next, _ := in.Peek(1); len(next) > 0 && (next[0] == '\n' || next[0] == '\r'); next, _ = in.Peek(1) {
			in.Discard(1)
			box.at++
		}
		if start, _ := in.Peek(sniffLength); bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0 {
			in = bufio.NewReader(oldMac{in})
			box.in = in
		}
		start, _ := in.Peek(2048)
		many := mailSeparator.Match(start)
		for n := 1; ; n++ {
			at := box.at
			if many && !box.begin() {
				break
			}
			w, err := r.message(s, box)
			if _, end := io.Copy(io.Discard, box); err == nil {
				err = end
			}
			if w.at, w.length = at, box.at-at; many {
				w.number = n
			}
			if err != nil {
				err = &Error{Record: w.number, Byte: at, Bytes: w.length, Fatal: box.failure != nil && box.failure != io.EOF, Err: err}
			}
			if !yield(w, err) || box.failure != nil && box.failure != io.EOF || !many {
				return
			}
		}
	}
}

// mailbox reads the messages of a file one after the other: a Read ends where the next one begins.
type mailbox struct {
	in      *bufio.Reader
	at      int64  // in the file
	line    []byte // what is left of the line that is read
	many    bool   // it is an mbox
	inside  bool   // the next byte is in the midst of a line
	blank   bool   // the line before was empty
	failure error
}

// begin goes over the line that begins a message. It reports whether there is one.
func (b *mailbox) begin() bool {
	for b.many, b.blank = true, false; ; {
		line, err := b.in.ReadSlice('\n')
		b.at += int64(len(line))
		if err != bufio.ErrBufferFull {
			return len(line) > 0
		}
	}
}

func (b *mailbox) Read(p []byte) (int, error) {
	if len(b.line) == 0 {
		if b.many && !b.inside && b.blank {
			if head, _ := b.in.Peek(5); string(head) == "From " {
				if head, _ = b.in.Peek(2048); mailSeparator.Match(head) {
					return 0, io.EOF
				}
			}
		}
		line, err := b.in.ReadSlice('\n')
		b.at += int64(len(line))
		if len(line) == 0 && err != nil {
			b.failure = err
			return 0, err
		}
		if b.line = line; !b.inside {
			b.blank = len(bytes.TrimRight(line, "\r\n")) == 0
			if b.many && quotedFrom.Match(line) {
				b.line = line[1:]
			}
		}
		b.inside = err == bufio.ErrBufferFull
	}
	n := copy(p, b.line)
	b.line = b.line[n:]
	return n, nil
}

var quotedFrom = regexp.MustCompile(`^>+From `)

// mailHead is the header of a message or a part, by names in lower case: the first of each.
type mailHead map[string]string

// readMailHead reads a header. Lines that are none are left out, which net/mail would refuse.
func readMailHead(in *bufio.Reader) (mailHead, error) {
	h, last := mailHead{}, ""
	for total := 0; ; {
		line, err := in.ReadString('\n')
		if total += len(line); total > maxMailHeader {
			return h, errors.New("the header of the message has no end")
		}
		text := strings.TrimRight(line, "\r\n")
		name, value, found := strings.Cut(text, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		switch _, twice := h[name]; {
		case text == "":
			return h, nil
		case text[0] == ' ' || text[0] == '\t':
			if last != "" {
				h[last] += "\n" + text
			}
		case !found || twice || strings.Contains(name, " "):
			last = ""
		default:
			h[name], last = strings.TrimSpace(value), name
		}
		if err != nil {
			return h, nil
		}
	}
}

// decoded returns what a line of the header says.
func (h mailHead) decoded(name string) string { return flat(strings.TrimSpace(decodeWords(h[name]))) }

// message reads a message to the end of in.
func (r *run) message(s *source, box io.Reader) (row, error) {
	in := bufio.NewReader(box)
	head, err := readMailHead(in)
	if err != nil {
		return row{}, err
	}
	m := &mailText{limit: r.opt.MaxRecord, encoding: r.opt.Encoding, saved: head["snapshot-content-location"]}
	if m.saved == "" && strings.Contains(head["from"], "<Saved by") {
		m.saved = head["content-location"]
	}
	text, _ := m.part(head, in, 0)
	if m.err == nil && text == "" && m.page == nil && m.damaged {
		m.err = errors.New("the parts of the message are damaged, and it has no text besides them")
	}
	if m.err != nil {
		return row{}, m.err
	}
	if r.opt.Notes != nil {
		for range m.attached {
			addTo(&r.opt.Notes.Skipped, Attachment, Origin{Path: s.path, Byte: -1})
		}
	}
	from := head.decoded("from")
	sender := from
	if a, err := mail.ParseAddress(from); err == nil {
		sender = firstOf(a.Name, a.Address)
	} else if m := namedAfter.FindStringSubmatch(from); m != nil {
		sender = m[1]
	} else {
		sender = strings.Trim(firstOf(strings.TrimSpace(addressAfter.ReplaceAllString(from, "")), from), `"<> `)
	}
	date := flat(head["date"])
	if t, err := mail.ParseDate(date); err == nil {
		date = t.Format("2006-01-02T15:04:05-07:00")
	}
	list, _, _ := strings.Cut(head.decoded("list-id"), "<")
	fields := []Field{
		{"id", strings.Trim(head.decoded("message-id"), "<>")}, {"source", firstOf(strings.Trim(list, `" `), head.decoded("newsgroups"), sender)},
		{"date", date}, {"title", head.decoded("subject")}, {"text", text}, {"author", from}, {"to", head.decoded("to")},
		{"in_reply_to", head.decoded("in-reply-to")}, {"language", head.decoded("content-language")},
	}
	if m.page != nil {
		fields = append(m.page, Field{"url", strings.TrimSpace(m.saved)})
	}
	return documentRow(row{fields: filled(fields), encoding: "UTF-8", replaced: m.replaced}), nil
}

// namedAfter is how the archives of Mailman write a sender: ann at willow.example (Ann Lee).
var namedAfter = regexp.MustCompile(`\(([^()]+)\)$`)

var addressAfter = regexp.MustCompile(`<[^<>]*>$`)

// Attachment is the kind in Notes.Skipped of what is attached to messages.
const Attachment = "attachment"

// mailText gathers the text of a message.
type mailText struct {
	limit, size int
	encoding    string // that the user says, of parts that say none
	attached    int
	replaced    int
	damaged     bool    // parts could not be told apart
	saved       string  // the address of the page that the message is
	page        []Field // what it holds
	err         error
}

// part returns the text of a part, and whether it is HTML.
func (m *mailText) part(h mailHead, in io.Reader, depth int) (text string, isHTML bool) {
	kind, params := mediaType(h["content-type"])
	disposition, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(h["content-disposition"])), ";")
	whole, sub, _ := strings.Cut(kind, "/")
	switch {
	case whole == "multipart" && params["boundary"] != "" && depth < maxMailDepth:
		return m.parts(sub, params["boundary"], in, depth)
	case kind == "message/rfc822" && disposition != "attachment" && depth < maxMailDepth:
		b := bufio.NewReader(in)
		head, err := readMailHead(b)
		if err != nil {
			return "", false
		}
		text, isHTML = m.part(head, b, depth+1)
		return strings.TrimSpace(head.decoded("subject") + "\n" + text), isHTML
	case disposition == "attachment" || kind != "text/plain" && kind != "text/html" && sub != "markdown" && kind != "text" && !(whole == "multipart" && depth == 0):
		m.attached++
		return "", false
	}
	b, err := readWhole(in, m.limit-m.size)
	if errors.Is(err, io.ErrUnexpectedEOF) { // the message is cut off
		err = nil
	}
	if err != nil && m.err == nil {
		var long *Error
		if m.err = err; errors.As(err, &long) {
			m.err = tooLong(m.limit)
		}
		return "", false
	}
	m.size += len(b)
	b = transferred(b, strings.ToLower(flat(h["content-transfer-encoding"])))
	if params["charset"] != "" {
		m.encoding = ""
	}
	text, _, replaced := decodePage(b, params["charset"], m.encoding)
	m.replaced += replaced
	if kind == "text/html" && m.saved != "" && m.page == nil {
		m.page = htmlFields(text, strings.TrimSpace(m.saved))
		return "", true
	}
	if kind == "text/html" {
		return htmlText(text), true
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if strings.EqualFold(params["format"], "flowed") {
		text = unflowed(text, strings.EqualFold(params["delsp"], "yes"))
	}
	return strings.TrimSpace(text), false
}

var mediaParam = regexp.MustCompile(`(?i);\s*(charset|boundary|format|delsp)\s*=\s*(?:"([^"]*)"|([^";\s]+))`)

// mediaType reads what the header says of a part, also where it is not written as mime wants it.
func mediaType(written string) (kind string, params map[string]string) {
	written = flat(written)
	kind, params, err := mime.ParseMediaType(written)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(written), ";")
		kind, params = strings.TrimSpace(kind), map[string]string{}
		for _, m := range mediaParam.FindAllStringSubmatch(written, -1) {
			params[strings.ToLower(m[1])] = m[2] + m[3]
		}
	}
	return firstOf(kind, "text/plain"), params
}

// parts returns the text of parts: of alternatives the best one, else all of them.
func (m *mailText) parts(kind, boundary string, in io.Reader, depth int) (text string, isHTML bool) {
	plain, rich, isHTML := "", "", false
	var all []string
	for reader, wrong := multipart.NewReader(in, boundary), 0; m.err == nil; {
		p, err := reader.NextRawPart()
		if err != nil {
			m.damaged = m.damaged || err != io.EOF
			if wrong++; errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || wrong > maxMailErrors {
				break
			}
			continue // with the line after one that is no part
		}
		text, html := m.part(headOf(p.Header), p, depth+1)
		switch {
		case text == "":
		case html:
			rich = text
		case plain == "":
			plain = text
		}
		if text != "" {
			all, isHTML = append(all, text), isHTML || html
		}
	}
	switch {
	case kind != "alternative":
		return strings.Join(all, "\n\n"), isHTML
	case plain == "" || len(rich) > stubOfMail*len(plain):
		return rich, true
	}
	return plain, false
}

// stubOfMail is how many times longer than the plain text that of the HTML is where the plain one says
// only that there is another.
const stubOfMail = 4

func headOf(from textproto.MIMEHeader) mailHead {
	h := mailHead{}
	for name, values := range from {
		h[strings.ToLower(name)] = firstOf(values...)
	}
	return h
}

var (
	quotedByte = regexp.MustCompile(`=[0-9A-Fa-f]{2}|=[ \t]*\r?\n|=$`)
	noBase64   = regexp.MustCompile(`[^A-Za-z0-9+/=]+`)
)

// transferred undoes how the bytes of a part are written. What is wrong there is kept as it is.
func transferred(b []byte, how string) []byte {
	switch how {
	case "quoted-printable":
		return unquoted(b)
	case "base64":
		b, _, _ = bytes.Cut(noBase64.ReplaceAll(b, nil), []byte("="))
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(b)))
		n, _ := base64.RawStdEncoding.Decode(out, b)
		return out[:n]
	}
	return b
}

func unquoted(b []byte) []byte {
	return quotedByte.ReplaceAllFunc(b, func(q []byte) []byte {
		if len(q) != 3 || q[2] == '\n' {
			return nil
		}
		c, _ := strconv.ParseUint(string(q[1:]), 16, 8)
		return []byte{byte(c)}
	})
}

// unflowed joins the lines of a paragraph (RFC 3676): one goes on that ends in a space.
func unflowed(text string, without bool) string {
	lines := strings.Split(text, "\n")
	var b strings.Builder
	for i, line := range lines {
		goesOn := strings.HasSuffix(line, " ") && line != "-- " && i+1 < len(lines) && strings.HasPrefix(line, ">") == strings.HasPrefix(lines[i+1], ">")
		if goesOn && without {
			line = line[:len(line)-1]
		}
		if i > 0 && strings.HasPrefix(line, " ") {
			line = line[1:]
		}
		if b.WriteString(line); !goesOn {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

var encodedWord = regexp.MustCompile(`=\?([A-Za-z0-9_.:-]+)(?:\*[A-Za-z-]*)?\?([BbQq])\?([^?\n]*)\?=`)

// decodeWords decodes a line of a header (RFC 2047). Words that follow one another are one piece:
// programs cut them in the midst of a character, which mime.WordDecoder would lose.
func decodeWords(s string) string {
	var out strings.Builder
	var piece []byte
	charset, last := "", 0
	flush := func() {
		if len(piece) > 0 {
			text, _, _ := decodePage(piece, charset, "")
			out.WriteString(text)
		}
		piece = nil
	}
	for _, at := range encodedWord.FindAllStringSubmatchIndex(s, -1) {
		between, label := s[last:at[0]], strings.ToLower(s[at[2]:at[3]])
		if strings.TrimSpace(between) != "" || piece == nil || label != charset {
			flush()
			if last == 0 || strings.TrimSpace(between) != "" {
				out.WriteString(rawText(between))
			}
		}
		charset, last = label, at[1]
		how, b := "base64", []byte(s[at[6]:at[7]])
		if s[at[4]]|0x20 == 'q' {
			how, b = "quoted-printable", bytes.ReplaceAll(b, []byte("_"), []byte(" "))
		}
		piece = append(piece, transferred(b, how)...)
	}
	flush()
	out.WriteString(rawText(s[last:]))
	return out.String()
}

// rawText decodes bytes of a header that nobody encoded.
func rawText(s string) string {
	text, _, _ := decodePage([]byte(s), "", "")
	return text
}

// isMaildir reports whether a folder is one of those of Maildir that hold messages, whose names say
// when they came and end in anything.
func isMaildir(folder string) bool {
	name := filepath.Base(folder)
	return name == "cur" || name == "new"
}

// holdsMail reports whether a folder is one of Maildir, which may be hidden: .Sent
func holdsMail(folder string) bool {
	info, err := os.Stat(filepath.Join(folder, "cur"))
	return err == nil && info.IsDir()
}
