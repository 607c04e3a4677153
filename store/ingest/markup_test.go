package ingest

import "testing"

// Fragments of HTML with few tags, which nothing closes, are turned into text; prose that
// names a tag, and figures between signs, are left as they are.
func TestFragments(t *testing.T) {
	for s, want := range map[string]string{
		"The ferry stopped.<p>Nobody asked why, and &quot;no&quot; was the answer.":                             "The ferry stopped.\nNobody asked why, and \"no\" was the answer.",
		"渡口停了。<br>没有人问为什么。":                                                                                     "渡口停了。\n没有人问为什么。",
		"see <a href=\"https:&#x2F;&#x2F;a.example\" rel=\"nofollow\">https:&#x2F;&#x2F;a.example</a><p>and go": "see https://a.example\nand go",
		"&gt; the ferry stopped\n\nNo, it did not":                                                              "> the ferry stopped\n\nNo, it did not",
		"It&#x27;s late":                               "It's late",
		"if a < b and b > c. Then <p> is larger":       "",
		"use <p> for a paragraph, and <br> for a line": "",
		"段落用<p>标签，换行用<br>标签":                           "",
		"The tag “<p>” begins a paragraph.":            "",
		"AT&amp;T and a<b, c>d":                        "",
		"x &lt; y &amp;&amp; y &gt; z":                 "",
	} {
		got, ok := unmarked(s)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v, want %q", s, got, ok, want)
		}
	}
}
