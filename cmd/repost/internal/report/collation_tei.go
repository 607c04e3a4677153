package report

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"repost/dedup/collate"
)

// CollationTEI prints a collation as TEI P5 with the method of parallel
// segmentation: the base in order, an app with its lem and rdg at each place. Marks
// and spaces in which versions differ alone are normalised to the base, as the
// header says; a line break of the base is an lb.
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
	p.printf(" <text xml:lang=\"%s\">\n  <body>\n   <ab>", Language(c.Of(whole(c))))
	numbers := numbers(c)
	for _, s := range c.Segments() {
		if s.Gap {
			p.printf("<gap reason=\"not of this story\"/>")
		}
		switch {
		case s.Place >= 0:
			p.teiPlace(&c.Places[s.Place], numbers[s.Place])
		case s.Masked != "":
			p.printf("<seg type=\"not-compared\" subtype=\"%s\">%s</seg>", xmlText(string(s.Masked)), teiText(s.Text))
		default:
			p.printf("%s", teiText(s.Text))
		}
	}
	p.printf("</ab>\n  </body>\n </text>\n</TEI>\n")
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
