package ingest

import (
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const mailHeadOfTest = "From: =?utf-8?B?6Z2S56a+5pma5oql?= <news@qinghe.example>\r\nDate: Thu, 10 Jan 2019 09:27:00 +0800 (CST)\r\nMessage-ID: <1@qinghe.example>\r\nSubject: =?gb2312?B?yP3X?=\r\n =?gb2312?B?+cfF?= 2\r\n"

// TestMail: what a reader of mail sees, and nothing of what is attached.
func TestMail(t *testing.T) {
	gbk := base64.StdEncoding.EncodeToString([]byte(encoded(simplifiedchinese.GBK, "三座桥昨天全部通车。")))
	parts := func(kind string, all ...string) string {
		return "MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + "; boundary=\"=x\"\r\n\r\npreamble\r\n--=x\r\n" + strings.Join(all, "\r\n--=x\r\n") + "\r\n--=x--\r\nepilogue\r\n"
	}
	plain := "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n" + gbk
	rich := "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Caf=C3=A9 &amp;=\r\n bar</p>"
	for _, c := range []struct{ name, body, text string }{
		{"plain", "Content-Type: text/plain; charset=utf-8\r\n\r\n一\r\n\r\n二\r\n", "一\n\n二"},
		{"no type, in GBK", "\r\n" + encoded(simplifiedchinese.GBK, "三座桥昨天全部通车，工程用了十个月，比原来的计划早了二十天。"), "三座桥昨天全部通车，工程用了十个月，比原来的计划早了二十天。"},
		{"base64 of GBK", plain, "三座桥昨天全部通车。"},
		{"HTML", rich, "Café & bar"},
		{"alternatives", parts("alternative", plain, rich), "三座桥昨天全部通车。"},
		{"alternatives the other way round", parts("alternative", rich, plain), "三座桥昨天全部通车。"},
		{"a stub in plain text", parts("alternative", "\r\nSee HTML.", strings.Replace(rich, "<p>", "<p>The ferry stays in the harbour until Monday, the council said. ", 1)), "The ferry stays in the harbour until Monday, the council said. Café & bar"},
		{"attachments", parts("mixed", plain, "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA", "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nno"), "三座桥昨天全部通车。"},
		{"parts in parts", parts("mixed", strings.ReplaceAll(strings.TrimPrefix(parts("alternative", rich, plain), "MIME-Version: 1.0\r\n"), "=x", "=y"), "\r\nfooter"), "三座桥昨天全部通车。\n\nfooter"},
		{"a message within", parts("digest", "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nsaid"), "inner\nsaid"},
		{"cut off", strings.TrimSuffix(parts("mixed", plain), "\r\n--=x--\r\nepilogue\r\n"), "三座桥昨天全部通车。"},
		{"a part that is damaged", parts("mixed", "no header\r\n\r\nlost", plain), "三座桥昨天全部通车。"},
		{"a type that is not as it should be", "Content-Type: text/plain; charset=\"gb2312\"; charset=gbk; x y\r\nContent-Transfer-Encoding: base64\r\n\r\n" + gbk, "三座桥昨天全部通车。"},
		{"flowed", "Content-Type: text/plain; format=flowed\r\n\r\nThe ferry \r\nleft.\r\n> it \r\nNo.\r\n-- \r\nAnn", "The ferry left.\n> it \nNo.\n-- \nAnn"},
		{"flowed, with spaces to be taken out", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n三座桥 \r\n通车。", "三座桥通车。"},
		{"quotes that are damaged", "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n3=4 =zz=", "3=4 =zz"},
		{"a header that is damaged", "no header\r\n\tmore\r\nContent-Type: text/html\r\n\r\n<b>x</b>", "x"},
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.eml": mailHeadOfTest + c.body})}, "", Options{})
		if len(recs) != 1 || len(errs) > 0 {
			t.Errorf("%s: %d records, %v", c.name, len(recs), errs)
			continue
		}
		d := recs[0].Doc
		if d.Text != c.text {
			t.Errorf("%s: %q, not %q", c.name, d.Text, c.text)
		}
		if d.ID != "1@qinghe.example" || d.Source != "青禾晚报" || d.Title != "三座桥 2" || d.Date != "2019-01-10T09:27:00+08:00" {
			t.Errorf("%s: %+v", c.name, d)
		}
	}
}

// TestMailbox: each message of a file is a document, whatever its lines look like, and one that cannot
// be read costs no other.
func TestMailbox(t *testing.T) {
	head := func(n string) string {
		return "From ann@willow.example Thu Jan 10 09:27:00 2019\nFrom: ann@willow.example\nSubject: s" + n + "\nMessage-ID: <" + n + ">\n\n"
	}
	box := head("1") + "one\n\nFrom the mayor in 2019\nNote: open\n\n>From here\n>>From there\n\n" + head("2") + "\n" + head("3") + strings.Repeat("long ", 300) + "\n\n" + head("4") + "four\nFrom ann@willow.example Thu Jan 10 09:27:00 2019\nno: blank line before it\n"
	box += "\nFrom bob at birch.example  Fri Jan 11 09:27:16 2019\nFrom: bob at birch.example (Bob Birch)\nDate: Fri, 11 Jan 2019 09:27:16 -0500\nSubject: [Talk] s5\n\nfive\n"
	for _, name := range []string{"a.mbox", "Inbox", "2019-January.txt"} {
		recs, errs := read([]string{write(t, map[string]string{name: "\n" + box})}, "", Options{MaxRecord: 1000})
		var got []string
		for _, r := range recs {
			got = append(got, r.Doc.ID+"|"+r.Doc.Source+"|"+r.Doc.Text)
		}
		want := "1|ann@willow.example|one\n\nFrom the mayor in 2019\nNote: open\n\nFrom here\n>From there\n4|ann@willow.example|four\nFrom ann@willow.example Thu Jan 10 09:27:00 2019\nno: blank line before it\n" + name + ":5|Bob Birch|five"
		if s := strings.Join(got, "\n"); s != want {
			t.Errorf("%s: %s", name, s)
		}
		if len(errs) != 2 || !strings.Contains(errs[0].Error(), "record 2, byte 169: the text is empty") || !strings.Contains(errs[1].Error(), "record 3") {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

// TestDamagedMail: a message whose parts cannot be told apart is lost, and not empty.
func TestDamagedMail(t *testing.T) {
	recs, errs := read([]string{write(t, map[string]string{"a.eml": mailHeadOfTest + "Content-Type: multipart/mixed; boundary=a\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"})}, "", Options{})
	if len(recs) > 0 || len(errs) != 1 || !errs[0].Lost() || !strings.Contains(errs[0].Error(), "damaged") {
		t.Errorf("%+v, %v", recs, errs)
	}
}

// TestMailLineEnds: the lines of an old Mac end in a carriage return alone.
func TestMailLineEnds(t *testing.T) {
	for _, end := range []string{"\n", "\r"} {
		recs, errs := read([]string{write(t, map[string]string{"a.eml": strings.ReplaceAll(mailHeadOfTest+"\r\nx\r\ny", "\r\n", end)})}, "", Options{})
		if len(recs) != 1 || len(errs) > 0 || recs[0].Doc.Text != "x\ny" || recs[0].Doc.Title != "三座桥 2" {
			t.Errorf("%q: %+v, %v", end, recs, errs)
		}
	}
}

// TestMailFolders: messages have no ending in Maildir and in MH.
func TestMailFolders(t *testing.T) {
	m := mailHeadOfTest + "\r\nx"
	at := func(n string) string { return strings.Replace(m, "1@", n+"@", 1) }
	dir := write(t, map[string]string{"md/cur/1.M2P3.host,S=4:2,S": at("1"), "md/new/2.host": at("2"), "md/.Sent/cur/3.host:2,": at("3"), "md/.Sent/maildirfolder": "", "md/dovecot-uidlist": "3 V1\n", "mh/1": at("4"), "enron/inbox/2.": at("5")})
	recs, errs := read([]string{dir}, "", Options{})
	if len(recs) != 5 || len(errs) > 0 {
		t.Errorf("%d records, %v", len(recs), errs)
	}
}

// TestSavedPage: a page that a browser saved with its pictures is a page.
func TestSavedPage(t *testing.T) {
	data := "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://x.example/1\r\nSubject: =?utf-8?Q?=E6=A1=A5?=\r\nDate: Sun, 1 Mar 2020 10:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"--b\"\r\n\r\n\r\n----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\nContent-Location: http://x.example/1\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(page("utf-8"))) + "\r\n----b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n----b--\r\n"
	recs, errs := read([]string{write(t, map[string]string{"a.mhtml": data})}, "", Options{})
	if len(recs) != 1 || len(errs) > 0 || recs[0].Doc.Text != newsText || recs[0].Doc.URL != "http://x.example/1" || recs[0].Doc.Date != "2019-01-10T09:27" || recs[0].Doc.Source != "青禾网" {
		t.Errorf("%+v, %v", recs, errs)
	}
}

func FuzzMail(f *testing.F) {
	fuzzFormat(f, "mail", mailHeadOfTest+"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n\r\na =?\r\n--y--\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?Q?=41?=\r\n\r\nb\r\n--x--\r\n",
		"From a Thu Jan 10 09:27:00 2019\nFrom: a\nSubject: =?gb2312?B?yP3X?= =?gb2312?B?+cfF?=\nContent-Type: text/plain; format=flowed; delsp=yes\n\nx \ny\n\nFrom a Thu Jan 10 09:27:00 2019\nContent-Transfer-Encoding: base64\n\nAAAA\n>From x\n")
}
