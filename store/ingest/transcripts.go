package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Transcripts of speech: subtitles (SubRip and WebVTT, https://www.w3.org/TR/webvtt1) and CHAT
// (https://talkbank.org/manuals/CHAT.html). A file is a document, and its text is what is said.
// Numbers, times, names of speakers, annotations and codes are no part of it; the names are the
// field speakers. A turn begins a line, and keeps its dash.
//
// A line of subtitles ends where the screen ends, in the middle of a sentence: a line goes on
// where the one before it ends in a comma, or where the next begins with a small letter and no
// mark ends the last. Where captions roll, each begins with the last line of the one before it,
// which is taken once. An utterance of
// CHAT is a line.

var (
	cueTime      = regexp.MustCompile(`^(?:\d+:)?\d{1,2}:\d{2}[,.]\d{1,3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[,.]\d{1,3}`)
	cueTag       = regexp.MustCompile(`</?(?:[ibuv]|c|font|ruby|rt|lang|\d{1,3}:[\d:.]+)(?:[ .][^<>]*)?>|\{\\[^{}]*\}`)
	cueVoice     = regexp.MustCompile(`^(?:<v(?:\.[^\s<>]*)?\s+([^<>]*)>|[-–—‐]\s?\S)`)
	firstCue     = regexp.MustCompile(`^(?:WEBVTT(?:[ \t][^\n]*)?\r?\n|\s*\d+[ \t]*\r?\n(?:\d+:)?\d{1,2}:\d{2}[,.]\d{1,3}[ \t]+-->)`)
	chatStart    = regexp.MustCompile(`^(?:@Font:[^\n]*\r?\n|@PID:[^\n]*\r?\n|@UTF8\r?\n)*@(?:UTF8|Begin)\r?\n`)
	chatCode     = regexp.MustCompile(`\x15[^\x15]*\x15|\[[^\]]*\]|&[=~*{}][^\s]*|\(\.+\)|\(\d+[.:]?\d*\)|[<>↑↓⇗→⇘≠‡„⌈⌉⌊⌋]|\+["/.,!?^<\x60~+]+|\b(?:xxx|yyy|www)\b|(?:^|\s)0[\pL]+`)
	chatForm     = regexp.MustCompile(`@[a-z:$*]+`)
	beforeMark   = regexp.MustCompile(`\s+([.?!,;:])`)
	chatPictures = strings.NewReplacer("(", "", ")", "", "_", " ", "&-", "", "&+", "")
)

func looksLikeSubtitles(start []byte) bool { return firstCue.Match(start[:min(len(start), 4096)]) }

func looksLikeCHAT(start []byte) bool { return chatStart.Match(start[:min(len(start), 4096)]) }

func (r *run) subtitleRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return r.transcript(in, subtitles)
}

func (r *run) chatRows(_ *source, in *bufio.Reader) iter.Seq2[row, error] {
	return r.transcript(in, chatFields)
}

// transcript reads a file that is one document.
func (r *run) transcript(in *bufio.Reader, fields func(text string) []Field) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		b, err := r.readWhole(in)
		if err != nil {
			yield(row{}, err)
			return
		}
		yield(documentRow(row{fields: fields(string(bytes.TrimPrefix(b, []byte("\ufeff")))), raw: b}), nil)
	}
}

// cue is what the screen shows at a time.
type cue struct {
	lines []string // without tags
	turns []bool   // whether a speaker begins with the line
}

