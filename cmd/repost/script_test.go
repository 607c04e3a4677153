package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"repost/testdata"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "repost" { // which is the command of a session
		os.Setenv("REPOST_CONFIG", "") // not the file of whoever runs the tests
	}
	testscript.Main(m, map[string]func(){"repost": main})
}

// racedSessions are those of commands that start threads themselves. A session is some twenty
// processes, and each takes ten times the time under the race detector; what other commands
// run on several threads is in packages with tests of their own.
var racedSessions = []string{"eval", "find", "input", "novelty", "scan"}

// TestSessions runs the sessions of testdata, each in a folder of its own next to
// a copy of the articles of news.
func TestSessions(t *testing.T) {
	dir, files := "testdata", []string(nil)
	if raced && testing.Short() {
		dir = ""
		for _, name := range racedSessions {
			files = append(files, filepath.Join("testdata", name+".txtar"))
		}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Files:               files,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			if os.Getuid() == 0 {
				env.Setenv("obey", strings.Join(obey, " "))
			}
			return copyNews(filepath.Join(env.WorkDir, "news"))
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "withC":
				return withC, nil
			case "mounts": // it can mount file systems, where nobody else sees them
				return exec.Command("unshare", "-m", "mount", "-t", "tmpfs", "none", t.TempDir()).Run() == nil, nil
			case "obeys": // with $obey before it, a command obeys the modes of files
				return os.Getuid() > 0 || exec.Command(obey[0], append(obey[1:], "true")...).Run() == nil, nil
			}
			return false, fmt.Errorf("there is no condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// obey runs a command of the administrator that has the rights of the files' owner only.
var obey = []string{"setpriv", "--bounding-set", "-dac_override,-dac_read_search"}

// copyNews writes the articles of news into a folder.
func copyNews(to string) error {
	news, err := fs.Sub(testdata.FS, "news")
	if err != nil {
		return err
	}
	return os.CopyFS(to, news)
}

// exits is the command "exits STATUS COMMAND…" of the sessions: exec that asks for
// one exit status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// session runs a command in this process.
func session(t testing.TB, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs writer
	status = run(context.Background(), args, nil, &out, &errs)
	return string(out), string(errs), status
}

type writer []byte

func (w *writer) Write(b []byte) (int, error) {
	*w = append(*w, b...)
	return len(b), nil
}

// must is session that asks for status 0.
func must(t testing.TB, args ...string) string {
	t.Helper()
	out, errs, status := session(t, args...)
	if status != done {
		t.Fatal(fmt.Sprint("repost ", args, ": exit status ", status, "\n", errs))
	}
	return out
}
