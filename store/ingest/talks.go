package ingest

import (
	"encoding/json"
	"slices"
	"strings"
)

// Talks, and questions with their answers: what people train models of language with. Such a
// record has no field for its text. It is a list of turns ([{"role":…,"content":…}],
// [{"from":…,"value":…}], [{"human":…,"assistant":…}], a list of strings), or the parts stand
// in fields of their own (instruction, input and output). All turns or parts together are the
// text, one after the other, each on its lines: two talks that begin with one question are not
// one talk.

var (
	// speakerNames are fields of a turn that say who speaks, and saidNames those with what is said.
	speakerNames = simpleNames("role from speaker speakerid sender author user agent name type persona 角色 说话人")
	saidNames    = simpleNames("content value text message utterance said sentence body markdown 内容 话")
	// talkNames are lists of strings, each a turn.
	talkNames = simpleNames("dialog dialogue dialogs turns utterances conversation conversations messages chat talk history thread 对话 轮次")
	// partNames are fields with a part of the text.
	partNames = simpleNames("system instruction context input prompt question query problem human user output completion response answer reply solution assistant bot gpt chosen rejected target 指令 输入 输出 问题 提问 问 回答 答案 答")
)

func simpleNames(list string) map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(list) {
		all[simple(name)] = true
	}
	return all
}

// together returns the parts of a text that stand in fields of their own, and their names: two
// at least.
func (r *run) together(fields []Field) (text string, names []string) {
	var parts []string
	for _, f := range fields {
		if !partNames[simple(f.Name)] {
			continue
		}
		part, ok := r.part(f)
		if ok && strings.TrimSpace(part) != "" {
			parts, names = append(parts, part), append(names, f.Name)
		}
	}
	if len(names) < 2 {
		return "", nil
	}
	return strings.Join(parts, "\n"), names
}

// part returns what a field with a part of the text says.
func (r *run) part(f Field) (string, bool) {
	if text, kind := textOf(roleText, f.Value); kind == "" {
		return text, true
	}
	return r.parts(f)
}

// turn returns what is said in an element of a list, if that is a turn.
func (r *run) turn(fields []Field) (string, bool) {
	speaks := slices.ContainsFunc(fields, func(f Field) bool { return speakerNames[simple(f.Name)] })
	for _, f := range fields {
		if !speaks || !saidNames[simple(f.Name)] {
			continue
		}
		if text, kind := textOf(roleText, f.Value); kind == "" {
			return text, true
		}
		return saidIn(f.Value)
	}
	text, names := r.together(fields)
	return text, len(names) > 0
}

// saidIn returns the texts in a list of pieces, of which some are pictures or calls of tools.
func saidIn(v any) (string, bool) {
	all, ok := list(v)
	if !ok {
		return "", false
	}
	var pieces []string
	for _, e := range all {
		if text, kind := textOf(roleText, e); kind == "" && text != "" {
			pieces = append(pieces, text)
		}
	}
	return strings.Join(pieces, "\n"), len(pieces) > 0
}

// stringLines returns a list of strings, or of lists of them, as lines.
func stringLines(v any, depth int) (lines []string, ok bool) {
	all, ok := list(v)
	if !ok || depth > 3 {
		return nil, false
	}
	for _, e := range all {
		switch e := e.(type) {
		case nil:
		case string:
			lines = append(lines, e)
		case json.RawMessage, []any:
			more, ok := stringLines(e, depth+1)
			if !ok {
				return nil, false
			}
			lines = append(lines, more...)
		default:
			return nil, false
		}
	}
	return lines, true
}
