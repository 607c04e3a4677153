package diff

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// expressions are those of patterns.txt: by name, and the forms of days and times.
type expressions struct {
	named   map[string]*regexp.Regexp
	moments []momentForm
}

// momentForm is a way to write a day or time, and characters of which it has one.
type momentForm struct {
	has, also string // of a range, also of what parts its ends
	form      *regexp.Regexp
}

var patterns = sync.OnceValue(func() *expressions {
	p := &expressions{named: map[string]*regexp.Regexp{}}
	var defined []string
	for line := range tableLines("patterns.txt") {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) < 2 {
			continue
		}
		if f[0] == "define" {
			defined = append(defined, "«"+f[1]+"»", f[2])
			continue
		}
		for i := range f {
			f[i] = strings.NewReplacer(defined...).Replace(f[i])
		}
		if f[0] != "moment" {
			p.named[f[0]] = regexp.MustCompile(f[1])
			continue
		}
		m := momentForm{has: f[1], form: regexp.MustCompile("(?i)" + f[2])}
		if names := m.form.SubexpNames(); slices.Contains(names, "e") || slices.Contains(names, "n") {
			m.also = "至到か부—–-~～〜tabдo"
		}
		p.moments = append(p.moments, m)
	}
	return p
})

// pattern returns the expression of a name.
func pattern(name string) *regexp.Regexp { return patterns().named[name] }
