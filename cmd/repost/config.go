package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"repost/cmd/repost/internal/report"
)

// Defaults of flags. A flag on the command line wins over the environment, which wins over
// the file, which wins over the default of the program. A flag of all commands has its own
// name as key, any other one that of its command in front: clusters.sort. Reading the file
// costs one look at each of its lines.

const configHelp = `config shows the value of each flag when it is not given, and where the
value comes from: the environment, the configuration file, or the default of the program. A
flag on the command line wins over the environment, and the environment over the file.

The file is the one that REPOST_CONFIG names, else $XDG_CONFIG_HOME/repost/config, else
repost/config in the folder for configurations of your system (~/.config on Linux). A
line is "key = value"; lines that begin with # are comments. The key is the name of a
flag of all commands, as memory, or a command and its flag, as clusters.sort. The variable
of the environment is REPOST_ and the key in capitals: REPOST_MEMORY,
REPOST_CLUSTERS_SORT. An empty variable counts as not set.

Without --all, config shows the flags that all commands share, and those that the file or
the environment sets. Flags of rm and check cannot be set so: give them each time.`

// maxConfig bounds the bytes of a configuration file.
const maxConfig = 1 << 20

// fromAnnotation marks a flag that the environment or the file has set.
const fromAnnotation = "repost-from"

// setting is a value for a flag, and where it comes from.
type setting struct {
	value string
	from  string
}

// settings are those of the configuration file, by key.
type settings map[string]setting

// configPath returns the name of the configuration file, or "" if there can be none.
func configPath() string {
	if path, ok := os.LookupEnv("REPOST_CONFIG"); ok {
		return path
	}
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return ""
		}
	}
	return filepath.Join(dir, "repost", "config")
}

// readConfig reads the configuration file. A file that REPOST_CONFIG names must be there.
func readConfig(path string) (settings, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("REPOST_CONFIG") == "" {
		return nil, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s, which REPOST_CONFIG names: there is no such file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	if len(b) > maxConfig {
		return nil, fmt.Errorf("%s: more than %d bytes; this is no configuration file", path, maxConfig)
	}
	return parseConfig(path, string(b), configFlags())
}

// parseConfig reads the lines of a configuration and returns the errors of all of them.
func parseConfig(path, text string, known map[string]*pflag.Flag) (settings, error) {
	out := settings{}
	var errs []error
	for i, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		place := fmt.Sprintf("%s:%d", path, i+1)
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
			value = value[1 : len(value)-1]
		}
		flag := known[key]
		switch before, twice := out[key]; {
		case !ok:
			errs = append(errs, fmt.Errorf("%s: %q: write key = value", place, line))
		case flag == nil:
			errs = append(errs, fmt.Errorf("%s: there is no key %q%s", place, key, didYouMean(key, slices.Sorted(maps.Keys(known)))))
		case twice:
			errs = append(errs, fmt.Errorf("%s: %s is set at %s already", place, key, before.from))
		default:
			if err := check(flag, key, value); err != nil {
				errs = append(errs, fmt.Errorf("%s: %s = %q: %w", place, key, value, err))
			}
			out[key] = setting{value, place}
		}
	}
	return out, errors.Join(errs...)
}

// check tries a value on a flag, which is one of a tree of commands that nothing runs.
func check(f *pflag.Flag, key, value string) error {
	_, many := f.Value.(pflag.SliceValue)
	if check := takes(key); check != nil && many {
		if err := check(value); err != nil {
			return err
		}
	} else if of := choices(key); check == nil && len(of) > 0 && !slices.Contains(listed, f.Name) && !slices.Contains(of, value) {
		return fmt.Errorf("give one of %s%s", strings.Join(of, ", "), didYouMean(value, of))
	}
	if err := f.Value.Set(value); err != nil {
		var wrong wrongValue
		if what := expectedBy(f.Value.Type()); what != "" && !errors.As(err, &wrong) {
			return errors.New(what)
		}
		return err
	}
	return nil
}

// configFlags returns the flags that may have another default, by key, of a tree of
// commands made for it.
func configFlags() map[string]*pflag.Flag {
	out := map[string]*pflag.Flag{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		visit := func(f *pflag.Flag) {
			if key := keyOf(c, f); key != "" {
				out[key] = f
			}
		}
		c.LocalFlags().VisitAll(visit)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(new(app).root())
	return out
}

// keyOf returns the key of a flag of a command, or "" if it can have no other default.
func keyOf(c *cobra.Command, f *pflag.Flag) string {
	if f.Hidden || f.Name == "help" || f.Name == "version" || f.Name == "pprof" {
		return ""
	}
	owner := c
	for p := c; p != nil; p = p.Parent() {
		if p.PersistentFlags().Lookup(f.Name) == f {
			owner = p
		}
	}
	if !owner.HasParent() {
		return f.Name
	}
	path := strings.Fields(owner.CommandPath())[1:]
	switch path[0] {
	case "rm", "check", "config", "completion":
		return ""
	}
	return strings.Join(append(path, f.Name), ".")
}

// variable returns the variable of the environment for a key.
func variable(key string) string {
	return variablePrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))
}

