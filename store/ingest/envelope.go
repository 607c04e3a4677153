package ingest

import (
	"cmp"
	"encoding/json"
	"slices"

	"repost/dedup/dates"
)

// An answer of a web interface, or a dump of one, is an object that holds the records
// in a list: {"articles":[…]}, {"data":{"items":[…]}}, or under their ids:
// {"17":{…},"18":{…}}. A list may be named by the day of its records, {"2024-03-05":[…]}, as
// a folder may be. Such an envelope has three marks: it has no text itself,
// what it holds has, and no record of the file came before that was none. An envelope
// that is longer than envelopeBytes is entered at its list, so that memory holds one
// record.

const (
	envelopeBytes = 4 << 20
	envelopeDepth = 4
)

// notRecords are names of lists in a record whose texts are those of others.
var notRecords = map[string]bool{
	"comments": true, "comment": true, "replies": true, "reply": true, "related": true, "relatedarticles": true, "recommendations": true,
	"tags": true, "images": true, "media": true, "links": true, "评论": true, "回复": true, "相关": true, "相关新闻": true, "推荐": true,
}

// hasText reports whether fields are those of a document.
func (r *run) hasText(fields []Field) bool {
	for i := range r.opt.Fields {
		if c := &r.opt.Fields[i]; c.role == roleText {
			text, missing, _ := c.chosen(fields, func(string) {})
			return missing == "" && text != ""
		}
	}
	p := r.guess(fields, nil, "")
	return p.of[roleText].name != "" || p.given[roleText]
}

// kid is a record in an envelope: its bytes, and its name where it stands under one.
type kid struct {
	raw  json.RawMessage
	name string
	day  string // of its list
}

// dayOf returns the day that the name of a list says, or "".
func dayOf(name string) string {
	if day, ok := dates.InName(name); ok {
		return day.String()
	}
	return ""
}

// kids returns the records that an object without a text holds, those of the outermost
// lists that have any.
//
// What has a headline, and an address or a date, is most likely a document whose text is
// under a name that is not known: its lists then are records only if they have headlines
// too. Others are of names, places or pictures in it. What has an id, or is one of many, is a
// document whose parts are in its lists (the turns of a talk, the posts of a thread), unless
// these have an id, a title or an address themselves.
func (r *run) kids(fields []Field, many bool) (all []kid) {
	p := r.guess(fields, nil, "")
	isRecord := func(e picks) bool { return true }
	switch has := func(of role) bool { return p.of[of].name != "" }; {
	case has(roleTitle) && (has(roleURL) || has(roleDate)):
		isRecord = func(e picks) bool { return e.of[roleTitle].name != "" }
	case has(roleID) || many:
		isRecord = func(e picks) bool {
			return e.of[roleTitle].name != "" || e.of[roleID].name != "" || e.of[roleURL].name != ""
		}
	}
	level, days := fields, make([]string, len(fields))
	for depth := 0; depth < envelopeDepth && len(level) > 0; depth++ {
		var next, keyed []Field
		var nextDays []string
		for i, f := range level {
			day := cmp.Or(dayOf(f.Name), days[i])
			v, ok := f.Value.(json.RawMessage)
			switch {
			case !ok || notRecords[simple(f.Name)]:
			case v[0] == '[':
				kids := r.listed(v, isRecord)
				for _, k := range kids {
					k.day = day
					all = append(all, k)
				}
				if one := elements(v); len(kids) == 0 && len(one) == 1 && len(one[0]) > 0 && one[0][0] == '{' { // {"db":[{"data":{"posts":[…]}}]}
					sub, _ := object(json.RawMessage(one[0]))
					next = append(next, sub...)
					nextDays = append(nextDays, slices.Repeat([]string{day}, len(sub))...)
				}
			default:
				sub, _ := object(v)
				if r.hasText(sub) {
					keyed = append(keyed, f)
				}
				next = append(next, sub...)
				nextDays = append(nextDays, slices.Repeat([]string{day}, len(sub))...)
			}
		}
		if len(keyed) > 1 && len(keyed) == len(level) {
			for _, f := range keyed {
				all = append(all, kid{f.Value.(json.RawMessage), f.Name, ""})
			}
		}
		if len(all) > 0 {
			return all
		}
		level, days = next, nextDays
	}
	return nil
}

// listed returns the objects of a list, if one of them has a text and is a record.
func (r *run) listed(v []byte, isRecord func(picks) bool) (all []kid) {
	found := false
	for _, e := range elements(v) {
		if len(e) > 0 && e[0] == '{' {
			sub, _ := object(json.RawMessage(e))
			if nested := r.guessNested(sub, nil); r.hasText(sub) || nested.of[roleText].name != "" {
				found = found || isRecord(nested)
			}
			all = append(all, kid{raw: e})
		}
	}
	if !found {
		return nil
	}
	return all
}

// enter goes to the first record in a long envelope of which b is the beginning. It
// reports whether it is one.
func (j *jsonReader) enter(b []byte) bool {
	at := 0
	for range envelopeDepth {
		var w walker
		if _, err := w.object(b[at:], false); err != errMore || len(w.members) == 0 {
			return false
		}
		last := w.members[len(w.members)-1]
		var fields []Field
		for _, m := range w.members[:len(w.members)-1] {
			name, _ := unescape(m.name)
			v, _ := value(m.value)
			fields = append(fields, Field{name, v})
		}
		if p := j.r.guess(fields, nil, ""); last.value != nil || j.r.hasText(fields) || p.of[roleID].name != "" {
			return false
		}
		at += last.at
		if b[at] == '{' {
			continue
		}
		name, _ := unescape(last.name)
		if b[at] != '[' || notRecords[simple(name)] {
			return false
		}
		at = spaceEnd(b, at+1)
		if at >= len(b) || b[at] != '{' {
			return false
		}
		end, err := w.object(b[at:], false)
		if err == errMore { // an object that holds the list
			continue
		}
		if err != nil {
			return false
		}
		sub, _ := object(json.RawMessage(b[at : at+end]))
		if !j.r.hasText(sub) && j.r.guessNested(sub, nil).of[roleText].name == "" {
			return false
		}
		j.inside, j.day = true, dayOf(name)
		j.skip(at)
		return true
	}
	return false
}

// passToken passes over a piece of an envelope between its records. It reports whether
// there is one.
func (j *jsonReader) passToken() bool {
	b, final := j.rest()
	switch {
	case b[0] == ':' || b[0] == '}':
		j.skip(1)
		return true
	case b[0] == '"' || inWord(b[0]):
		end := quoteEnd
		if b[0] != '"' {
			end = wordEnd
		}
		n, err := end(b, 0, final)
		if err == errMore && len(b) <= j.r.opt.MaxRecord {
			return j.fill(len(b)+len(b)/2) || !final
		}
		if err != nil {
			return false
		}
		j.day = dayOf(string(b[:n]))
		j.skip(n)
		return true
	}
	return false
}
