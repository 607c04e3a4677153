package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"repost/dedup/diff"
	"repost/shingle"
)

// Patch turns one text into another:
//
//	{"repost-patch":1,
//	"a":{"id":"page.txt","bytes":120,"sha256":"…"},
//	"b":{"id":"web.txt","bytes":117,"sha256":"…"},
//	"script":[
//	{"op":"copy","a":[0,60]},
//	{"op":"insert","text":"…"},
//	…
//	]}
//
// The checksums are of all of A, and of what the script makes of it: a patch is
// applied to the text that it was made from, or not at all. Spans are bytes of A.
// Text that is no UTF-8 stands as "bytes", in base64.
type Patch struct {
	Version int       `json:"repost-patch"`
	A       PatchSide `json:"a"`
	B       PatchSide `json:"b"`
	Script  []PatchOp `json:"script"`
}

// PatchSide names one of the two texts.
type PatchSide struct {
	ID     string `json:"id"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// PatchOp is one step: copy or move the bytes A, or insert Text or Bytes. Delete
// says what is left out, for those who read.
type PatchOp struct {
	Op    diff.OpKind   `json:"op"`
	A     *shingle.Span `json:"a,omitempty"`
	Text  string        `json:"text,omitempty"`
	Bytes []byte        `json:"bytes,omitempty"`
}

const patchVersion = 1

// ErrOtherText is returned for a text that a patch was not made for.
var ErrOtherText = errors.New("the patch was made for another text")

// NewPatch returns the patch that makes of A what d compares of B.
func NewPatch(d *Difference) (*Patch, error) {
	made, err := diff.Apply(d.Script, d.TextA)
	if err != nil {
		return nil, err
	}
	p := &Patch{Version: patchVersion, A: sum(d.A.ID, d.TextA), B: sum(d.B.ID, made)}
	for _, op := range d.Script {
		o := PatchOp{Op: op.Kind}
		switch {
		case op.Kind != diff.Insert:
			o.A = &shingle.Span{Lo: op.A.Lo, Hi: op.A.Hi}
		case utf8.ValidString(op.Text):
			o.Text = op.Text
		default:
			o.Bytes = []byte(op.Text)
		}
		p.Script = append(p.Script, o)
	}
	return p, nil
}

func sum(id, text string) PatchSide {
	h := sha256.Sum256([]byte(text))
	return PatchSide{ID: id, Bytes: len(text), SHA256: hex.EncodeToString(h[:])}
}

// Write writes a patch, one operation a line.
func (p *Patch) Write(w io.Writer) error {
	var b bytes.Buffer
	line := func(before string, v any, after string) error {
		b.WriteString(before)
		object, err := JSON(v)
		b.Write(bytes.TrimSuffix(object, []byte("\n")))
		b.WriteString(after)
		return err
	}
	err := errors.Join(
		line(`{"repost-patch":`, p.Version, ",\n"),
		line(`"a":`, p.A, ",\n"),
		line(`"b":`, p.B, ",\n\"script\":["),
	)
	for i, op := range p.Script {
		before := ",\n"
		if i == 0 {
			before = "\n"
		}
		err = errors.Join(err, line(before, op, ""))
	}
	b.WriteString("\n]}\n")
	if err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// ReadPatch reads what Write writes. What it returns is sound but for the text
// that it is applied to: see Apply.
func ReadPatch(r io.Reader) (*Patch, error) {
	var p Patch
	in := json.NewDecoder(r)
	in.DisallowUnknownFields()
	if err := in.Decode(&p); err != nil {
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("this is no patch: byte %d is no JSON", bad.Offset)
		}
		if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return nil, fmt.Errorf("this is no patch: byte %d, in %q, is of another kind", bad.Offset, bad.Field)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("this is no patch, or it is cut short")
		}
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return nil, fmt.Errorf("this is no patch: it has a field %s", name)
		}
		return nil, err
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, fmt.Errorf("this is no patch: something follows it, at byte %d", in.InputOffset())
	}
	if p.Version != patchVersion {
		return nil, fmt.Errorf("a patch of version %d; this repost reads version %d", p.Version, patchVersion)
	}
	for i, op := range p.Script {
		if err := op.sound(p.A.Bytes); err != nil {
			return nil, fmt.Errorf("operation %d of the patch: %w", i+1, err)
		}
	}
	return &p, nil
}

// sound reports what is wrong with an operation on a text of the given length.
func (op PatchOp) sound(bytes int) error {
	switch op.Op {
	case diff.Insert:
		if op.A != nil || op.Text != "" && op.Bytes != nil {
			return errors.New("insert has a text or bytes, and no span")
		}
	case diff.Copy, diff.Move, diff.Delete:
		if op.A == nil || op.A.Lo < 0 || op.A.Lo > op.A.Hi || op.A.Hi > bytes {
			return fmt.Errorf("%s has no span within %d bytes", op.Op, bytes)
		}
	default:
		return fmt.Errorf("there is no %q", op.Op)
	}
	return nil
}

// Apply returns what the patch makes of text. An error that is ErrOtherText says
// that the patch was made for another text.
func (p *Patch) Apply(text string) (string, error) {
	if got := sum(p.A.ID, text); got != p.A {
		return "", fmt.Errorf("%w: %s of %s bytes, SHA-256 %.16s…; this one has %s, %.16s…",
			ErrOtherText, p.A.ID, Thousands(p.A.Bytes), p.A.SHA256, Thousands(got.Bytes), got.SHA256)
	}
	size := 0
	var script diff.Script
	for _, op := range p.Script {
		o := diff.Op{Kind: op.Op, Text: op.Text + string(op.Bytes)}
		if op.A != nil {
			o.A = *op.A
		}
		switch op.Op {
		case diff.Insert:
			size += len(o.Text)
		case diff.Copy, diff.Move:
			size += o.A.Len()
		}
		if size > p.B.Bytes {
			return "", fmt.Errorf("the patch is damaged: it makes more than the %s bytes it promises", Thousands(p.B.Bytes))
		}
		script = append(script, o)
	}
	made, err := diff.Apply(script, text)
	if err != nil {
		return "", err
	}
	if got := sum(p.B.ID, made); got != p.B {
		return "", errors.New("the patch is damaged: what it makes has another checksum than it promises")
	}
	return made, nil
}
