package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"repost/store/export"
	"repost/store/ingest"
)

// What a flag takes, beyond the type of its value. It is asked where a value is set, so that
// the command line, the environment, the configuration file and repost config have one
// answer.

// takes returns what checks a value of the flag with this key, or nil.
func takes(key string) func(value string) error {
	command, flag, ok := strings.Cut(key, ".")
	if !ok {
		flag = key
	}
	if i := strings.LastIndexByte(flag, '.'); i >= 0 { // of a command of a command
		flag = flag[i+1:]
	}
	switch flag {
	case "threads", "queries", "list", "context", "documents":
		return atLeast(0, "give a number from 0")
	case "sample", "planted", "partners", "min-stories", "max-connections":
		return atLeast(1, "give a number from 1")
	case "postings":
		return atLeast(2, "give a number from 2")
	case "limit":
		switch command {
		case "collate":
			return atLeast(2, "give a number from 2")
		case "report":
			return atLeast(1, "give a number of pages")
		}
		return atLeast(0, "give a number from 1, or 0 for all")
	case "wait", "interval":
		return atLeastTime(0, "give a time from 0")
	case "timeout":
		return atLeastTime(time.Millisecond, "give a time as 30s or 2m")
	case "threshold":
		return share
	case "corpus":
		return func(v string) error { return unless(v != "", "the name is empty") }
	case "keep":
		return func(v string) error { _, _, _, err := parseRules([]string{v}); return err }
	case "only":
		return func(v string) error {
			for _, name := range strings.Split(v, ",") {
				if !slices.Contains(choices(key), name) {
					return fmt.Errorf("there is no class %q; there are %s", name, strings.Join(choices(key), ", "))
				}
			}
			return nil
		}
	case "field":
		return func(v string) error { _, err := ingest.ParseFields(v); return err }
	case "delimiter":
		return func(v string) error { _, err := delimiterOf(v); return err }
	case "encoding":
		return func(v string) error {
			return unless(v == "" || ingest.IsEncoding(v), "write a name that web pages use, as windows-1256 or gb18030")
		}
	case "dates":
		return func(v string) error { _, ok := dateOrders[v]; return unless(ok, "write dmy, mdy or ymd") }
	case "since", "until":
		if command == "changes" {
			return func(v string) error { _, _, err := parseSince(v); return err }
		}
		return func(v string) error {
			_, err := time.Parse(time.DateOnly, v)
			return unless(v == "" || err == nil, "a day is written 2025-10-09")
		}
	case "grep":
		return func(v string) error { _, err := newPattern(v); return err }
	case "input-format":
		return inputFormat
	case "format":
		if command == "dedup" || command == "export" {
			return func(v string) error { _, _, err := export.ParseFormat(v); return err }
		}
		return inputFormat
	case "sweep":
		return func(v string) error { _, err := parseSweep(v); return err }
	case "server":
		return func(v string) error { _, err := addressOf(v); return err }
	}
	return nil
}

func unless(ok bool, reason string) error {
	if ok {
		return nil
	}
	return errors.New(reason)
}

func atLeast(least int, reason string) func(string) error {
	return func(v string) error {
		n, err := strconv.ParseInt(v, 0, 64)
		return unless(err == nil && n >= int64(least), reason)
	}
}

func atLeastTime(least time.Duration, reason string) func(string) error {
	return func(v string) error {
		d, err := time.ParseDuration(v)
		return unless(err == nil && d >= least, reason)
	}
}

func share(v string) error {
	x, err := strconv.ParseFloat(v, 64)
	return unless(err == nil && x > 0 && x <= 1, "give a share of a text, a number above 0 and up to 1, such as 0.8 for 80 %")
}

func inputFormat(v string) error {
	return unless(v == "" || ingest.IsFormat(v), "give one of "+strings.Join(ingest.Formats(), ", "))
}

// checkedValue is the value of a flag that takes fewer than its type has.
type checkedValue struct {
	pflag.Value
	check func(value string) error
}

// wrongValue is the error of a check, in words for a user.
type wrongValue struct{ error }

func (v checkedValue) Set(s string) error {
	if err := v.check(s); err != nil {
		if typed := expectedBy(v.Type()); typed != "" && !isOfType(v.Type(), s) {
			return wrongValue{errors.New(typed)}
		}
		return wrongValue{err}
	}
	return v.Value.Set(s)
}

// isOfType reports whether a value is of a type of numbers or times.
func isOfType(kind, value string) bool {
	var err error
	switch kind {
	case "int":
		_, err = strconv.ParseInt(value, 0, 64)
	case "float64":
		_, err = strconv.ParseFloat(value, 64)
	case "duration":
		_, err = time.ParseDuration(value)
	}
	return err == nil
}

// checkValues makes the flags of a command, and of those under it, refuse what they do not
// take. Those that gather several values are checked where these are read: pflag knows them
// by their type.
func checkValues(c *cobra.Command) {
	visit := func(f *pflag.Flag) {
		if _, many := f.Value.(pflag.SliceValue); many || f.Value.Type() == "bool" {
			return
		}
		path := strings.Fields(c.CommandPath())[1:]
		if check := takes(strings.Join(append(path, f.Name), ".")); check != nil {
			f.Value = checkedValue{f.Value, check}
		}
	}
	c.LocalNonPersistentFlags().VisitAll(visit)
	c.PersistentFlags().VisitAll(visit)
	for _, sub := range c.Commands() {
		checkValues(sub)
	}
}
