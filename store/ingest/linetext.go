package ingest

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"repost/dedup"
)

// Texts with a document on each line: sentences of parallel corpora (OPUS and Moses write
// x.en-zh.zh), headlines, lists of words. No name and no byte says for sure that a file is
// one, an article of one-sentence paragraphs looks the same: it is read so if the format
// "lines" is asked for, and Notes.Lines says where that may be meant.

// lineRows reads a file with a document on each line. Records have the numbers of their
// lines; blank ones are no record. raw has the line with its end, so that it can be written
// again byte for byte.
func (r *run) lineRows(s *source, in *bufio.Reader) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		at := s.at
		for n := s.first; ; n++ {
			line, length, err := lineOf(in, r.opt.MaxRecord)
			begin := at
			at += length
			text := trimLineEnd(line)
			goOn := true
			switch {
			case length == 0 && err == io.EOF:
				return
			case err != nil && err != io.EOF:
				yield(row{}, &Error{Record: n, Byte: begin, Fatal: true, Err: err})
				return
			case line == nil:
				goOn = yield(row{}, &Error{Record: n, Byte: begin, Err: tooLong(r.opt.MaxRecord)})
			case len(bytes.TrimSpace(text)) > 0:
				goOn = yield(row{doc: &dedup.Document{Text: string(text)}, raw: line, at: begin, number: n}, nil)
			}
			if !goOn {
				return
			}
		}
	}
}

// lineOf returns the next line with its end, or nil if it is longer than most, and how many
// bytes it has.
func lineOf(in *bufio.Reader, most int) (line []byte, length int64, err error) {
	line = []byte{}
	for {
		part, err := in.ReadSlice('\n')
		if length += int64(len(part)); length > int64(most)+2 {
			line = nil
		} else {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			return line, length, err
		}
	}
}

// The fewest lines that say that a file may have a document on each: of a file whose name is
// not that of a text, or that is the only one; and of any other.
const (
	fewLineTexts  = 5
	manyLineTexts = 100
)

// lineTexts returns how many lines a text has if each may be a document of its own: no blank
// lines between them, one sentence on each or none, and no lines that were broken at a width.
func lineTexts(text string) int {
	sample := text
	if len(sample) > sniffLength {
		sample = sample[:1+strings.LastIndexByte(sample[:sniffLength], '\n')]
	}
	var widths []int
	blank, several, open := 0, 0, 0
	for line := range strings.Lines(sample) {
		if line = strings.TrimSpace(line); line == "" {
			blank++
			continue
		}
		widths = append(widths, utf8.RuneCountInString(line))
		if hasSeveral(line) {
			several++
		}
		if last, _ := utf8.DecodeLastRuneInString(line); unicode.IsLetter(last) || last == ',' || last == '，' {
			open++
		}
	}
	n := len(widths)
	if n < fewLineTexts || blank > 1+n/20 || 6*several > n {
		return 0
	}
	slices.Sort(widths)
	most, full := widths[n*19/20], 0
	for _, w := range widths {
		if 5*w >= 4*most {
			full++
		}
	}
	if most >= 30 && 2*full > n && 2*open > n {
		return 0
	}
	return max(n, strings.Count(text, "\n"))
}

// hasSeveral reports whether a sentence ends within a line, and another begins.
func hasSeveral(line string) bool {
	for i, c := range line {
		rest := line[i+utf8.RuneLen(c):]
		switch c {
		case '。', '！', '？':
			if strings.ContainsFunc(rest, unicode.IsLetter) {
				return true
			}
		case '.', '!', '?':
			after := strings.TrimLeft(rest, " ")
			if next, _ := utf8.DecodeRuneInString(after); len(after) < len(rest) && unicode.IsUpper(next) {
				return true
			}
		}
	}
	return false
}
