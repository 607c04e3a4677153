package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit statuses, as grep and diff have them. A command that asks a question (is there a
// story, do these differ, is anything on record) answers no with nothing. It is trouble,
// for every command, if a file, a document or a story named on the command line does not
// exist: a script must not take a typing error for an answer. So is anything that could not
// be read or written, and damage that check finds. TestStatus has a line for each command.
const (
	done    = 0
	nothing = 1 // nothing was found, or texts differ
	trouble = 2
)

// status is an error that says nothing more: what there is to say was printed.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// apart returns the status that an error holds, or done, and what else it says:
// the closing of a corpus may fail after a command that found nothing.
func apart(err error) (s status, rest []error) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			t, more := apart(e)
			s, rest = max(s, t), append(rest, more...)
		}
		return s, rest
	}
	if errors.As(err, &s) {
		return s, nil
	}
	return done, []error{err}
}

// exit prints what went wrong and returns the exit status. It is no error if a reader has
// seen enough and closed the pipe.
func (a *app) exit(ctx context.Context, cmd *cobra.Command, err error) int {
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return done
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		a.interrupted(cmd)
		return trouble
	}
	s, rest := apart(err)
	if len(rest) == 0 {
		return int(s)
	}
	for _, err := range rest {
		a.complain("%v", err)
	}
	var u usageError
	if errors.As(err, &u) {
		a.whence(cmd, u)
		if cmd.HasParent() {
			fmt.Fprintf(a.stderr, "Usage: %s\n", cmd.UseLine())
		}
		fmt.Fprintf(a.stderr, "See %s --help.\n", cmd.CommandPath())
	}
	return trouble
}

// whence prints where the values of flags came from that a message names but the command
// line did not set.
func (a *app) whence(cmd *cobra.Command, u usageError) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if from := f.Annotations[fromAnnotation]; len(from) > 0 && strings.Contains(u.Error(), "--"+f.Name+" ") {
			a.complain("--%s has its value from %s", f.Name, from[0])
		}
	})
}

// usageError is a wrong command line.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// none says on stderr that nothing was found, and returns the status of that.
func (a *app) none(format string, args ...any) error {
	a.infof(format, args...)
	return status(nothing)
}

// help returns a help text with the exit status at its end, in lines that fit 80 columns.
func help(text, found string) string {
	if found == "" {
		found = "1 nothing found or texts differ"
	}
	paragraphs := strings.Split(strings.TrimSpace(text)+"\n\nExit status: 0 done, "+found+", 2 error.", "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = filled(p, 80)
	}
	return strings.Join(paragraphs, "\n\n")
}