// cuesOf returns the cues of a file of SubRip or WebVTT, and the names of who speaks in them.
func cuesOf(file string) (cues []cue, speakers []string) {
	inCue := false
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		switch {
		case cueTime.MatchString(line):
			inCue, cues = true, append(cues, cue{})
			continue
		case line == "":
			inCue = false
			continue
		case !inCue: // a number, a remark, a style
			continue
		}
		voice := cueVoice.FindStringSubmatch(line)
		if voice != nil && voice[1] != "" {
			if name := strings.TrimSpace(html.UnescapeString(voice[1])); name != "" && !slices.Contains(speakers, name) && len(speakers) < mostSpeakers {
				speakers = append(speakers, name)
			}
		}
		if line = strings.TrimSpace(html.UnescapeString(cueTag.ReplaceAllString(line, ""))); line != "" {
			c := &cues[len(cues)-1]
			c.lines, c.turns = append(c.lines, line), append(c.turns, voice != nil)
		}
	}
	return cues, speakers
}

// mostSpeakers is how many names of speakers a field has.
const mostSpeakers = 1000

// shownBefore returns how many lines of c are the last ones of the cue before it.
func (c *cue) shownBefore(before *cue) int {
	for n := min(len(c.lines), len(before.lines)); n > 0; n-- {
		if slices.Equal(c.lines[:n], before.lines[len(before.lines)-n:]) {
			return n
		}
	}
	return 0
}

// subtitles returns what is said in a file of SubRip or WebVTT, and by whom.
func subtitles(file string) []Field {
	cues, speakers := cuesOf(file)
	again := 0
	for i := range cues[min(1, len(cues)):] {
		if cues[i+1].shownBefore(&cues[i]) > 0 {
			again++
		}
	}
	rolls := again > 1 && 2*again >= len(cues)-1
	var out strings.Builder
	last := ""
	for i, c := range cues {
		from := 0
		if rolls && i > 0 {
			from = c.shownBefore(&cues[i-1])
		}
		for j := from; j < len(c.lines); j++ {
			line := c.lines[j]
			switch {
			case last == "":
			case !c.turns[j] && runsOn(last, line):
				if before, _ := utf8.DecodeLastRuneInString(last); !isUnspaced(before) {
					out.WriteByte(' ')
				}
			default:
				out.WriteByte('\n')
			}
			out.WriteString(line)
			last = line
		}
	}
	return filled([]Field{{"text", out.String()}, {"speakers", strings.Join(speakers, "; ")}})
}

// runsOn reports whether a line of subtitles continues the one before it.
func runsOn(before, line string) bool {
	end, _ := utf8.DecodeLastRuneInString(before)
	begin, _ := utf8.DecodeRuneInString(line)
	return strings.ContainsRune(",，、", end) || unicode.IsLower(begin) && (unicode.IsLetter(end) || unicode.IsDigit(end) || end == '-')
}

// chatFields returns the utterances of a file of CHAT, and its headers as fields.
func chatFields(file string) []Field {
	var fields []Field
	var text strings.Builder
	tier := ""
	end := func() {
		switch {
		case strings.HasPrefix(tier, "*"):
			if _, said, ok := strings.Cut(tier, ":"); ok {
				if said = utterance(said); said != "" {
					if text.Len() > 0 {
						text.WriteByte('\n')
					}
					text.WriteString(said)
				}
			}
		case strings.HasPrefix(tier, "@"):
			if name, value, ok := strings.Cut(tier[1:], ":"); ok && text.Len() == 0 {
				name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
				if name == "id" { // of a speaker, one line for each
					name = "speakers"
				}
				if i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name }); i >= 0 {
					fields[i].Value = fmt.Sprint(fields[i].Value, "\n", value)
				} else {
					fields = append(fields, Field{name, value})
				}
			}
		}
		tier = ""
	}
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "\t") { // the tier goes on
			tier += " " + strings.TrimSpace(line)
			continue
		}
		end()
		tier = line
	}
	end()
	return append(fields, Field{"text", text.String()})
}

// utterance returns the words of an utterance without the codes of CHAT.
func utterance(said string) string {
	said = chatCode.ReplaceAllString(said, " ")
	said = chatForm.ReplaceAllString(chatPictures.Replace(said), "")
	said = strings.Join(strings.Fields(said), " ")
	return strings.TrimSpace(beforeMark.ReplaceAllString(said, "$1"))
}
