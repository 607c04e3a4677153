package main

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"repost/dedup"
	"repost/dedup/diff"
	"repost/store"
	"repost/store/ingest"
)

// Completion in a shell: values of flags, and ids, stories and sources of the corpus. A
// corpus of millions of documents must not make the shell wait, so only the first
// lookedAt of its documents and stories are looked at, about 0.1 s.

const (
	lookedAt  = 5000
	suggested = 200 // of each kind
)

// listed are the flags that take several values with commas between them.
var listed = []string{"keep", "only"}

// choices returns the values of a flag that takes one of a few, by its key.
func choices(key string) []string {
	switch command, flag, _ := strings.Cut(key, "."); {
	case key == "color":
		return colors
	case key == "find.sensitivity":
		return sensitivityNames
	case key == "clusters.sort":
		return orders
	case flag == "keep":
		return append(slices.Sorted(maps.Keys(keepRules)), "single", "source=")
	case key == "diff.grade":
		return []string{string(diff.Substantive), string(diff.Minor), string(diff.Cosmetic)}
	case key == "collate.grade":
		return []string{string(diff.Substantive), string(diff.Minor)}
	case key == "diff.only":
		names := make([]string, len(classes))
		for i, k := range classes {
			names[i] = string(k)
		}
		return names
	case flag == "format" && (command == "dedup" || command == "export"):
		return []string{"jsonl", "json", "csv", "tsv", "parquet", "text", "lines"}
	case flag == "format", flag == "input-format":
		return ingest.Formats()
	case flag == "encoding":
		return []string{"big5", "euc-jp", "euc-kr", "gb18030", "ibm866", "iso-8859-2", "koi8-r", "koi8-u", "shift_jis", "utf-8", "utf-16le", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1255", "windows-1256", "windows-1258", "windows-874"}
	case flag == "dates":
		return []string{"dmy", "mdy", "ymd"}
	case key == "export.table":
		return []string{"members", "stories", "pairs", "changes", "notes"}
	case key == "eval.half":
		return []string{"tune", "check"}
	case key == "report.lang":
		return []string{"en", "zh"}
	case key == "stats.by":
		return []string{"source", "month"}
	case key == "recluster.learning":
		return []string{"on", "off"}
	}
	return nil
}

const completionHelp = `completion writes what your shell needs to complete commands, flags, their values, and ids,
stories and sources of the corpus. Load it when the shell starts:

bash: source <(repost completion bash), in ~/.bashrc; the package bash-completion is needed.

zsh: repost completion zsh > "${fpath[1]}/_repost", once, with compinit in ~/.zshrc.

fish: repost completion fish > ~/.config/fish/completions/repost.fish, once.

powershell: repost completion powershell | Out-String | Invoke-Expression, in the profile.`

var shells = []string{"bash", "fish", "powershell", "zsh"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Write the completion of a shell: bash, fish, powershell or zsh",
		Long:      help(completionHelp, "1 is not used"),
		Example:   "  source <(repost completion bash)",
		Args:      cobra.ExactArgs(1),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			switch root := c.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			}
			return usage("there is no completion of %q; there is one of %s%s", args[0], strings.Join(shells, ", "), didYouMean(args[0], shells))
		},
	}
}

// completions gives the commands under a root their completions. Only a shell that asks
// needs them: cobra keeps those of flags, and with them all of root, until the process ends.
func (a *app) completions(root *cobra.Command) {
	for _, c := range root.Commands() {
		switch c.Name() {
		case "show", "collate":
			c.ValidArgsFunction = a.complete(documentIDs, storyIDs)
		case "diff", "explain", "history", "rewrites", "patch", "rm":
			c.ValidArgsFunction = a.complete(documentIDs)
		}
		register := func(f *pflag.Flag) {
			key := keyOf(c, f)
			switch values := choices(key); {
			case len(values) > 0:
				_ = c.RegisterFlagCompletionFunc(f.Name, completeValues(values, slices.Contains(listed, f.Name)))
			case f.Name == "source":
				_ = c.RegisterFlagCompletionFunc(f.Name, a.complete(sourceNames))
			case f.Name == "id" || f.Name == "base":
				_ = c.RegisterFlagCompletionFunc(f.Name, a.complete(documentIDs))
			}
		}
		c.LocalNonPersistentFlags().VisitAll(register)
		c.PersistentFlags().VisitAll(register)
	}
	_ = root.RegisterFlagCompletionFunc("color", completeValues(colors, false))
}

// completeValues completes one of some values, or the last one of a list of them.
func completeValues(values []string, list bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) (out []string, _ cobra.ShellCompDirective) {
		before := ""
		if i := strings.LastIndexByte(typed, ','); list && i >= 0 {
			before = typed[:i+1]
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if list {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		for _, v := range values {
			if strings.HasPrefix(before+v, typed) {
				out = append(out, before+v)
			}
		}
		return out, directive
	}
}

// A lister calls fn with names of the corpus until it says that it is enough.
type lister func(c *store.Corpus, fn func(name string) (more bool)) error

// complete completes names of the corpus. It says nothing of a corpus that cannot be read.
func (a *app) complete(kinds ...lister) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) (out []string, _ cobra.ShellCompDirective) {
		if setDefaults(cmd) != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		a.wait = 200 * time.Millisecond
		c, err := a.open(store.Options{ReadOnly: true})
		if err != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		defer c.Close()
		for _, kind := range kinds {
			looked := 0
			seen := map[string]bool{}
			_ = kind(c, func(name string) bool {
				looked++
				if strings.HasPrefix(name, typed) && !seen[name] && !strings.ContainsAny(name, "\t\n\r") {
					seen[name] = true
					out = append(out, name)
				}
				return looked < lookedAt && len(seen) < suggested
			})
		}
		slices.Sort(out)
		return out, cobra.ShellCompDirectiveDefault
	}
}

func documentIDs(c *store.Corpus, fn func(string) bool) error {
	return metas(c, fn, func(m store.Meta) string { return m.ID })
}

func sourceNames(c *store.Corpus, fn func(string) bool) error {
	return metas(c, fn, func(m store.Meta) string { return m.Source })
}

func metas(c *store.Corpus, fn func(string) bool, name func(store.Meta) string) error {
	for n := range c.Numbers {
		m, err := c.Meta(n)
		if err != nil {
			return err
		}
		if s := name(m); s != "" && !fn(s) {
			break
		}
	}
	return nil
}

func storyIDs(c *store.Corpus, fn func(string) bool) error {
	return c.Stories(func(s *dedup.Story) error {
		if !fn(s.ID) {
			return errEnough
		}
		return nil
	})
}
