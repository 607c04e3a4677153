package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"repost/cmd/repost/internal/report"
	"repost/shingle/words"
	"repost/store"
	"repost/store/ingest"
)

// app is one run of the command: its streams and the flags of all commands.
type app struct {
	ctx    context.Context // an interrupt ends it
	stdin  io.Reader
	stdout *bufio.Writer
	stderr io.Writer

	corpus  string
	memory  size
	threads int
	wait    time.Duration
	json    bool
	quiet   bool
	color   string // auto, always or never
	input   inputFlags
	rules   string // the file of --rules

	// through, delivery and originals are how dedup takes part in a load: it is given the
	// records, delivers them, and may ask for what they were made of.
	through   func(iter.Seq2[ingest.Record, error]) iter.Seq2[ingest.Record, error]
	delivery  *store.Delivery
	originals bool

	abandoned atomic.Bool // a part of the command goes on after an interrupt: see untilInterrupted

	freed    func() // undoes the bound of memory
	terminal int    // columns of the terminal that stdout is, or 0
	watched  int    // columns of the terminal that stderr is, or 0
	again    string // the command line, as a shell takes it
}

// run is the whole command. It returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{ctx: ctx, freed: func() {}, stdin: ingest.Interruptible(ctx, stdin), stdout: bufio.NewWriterSize(stdout, 1<<16), stderr: stderr}
	a.terminal, a.watched, a.again = columns(stdout), columns(stderr), commandLine(args)
	if a.terminal > 0 {
		a.terminal = widthGiven(a.terminal)
	}
	if !words.Loaded() {
		a.complain("this program was built without its dictionary, by a version of github.com/go-ego/gse that go.mod does not name; build it again")
		return trouble
	}
	root := a.root()
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		a.completions(root)
	}
	defer a.profiling(root)()
	defer func() { a.freed() }()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(a.stdout)
	root.SetErr(stderr)
	threads := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(threads)
	cmd, err := root.ExecuteContextC(ctx)
	if a.abandoned.Load() { // and stdout is not ours
		return a.exit(ctx, cmd, err)
	}
	if ferr := a.stdout.Flush(); ferr != nil && (err == nil || isStatus(err) && !errors.Is(ferr, syscall.EPIPE)) {
		err = ferr // what was found is lost, and no status says so
	}
	return a.exit(ctx, cmd, err)
}

func isStatus(err error) bool {
	var s status
	return errors.As(err, &s)
}

// complain writes a message to stderr, on one line whatever the names in it hold.
func (a *app) complain(format string, args ...any) {
	const longest = 1000 // columns: a path has its place, an id of 100 kB has not
	fmt.Fprintf(a.stderr, "repost: %s\n", report.Middle(report.Escaped(fmt.Sprintf(format, args...)), longest))
}

// infof prints on stderr what a user should know of a result, unless --quiet is given.
func (a *app) infof(format string, args ...any) {
	if !a.quiet {
		a.complain(format, args...)
	}
}

// read reads the user's files, and standard input for "-"; an interrupt ends the wait for who
// writes to a pipe.
func (a *app) read(paths []string, opt ingest.Options) iter.Seq2[ingest.Record, error] {
	opt.Context = a.ctx
	return ingest.Read(paths, a.stdin, opt)
}

// interruptible returns what fn reads of a file, or the error of ctx once that ends: the file
// may be a pipe whose writer does not come.
func interruptible[T any](ctx context.Context, fn func() (T, error)) (value T, err error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := fn()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return value, ctx.Err()
	}
}

// withSignals ends the context at the first interrupt: Ctrl-C, Ctrl-\, SIGTERM, or a terminal
// that is closed. Another interrupt half a second later or more ends the process; one that
// comes sooner is the same interrupt, since timeout signals its command and then the group of
// the command. A closed pipe becomes an error of the write instead of a signal, and so does a
// full file.
func withSignals(ctx context.Context) (context.Context, context.CancelFunc) {
	signal.Ignore(failedWrites...)
	interrupts := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT} // Go ends with a trace at the last
	if !signal.Ignored(syscall.SIGHUP) {                                      // as nohup asks
		interrupts = append(interrupts, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, interrupts...)
	context.AfterFunc(ctx, func() { time.AfterFunc(time.Second/2, stop) })
	return ctx, stop
}

