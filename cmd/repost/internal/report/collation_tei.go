package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"repost/dedup/collate"
)

// CollationTEI prints a collation as TEI P5 with the method of parallel
// segmentation (Guidelines, chapter 12): the base in order, an app with its lem and rdg at
// each place. Marks and spaces in which versions differ alone are normalised to the base, as
// the header says. The paragraphs of the base are p; a line break within one, or within a
// reading, is an lb. So the text that the lemmata make has the lines of the base. What was not
// compared stands in the text, of the base, and as notes of the witnesses, of the others.
func (p *Printer) CollationTEI(c *Collation) {
	base := c.Witness(c.Base)
	title := Label(base.Title)
	if title == "" {
		title = firstWords(c)
	}
	p.printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">\n <teiHeader>\n  <fileDesc>\n")
	p.printf("   <titleStmt><title>%s</title></titleStmt>\n", xmlText(title))
	p.printf("   <publicationStmt><p>Collation of %s, made by repost from the versions listed below.</p></publicationStmt>\n", xmlText(c.heading()))
	p.printf("   <sourceDesc>\n    <listWit>\n")
	for i := range c.Witnesses {
		p.teiWitness(&c.Witnesses[i], c.Base)
	}
	p.printf("    </listWit>\n   </sourceDesc>\n  </fileDesc>\n  <encodingDesc>\n   <editorialDecl>\n")
	p.printf("    <normalization><p>Differences of width, punctuation style, spacing, letter case, script variant and the way a number is written are not recorded: such places stand as the base %s has them. Text that moved stands where the base has it.</p></normalization>\n", c.Base)
	for _, why := range c.Caps {
		p.printf("    <interpretation><p>Bounded: %s</p></interpretation>\n", xmlText(why))
	}
	p.printf("   </editorialDecl>\n   <variantEncoding method=\"parallel-segmentation\" location=\"internal\"/>\n  </encodingDesc>\n </teiHeader>\n")
	p.printf(" <text xml:lang=\"%s\">\n  <body>\n", xmlText(c.language()))
	p.teiBody(c)
	p.printf("  </body>\n </text>\n</TEI>\n")
}

// language is the tag of the base: what its file says, or what its script does.
func (c *Collation) language() string { return cmp.Or(c.Lang, Language(c.Of(whole(c)))) }

// teiBody prints the base as paragraphs, with the places.
func (p *Printer) teiBody(c *Collation) {
	b := paragraphs{p: p, blank: strings.Contains(c.Of(whole(c)), "\n\n")}
	numbers := numbers(c)
	for _, s := range c.Segments() {
		if s.Gap {
			b.begin()
			p.printf("<gap reason=\"not of this story\"/>")
		}
		switch {
		case s.Place >= 0:
			b.begin()
			p.teiPlace(&c.Places[s.Place], numbers[s.Place])
		case s.Masked != "":
			b.text(s.Text, fmt.Sprintf("<seg type=\"not-compared\" subtype=\"%s\">", xmlText(string(s.Masked))), "</seg>")
		default:
			b.text(s.Text, "", "")
		}
	}
	b.end()
	if !b.any {
		p.printf("   <p/>\n")
	}
}

// paragraphs writes a text as paragraphs: those between blank lines if there are any, or else
// its lines.
type paragraphs struct {
	p         *Printer
	blank     bool // they are parted by blank lines
	open, any bool
	breaks    int // of lines that are not written yet: what follows them decides
}

// begin writes what stands before the next piece of the text.
func (b *paragraphs) begin() {
	if b.breaks > 1 || b.breaks == 1 && !b.blank {
		b.end()
	} else if b.breaks == 1 && b.open {
		b.p.printf("<lb/>")
	}
	if b.breaks = 0; !b.open {
		b.p.printf("   <p>")
		b.open, b.any = true, true
	}
}

func (b *paragraphs) end() {
	if b.open {
		b.p.printf("</p>\n")
		b.open = false
	}
}

// text writes a part of the text. Each piece of it in a paragraph stands between before and
// after.
func (b *paragraphs) text(s, before, after string) {
	for s != "" {
		line, rest, broken := strings.Cut(s, "\n")
		line = strings.TrimSuffix(line, "\r")
		if empty := strings.TrimSpace(line) == ""; !empty || !broken && line != "" {
			b.begin()
			b.p.printf("%s%s%s", before, xmlText(line), after)
		}
		if s = rest; broken {
			b.breaks++
		}
	}
}

func (p *Printer) teiWitness(w *collate.Witness, base string) {
	p.printf("     <witness xml:id=\"%s\"><bibl>", w.Siglum)
	if w.Title != "" {
		p.printf("<title>%s</title> ", xmlText(Escaped(w.Title)))
	}
	if w.Source != "" {
		p.printf("<publisher>%s</publisher> ", xmlText(Escaped(w.Source)))
	}
	switch _, err := time.Parse(time.DateOnly, w.Date); {
	case err == nil:
		p.printf("<date when=\"%s\">%s</date> ", w.Date, w.Date)
	case w.Date != "":
		p.printf("<date>%s</date> ", xmlText(Escaped(w.Date)))
	}
	p.printf("<idno>%s</idno>", xmlText(Escaped(w.Key)))
	for _, id := range w.Copies {
		p.printf(" <idno type=\"copy\">%s</idno>", xmlText(Escaped(id)))
	}
	p.printf("</bibl>")
	if w.Siglum == base {
		p.printf("<note>base</note>")
	}
	for _, s := range w.Aside {
		p.printf("<note type=\"not-compared\">%s</note>", teiText(s))
	}
	p.printf("</witness>\n")
}

func (p *Printer) teiPlace(pl *collate.Place, n string) {
	p.printf("<app n=\"%s\" type=\"%s\">", n, pl.Kind)
	for k := range pl.Readings {
		r := &pl.Readings[k]
		if r.Lemma {
			p.printf("<lem wit=\"%s\">%s</lem>", teiSigla(r.Witnesses), teiText(r.Text))
			continue
		}
		p.printf("<rdg wit=\"%s\" type=\"%s\" subtype=\"%s\">%s</rdg>", teiSigla(r.Witnesses), xmlText(string(r.Grade)), xmlText(string(r.Class)), teiText(r.Text))
	}
	if len(pl.Lacking) > 0 {
		p.printf("<rdg wit=\"%s\" type=\"lacking\"/>", teiSigla(pl.Lacking))
	}
	p.printf("</app>")
}

func teiSigla(list []string) string { return "#" + strings.Join(list, " #") }

// xmlText escapes a text for XML. What XML cannot hold becomes U+FFFD.
func xmlText(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return fmt.Sprintf("%q", err)
	}
	return b.String()
}

// teiText is xmlText with line breaks as elements.
func teiText(s string) string { return strings.ReplaceAll(xmlText(s), "&#xA;", "<lb/>") }
