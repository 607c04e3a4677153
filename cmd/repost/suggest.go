package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// didYouMean returns a question with the name that is nearest to what was typed, or
// nothing if none is near.
func didYouMean(typed string, names []string) string {
	best, least := "", max(1, len([]rune(typed))/3)+1
	for _, name := range names {
		d := typos([]rune(strings.ToLower(typed)), []rune(strings.ToLower(name)))
		if strings.HasPrefix(name, typed) && typed != "" {
			d = 1 // an abbreviation
		}
		if d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// typos counts the characters that were left out, put in, replaced or exchanged with
// their neighbour: the optimal string alignment distance (Damerau 1964).
// O(len(a) × len(b)).
func typos(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

// noCommand is the error for a name that no command has.
func noCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(append(names, c.Name()), c.Aliases...)
		}
	}
	return usage("there is no command %q%s", name, didYouMean(name, names))
}

// flagError says what the parser of flags found wrong, without its own words.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var wrong *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return usage("there is no flag -%s", name)
		}
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, "--"+f.Name)
			}
		})
		slices.Sort(names)
		return usage("there is no flag --%s%s", name, didYouMean("--"+name, names))
	case errors.As(err, &wrong):
		return usage("--%s %q: %s", wrong.GetFlag().Name, wrong.GetValue(), expected(wrong))
	case errors.As(err, &missing):
		return usage("--%s: a value is missing after it", missing.GetFlag().Name)
	}
	return usageError{err}
}

// expected says what a flag takes.
func expected(e *pflag.InvalidValueError) string {
	var wrong wrongValue
	if what := expectedBy(e.GetFlag().Value.Type()); what != "" && !errors.As(e, &wrong) {
		return what
	}
	return e.Unwrap().Error()
}

// expectedBy says what a flag of a type takes, or "" if the flag says it itself.
func expectedBy(kind string) string {
	switch kind {
	case "int", "int32", "int64":
		return "give a whole number"
	case "uint", "uint32", "uint64":
		return "give a whole number from 0"
	case "float32", "float64":
		return "give a number"
	case "bool":
		return "give true or false"
	case "duration":
		return "give a time with its unit, as in 5s or 2m"
	}
	return ""
}