const rootHelp = `repost finds the same story wherever it was carried, says how much of it, and
shows every word that differs.

A story is a passage that several documents share. A document with two articles is in two
stories, and these stay apart: the copies of one article do not join the copies of the
other.

A configuration file or the environment can change the defaults of flags: see repost config.
repost completion writes the completion of your shell, and repost man the manual pages. For
every command it is an error if a named file or id does not exist.`

// mostThreads is how many threads are used at most, whatever --threads says: each has tables
// of its own.
const mostThreads = 1024

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "repost",
		Short:         "Find the same story wherever it was carried",
		Long:          help(rootHelp, ""),
		Example:       "  repost scan testdata/news\n  repost ingest dump.jsonl.gz && repost clusters",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "version" {
				_, err := fmt.Fprintf(a.stdout, "repost %s\n", version())
				return err
			}
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := setDefaults(cmd); err != nil && cmd.Name() != "config" {
				return err
			}
			if cmd.Name() != "config" && !a.quiet {
				for _, line := range strayVariables(false) {
					a.complain("%s", line)
				}
			}
			if err := oneOf("color", a.color, colors); err != nil {
				return err
			}
			if a.threads > 0 {
				runtime.GOMAXPROCS(min(a.threads, mostThreads))
			}
			a.freed, a.input.longest = a.memory.limit(), a.memory.longestRecord()
			if a.wait == 0 {
				a.wait = time.Millisecond // one try: to the store, 0 is its default
			}
			return nil
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetVersionTemplate("repost {{.Version}}\n")
	root.Flags().BoolP("version", "v", false, "print the version")
	root.SetFlagErrorFunc(flagError)
	f := root.PersistentFlags()
	f.StringVar(&a.corpus, "corpus", "corpus.repost", "the corpus `file`")
	f.IntVar(&a.threads, "threads", 0, "maximum `number` of threads (0 = all); results do not depend on it")
	a.memory = 512 << 20
	f.Var(&a.memory, "memory", "`size` of memory to aim for, as in 512MiB or 2GB (0 = no limit); a record may have a 32nd of it")
	f.DurationVar(&a.wait, "wait", 5*time.Second, "`time` to wait for a corpus that another process is using, as in 5s or 2m (0 = do not wait)")
	f.StringVar(&a.color, "color", "auto", "`when` to print colors and headings: auto (on a terminal), always (for a pager) or never")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "print no progress and no summary on standard error, only warnings and errors")
	root.AddCommand(
		a.scanCommand(), a.dedupCommand(), a.exportCommand(), a.ingestCommand(), a.clustersCommand(), a.showCommand(),
		a.diffCommand(), a.patchCommand(), a.collateCommand(), a.historyCommand(), a.explainCommand(), a.findCommand(), a.rewritesCommand(),
		a.boilerplateCommand(), a.sourcesCommand(), a.auditCommand(), a.statsCommand(), a.reclusterCommand(), a.evalCommand(), a.benchCommand(), a.batchCommand(), a.importCommand(),
	)
	root.AddCommand(a.corpusCommands()...)
	root.AddCommand(a.configCommand(), a.completionCommand(), a.manCommand(), rulesTopic(), relationsTopic(), a.serveCommand(), a.reportCommand())
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			c.Run, c.RunE = nil, helpOf
		}
		sentences(c)
	}
	checkValues(root)
	return root
}

// sentences makes a command and those under it say which argument is missing, by the
// names of their use.
func sentences(c *cobra.Command) {
	for _, sub := range c.Commands() {
		sentences(sub)
	}
	args := c.Args
	if args == nil {
		return
	}
	c.Args = func(cmd *cobra.Command, given []string) error {
		names := strings.Fields(cmd.Use)[1:]
		switch err := args(cmd, given); {
		case err == nil:
			return nil
		case len(given) < len(names) && len(names)-len(given) == 1:
			return usage("%s is missing", names[len(given)])
		case len(given) < len(names):
			return usage("%s are missing", strings.Join(names[len(given):], " and "))
		case len(names) == 0:
			return usage("%s takes no arguments, and not %q", cmd.CommandPath(), given[0])
		case len(given) > len(names):
			return usage("%q is one argument too many", given[len(names)])
		default:
			return usageError{err}
		}
	}
}

