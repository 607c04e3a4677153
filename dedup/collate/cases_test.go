package collate

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"repost/shingle/mask"
)

var update = flag.Bool("update", false, "rewrite what is expected in testdata/collate")

// cases calls fn with every file of a folder of testdata: its versions, by name,
// and what is wanted.
func cases(t *testing.T, dir string, fn func(t *testing.T, vs []Version, want string, rewrite func(string))) {
	files, err := filepath.Glob("testdata/" + dir + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			n := len(a.Files) - 1
			if n < 2 || a.Files[n].Name != "want" || len(a.Comment) == 0 {
				t.Fatal("wants why it exists, two texts and what is wanted, last")
			}
			var vs []Version
			for _, f := range a.Files[:n] {
				vs = append(vs, version(f.Name, string(f.Data)))
			}
			fn(t, vs, string(a.Files[n].Data), func(got string) {
				a.Files[n].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

func version(key, data string) Version {
	v := Version{Key: key, Text: data}
	if head, text, ok := strings.Cut(data, "\n\n"); ok && (strings.HasPrefix(data, "date:") || strings.HasPrefix(data, "source:")) {
		v.Text = text
		for line := range strings.Lines(head) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch name {
			case "date":
				v.Date = value
			case "source":
				v.Source = value
			}
		}
	}
	v.Masks = mask.Find(v.Text)
	return v
}

// told writes a collation as the cases have it.
func told(c *Collation) string {
	var b strings.Builder
	for _, w := range c.Witnesses {
		fmt.Fprintf(&b, "%s %s %s", w.Siglum, strings.Join(append([]string{w.Key}, w.Copies...), " "), w.Date)
		if w.Siglum == c.Base {
			b.WriteString(" base")
		}
		b.WriteString("\n")
	}
	for _, p := range c.Places {
		fmt.Fprintf(&b, "%s %s %s\n", p.Kind, p.Grade, p.Class)
		for _, r := range p.Readings {
			fmt.Fprintf(&b, "  %q %s", r.Text, strings.Join(r.Witnesses, " "))
			if r.Singleton {
				b.WriteString(" singleton")
			}
			if r.Earliest != "" {
				b.WriteString(" first " + r.Earliest)
			}
			if r.Hint != "" {
				b.WriteString(" " + r.Hint)
			}
			b.WriteString("\n")
		}
		if len(p.Lacking) > 0 {
			fmt.Fprintf(&b, "  lacking %s\n", strings.Join(p.Lacking, " "))
		}
	}
	for _, f := range c.Families {
		fmt.Fprintf(&b, "%s %s:", f.Name, strings.Join(f.Witnesses, " "))
		for _, m := range f.Readings {
			fmt.Fprintf(&b, " %q", c.Places[m.Place].Readings[m.Reading].Text)
		}
		for _, o := range f.Omissions {
			fmt.Fprintf(&b, " without %q", c.Omissions[o].Base.Of(c.Text()))
		}
		b.WriteString("\n")
	}
	if len(c.Unplaced) > 0 {
		fmt.Fprintf(&b, "in no family: %s\n", strings.Join(c.Unplaced, " "))
	}
	return b.String()
}

// TestCollations: the places, readings and families of testdata/collate, in any
// order.
func TestCollations(t *testing.T) {
	cases(t, "collate", func(t *testing.T, vs []Version, want string, rewrite func(string)) {
		opt := Options{Base: vs[0].Key}
		c, err := Collate(vs, opt)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c)
		got := told(c)
		if *update {
			rewrite(got)
			return
		}
		if got != want {
			t.Errorf("\n%s\nwant\n%s", got, want)
		}
		slices.Reverse(vs)
		if c, err = Collate(vs, opt); err != nil || told(c) != got {
			t.Errorf("backwards:\n%s\n%v", told(c), err)
		}
	})
}

// TestDirections: verdict and evidence of testdata/direction, whichever comes
// first.
func TestDirections(t *testing.T) {
	cases(t, "direction", func(t *testing.T, vs []Version, want string, _ func(string)) {
		for _, turned := range []bool{false, true} {
			a, b := vs[0], vs[1]
			if turned {
				a, b = b, a
			}
			v := Direction(a, b, nil, vs[2:]...)
			got := string(turn(v.Verdict, turned)) + "\n"
			for _, e := range v.Evidence {
				got += e.Name + " " + string(turn(e.Favours, turned)) + "\n"
			}
			if got != want {
				t.Errorf("turned %v: %v to 1\n%s\nwant\n%s", turned, v.Odds, got, want)
			}
			if (v.Verdict == Undetermined) != (v.Odds < Decisive) {
				t.Errorf("%s at odds of %v", v.Verdict, v.Odds)
			}
		}
	})
}

func turn(h Hypothesis, turned bool) Hypothesis {
	switch {
	case turned && h == AFromB:
		return BFromA
	case turned && h == BFromA:
		return AFromB
	}
	return h
}