// variablePrefix begins the names of variables that are defaults of flags.
const variablePrefix = "REPOST_"

// strayVariables says which variables of the environment look like defaults of flags and
// are none: all of them, or those that are nearly the name of one.
func strayVariables(all bool) (lines []string) {
	var known []string
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		typed, ours := strings.CutPrefix(name, variablePrefix)
		if !ours || typed == "CONFIG" || value == "" {
			continue
		}
		if known == nil {
			for key := range configFlags() {
				known = append(known, strings.TrimPrefix(variable(key), variablePrefix))
			}
			slices.Sort(known)
		}
		hint := didYouMean(typed, known)
		if !slices.Contains(known, typed) && (all || hint != "") {
			hint = strings.Replace(hint, "mean ", "mean "+variablePrefix, 1)
			lines = append(lines, fmt.Sprintf("%s is set, but no flag has this name%s", name, hint))
		}
	}
	slices.Sort(lines)
	return lines
}

// of returns the setting for a key, if the environment or the file has one.
func (s settings) of(key string) (setting, bool) {
	if v := os.Getenv(variable(key)); v != "" {
		return setting{v, "environment: " + variable(key)}, true
	}
	v, ok := s[key]
	return v, ok
}

// setDefaults gives the flags of a command that were not given their values from the
// environment and the configuration file.
func setDefaults(c *cobra.Command) error {
	file, err := readConfig(configPath())
	if err != nil {
		return err
	}
	var errs []error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		key := keyOf(c, f)
		if f.Changed || key == "" {
			return
		}
		if s, ok := file.of(key); ok {
			if err := c.Flags().Set(f.Name, s.value); err != nil {
				var wrong *pflag.InvalidValueError
				if errors.As(err, &wrong) {
					err = errors.New(expected(wrong))
				}
				errs = append(errs, fmt.Errorf("%s: %s %q: %w", s.from, key, s.value, err))
			}
			_ = c.Flags().SetAnnotation(f.Name, fromAnnotation, []string{s.from})
		}
	})
	return errors.Join(errs...)
}

// configured is a line of config.
type configured struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	From  string `json:"from"`
}

func (a *app) configCommand() *cobra.Command {
	all := false
	c := &cobra.Command{
		Use:     "config",
		Short:   "Show the defaults of flags and where they come from",
		Long:    help(configHelp, "1 is not used"),
		Example: "  repost config\n  REPOST_MEMORY=2GB repost config --all",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.config(c, all) },
	}
	c.Flags().BoolVar(&all, "all", false, "show the flags of every command")
	a.jsonFlag(c, "print an object of JSON a line: key, value, from")
	return c
}

func (a *app) config(c *cobra.Command, all bool) error {
	path := configPath()
	if _, err := os.Stat(path); path != "" && os.Getenv("REPOST_CONFIG") == "" && errors.Is(err, fs.ErrNotExist) && !a.quiet {
		a.complain("%s: there is no such file; defaults in it would be read", path)
	}
	file, err := readConfig(path)
	if err != nil {
		return err
	}
	flags := configFlags()
	for _, line := range strayVariables(true) {
		a.complain("%s", line)
	}
	p := a.printer()
	var rows report.Rows
	for _, key := range slices.Sorted(maps.Keys(flags)) {
		given, set := file.of(key)
		if !all && !set && strings.Contains(key, ".") {
			continue
		}
		line := configured{key, flags[key].DefValue, "default"}
		if set {
			if err := check(flags[key], key, given.value); err != nil {
				return usage("%s: %s = %q: %v", given.from, key, given.value, err)
			}
			line.Value, line.From = given.value, given.from
		}
		if f := c.Root().PersistentFlags().Lookup(key); f != nil && f.Changed && f.Annotations[fromAnnotation] == nil {
			line.Value, line.From = f.Value.String(), "command line"
		}
		if a.json {
			p.Object(line)
		} else {
			rows.Add(line.Key, line.Value, line.From)
		}
	}
	p.Table(rows)
	return p.Err
}