// helpOf is the command help; an unknown command is an error.
func helpOf(c *cobra.Command, args []string) error {
	of, rest, err := c.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return noCommand(c.Root(), strings.Join(args, " "))
	}
	of.InitDefaultHelpFlag()
	return of.Help()
}

// oneOf refuses a value of a flag that is none of those it has, and says which is
// nearest.
func oneOf(flag, value string, values []string) error {
	if slices.Contains(values, value) {
		return nil
	}
	return usage("--%s %q: give one of %s%s", flag, value, strings.Join(values, ", "), didYouMean(value, values))
}

// bare is an error of the system without the name of the file, for who has said it.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// documents is reading for a command whose arguments may be files: if there is no corpus,
// the error also names the argument that is no file.
func (a *app) documents(names []string, fn func(*store.Corpus) error) error {
	if _, err := os.Stat(a.corpus); errors.Is(err, fs.ErrNotExist) {
		for _, name := range names {
			if info, err := os.Stat(name); err == nil && info.IsDir() {
				return fmt.Errorf("%s is a folder, and there is no corpus %s to have a document of this id", name, a.corpus)
			}
			if !isFile(name) {
				return fmt.Errorf("%s: %s, and there is no corpus %s to have a document of this id", name, noFile(name), a.corpus)
			}
		}
	}
	return a.reading(fn)
}

// filled returns the words of a paragraph in lines of at most the given columns.
func filled(p string, columns int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(p) {
		w := report.Width(word)
		switch {
		case i == 0:
		case used+1+w > columns:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += w
	}
	return b.String()
}

// stamp is the version that the build gives with -ldflags "-X main.stamp=…", or "".
var stamp string

// version is the stamp, or the version of the module as the build recorded it.
func version() string {
	if stamp != "" {
		return stamp
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// jsonFlag adds --json to a command.
func (a *app) jsonFlag(c *cobra.Command, what string) {
	c.Flags().BoolVar(&a.json, "json", false, what)
}

// colors are the values of --color.
var colors = []string{"auto", "always", "never"}

// printer returns the printer of the results. With --color always it prints as for a
// terminal.
func (a *app) printer() *report.Printer {
	p := &report.Printer{W: a.stdout, JSON: a.json, Width: a.terminal}
	switch a.color {
	case "always":
		p.Color = true
		if p.Width == 0 {
			p.Width = widthGiven(report.DefaultWidth)
		}
	case "auto":
		p.Color = a.terminal > 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	return p
}

// open opens the corpus.
func (a *app) open(opt store.Options) (*store.Corpus, error) {
	opt.Timeout, opt.Memory = a.wait, a.memory.bytes()
	var err error
	if opt.Scheme, err = a.scheme(); err != nil {
		return nil, err
	}
	c, err := store.Open(a.corpus, opt)
	if errors.Is(err, fs.ErrNotExist) && !opt.Create {
		return nil, fmt.Errorf("%s: there is no corpus; repost ingest makes one, --corpus names another", a.corpus)
	}
	return c, err
}

// reading calls fn with the corpus, opened for reading. fn may change nothing, as
// untilInterrupted says.
func (a *app) reading(fn func(*store.Corpus) error) error {
	c, err := a.open(store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	a.state(c)
	err = a.untilInterrupted(func() error { return fn(c) })
	if a.abandoned.Load() { // fn reads in it
		return err
	}
	return errors.Join(err, c.Close())
}

// state reports what a reader should know of the state of a corpus.
func (a *app) state(c *store.Corpus) {
	a.loss(c)
	old, err := c.Outdated() // what cannot be read is reported by who needs it
	switch {
	case err == nil && old && c.StoryCount() == 0:
		a.complain("%s: its stories are in the form of another version of repost, which this one does not read; repost recluster finds them anew", a.corpus)
	case err == nil && old:
		a.infof("%s: its stories were found by another version of repost, which judges otherwise; repost recluster finds them anew", a.corpus)
	case c.Covered() == c.Next():
	case c.Written():
		a.complain("%s: an ingest is under way, and its documents are in no story yet", a.corpus)
	default:
		a.complain("%s: an ingest did not end, and its documents are in no story yet; repost recluster brings the stories up to date", a.corpus)
	}
}

// loss reports what is lost with a damaged head of the file.
func (a *app) loss(c *store.Corpus) {
	if what := c.Loss(); what != "" {
		a.complain("%s: %s; repost check --repair keeps what is left", a.corpus, what)
	}
}
