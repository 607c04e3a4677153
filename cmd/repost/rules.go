package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"repost/dedup/detect"
	"repost/shingle/mask"
)

// rulesFlag adds --rules to a command that makes a corpus.
func (a *app) rulesFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.rules, "rules", "", "also set aside what matches the words and patterns of this `file`: see repost help rules")
}

// mostRules bounds the bytes of a file of rules.
const mostRules = 1 << 20

// scheme returns the scheme that --rules asks for, or nil if it is not given.
func (a *app) scheme() (*detect.Scheme, error) {
	if a.rules == "" {
		return nil, nil
	}
	f, err := os.Open(a.rules)
	if err != nil {
		return nil, fmt.Errorf("--rules: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostRules+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("--rules: %w", err)
	case len(text) > mostRules:
		return nil, fmt.Errorf("--rules %s: it has more than %d bytes", a.rules, mostRules)
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return nil, fmt.Errorf("--rules %s: it is not UTF-8", a.rules)
	}
	if _, err := mask.ReadPatterns(string(text)); err != nil {
		if at := new(mask.PatternError); errors.As(err, &at) {
			return nil, fmt.Errorf("%s:%d: %s", a.rules, at.Line, at.Problem)
		}
		return nil, err
	}
	s := detect.DefaultScheme
	s.Patterns = string(text)
	return &s, nil
}

// rulesTopic is the page of help on files of rules.
func rulesTopic() *cobra.Command {
	reasons := make([]string, len(mask.Reasons))
	for i, r := range mask.Reasons {
		reasons[i] = string(r)
	}
	fill := strings.NewReplacer("REASONS", strings.Join(reasons, ", "), "KINDS", strings.Join(mask.Kinds(), ", "), "USES", strings.Join(mask.Uses(), ", "))
	return &cobra.Command{Use: "rules", Short: "Words and patterns of your own outlets: the file of --rules", Long: fill.Replace(rulesHelp)}
}

const rulesHelp = `Before texts are compared, repost sets aside what is no part of a story: bylines,
datelines, copyright lines, menus. Rules for what most outlets print are built in. A
file of rules adds what the pages of your own outlets have:

  # The paper prints this below each story,
  line footer
  	^晚报读者服务站
  + 晚报读者服务站 每天上午九点开门
  - 昨天晚报读者服务站来了许多老人

  # and begins its reports like this.
  head dateline
  	^河湾晚报[东西]线讯
  + 河湾晚报东线讯 今天上午，船厂开了门

  words self
  	河湾晚报社

A group begins with a heading of two words. The first says where to look: line (a
whole line), head (the beginning of a paragraph) or bracket (the brackets at the end
of a paragraph). The second says what it is, one of
REASONS.
Regular expressions (RE2) follow, indented. They are compared with folded lines:
simplified characters, lower case, half-width, without spaces: "Harrow Readers" is
harrowreaders. An expression that no such line can match is refused. {name} matches a
Chinese name. Conditions may follow the heading: "most 30", the line has at most 30
characters (default 90); "unfinished", no sentence ends in it; "if edit", it has a
word of that kind; for a bracket "after-sentence", it follows a sentence.

"words KIND" adds to the words that the built-in rules use, one on a line, a phrase
without its spaces. A line with one word of kind strong is a footer; words of the other
kinds count only together, or where a pattern asks for one. The kinds are
KINDS.
"labels USE" adds to the words in menus and before colons; the uses are
USES.

A line that begins with + is a text that the group must set aside (of head, its beginning),
one with - a text that it must not. Each is tried. A file with an example that fails is refused, with the
line number.

  repost ingest --rules river.rules dump.jsonl

A corpus remembers its rules, and every command follows them. To change them, run
repost migrate --rules FILE.`
