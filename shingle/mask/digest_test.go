package mask

import (
	"strings"
	"testing"

	"repost/shingle/lexicon"
)

// TestDigest: the digest is another one after each edit that may mask another text, and the
// same after an edit of comments and examples.
func TestDigest(t *testing.T) {
	want := digest(builtin)
	for name, text := range map[string]string{
		"a word":              strings.Replace(builtin, "\t版权所有 ", "\t", 1) + "words self\n\t河湾晚报社\n",
		"a word less":         strings.Replace(builtin, " 版权所有 ", " ", 1),
		"words the other way": strings.Replace(builtin, "一审 二审", "二审 一审", 1),
		"a pattern":           builtin + "line footer\n\t^晚报读者服务站\n",
		"a condition":         strings.Replace(builtin, "if picture most 60", "if picture most 61", 1),
		"a reason":            strings.Replace(builtin, "line editor\n", "line byline\n", 1),
		"a list":              strings.Replace(builtin, "\t的 了 是 在 从 说 请\n", "\t的 了 是 在 从 说\n", 1),
	} {
		if text == builtin {
			t.Fatalf("%s: the file has no such line", name)
		}
		if digest(text) == want {
			t.Errorf("%s: the same digest", name)
		}
	}
	if lexicon.FirstSurname.Digest() == lexicon.Surname.Digest() || Digest() == want {
		t.Error("the digest does not depend on the family names")
	}
	if digest("# A remark.\n\n"+builtin+"+ 版权所有\n") != want {
		t.Error("a comment and an example: another digest")
	}
}
