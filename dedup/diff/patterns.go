package diff

import (
	"regexp"
	"strings"
	"sync"

	"repost/dedup/quantity"
	"repost/shingle/prefilter"
)

// expressions are those of patterns.txt: by name, and the forms of days and times. Each is made
// when it is first asked for.
type expressions struct {
	named   map[string]func() *prefilter.Regexp
	moments func() *momentForms
}

// momentForms are the ways to write a day or time.
type momentForms struct {
	forms []momentForm
	has   prefilter.Filter // of all
}

// momentForm is one of them.
type momentForm struct {
	*regexp.Regexp
	needs  uint64 // what momentForms.has must find
	either bool   // figures alone, which may be day and month or month and day
}

var patterns = sync.OnceValue(func() *expressions {
	p := &expressions{named: map[string]func() *prefilter.Regexp{}}
	var defined []string
	var moments [][]string
	for line := range tableLines("patterns.txt") {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) < 2 {
			continue
		}
		if f[0] == "define" {
			defined = append(defined, "«"+f[1]+"»", f[2])
			continue
		}
		if f[0] == "moment" || f[0] == "moment-either" {
			moments = append(moments, f)
			continue
		}
		p.named[f[0]] = sync.OnceValue(func() *prefilter.Regexp {
			return prefilter.MustCompile(strings.NewReplacer(defined...).Replace(f[1]))
		})
	}
	p.moments = sync.OnceValue(func() *momentForms {
		m := new(momentForms)
		for _, f := range moments {
			m.add("(?i)"+strings.NewReplacer(defined...).Replace(f[1]), strings.Contains(f[1], "«months»"), f[0] == "moment-either")
		}
		return m
	})
	return p
})

// add adds a form. In one that is named any word may stand for the month.
func (m *momentForms) add(form string, named, either bool) {
	var names [][]string
	if named {
		names = append(names, monthNames())
	}
	m.forms = append(m.forms, momentForm{regexp.MustCompile(form), m.has.Add(form, names...), either})
}

// monthNames returns the names of the months as a filter wants them.
func monthNames() []string {
	names := quantity.Months()
	for i, name := range names {
		names[i] = prefilter.Fold(strings.TrimSuffix(name, "."))
	}
	return names
}

// pattern returns the expression of a name.
func pattern(name string) *prefilter.Regexp { return patterns().named[name]() }
