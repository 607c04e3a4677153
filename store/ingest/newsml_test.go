package ingest_test

import (
	"strings"
	"testing"

	"repost/store/ingest"
)

// What a news item says besides its text is in fields, also in those that no document has.
func TestNewsFields(t *testing.T) {
	for name, x := range map[string]struct{ text, want string }{
		"NITF": {
			`<nitf><head><docdata><doc-id id-string="n"/><key-list><keyword key="桥"/><keyword key="路"/></key-list></docdata></head><body><body.head><hedline><hl1>桥</hl1><hl2>甲</hl2><hl2>乙</hl2></hedline><abstract><p>丙</p></abstract></body.head><body.content><p>丁</p></body.content></body></nitf>`,
			"subtitle=甲\n乙;abstract=丙;keywords=桥; 路",
		},
		"NewsML-G2": {
			`<newsItem guid="n"><contentMeta><headline>桥</headline><slugline>桥-路</slugline><description>丙</description><keyword>桥</keyword></contentMeta><contentSet><inlineXML><nitf><body><body.head><hedline><hl2>甲</hl2></hedline></body.head><body.content><p>丁</p></body.content></body></nitf></inlineXML></contentSet></newsItem>`,
			"slugline=桥-路;abstract=丙;keywords=桥;subtitle=甲",
		},
	} {
		for r, err := range ingest.Read([]string{"-"}, strings.NewReader(x.text), ingest.Options{Originals: true}) {
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range r.Original.Fields {
				switch v, _ := f.Value.(string); f.Name {
				case "subtitle", "abstract", "keywords", "slugline":
					if v != "" {
						got = append(got, f.Name+"="+v)
					}
				}
			}
			if s := strings.Join(got, ";"); s != x.want {
				t.Errorf("%s: %q, want %q", name, s, x.want)
			}
		}
	}
}
