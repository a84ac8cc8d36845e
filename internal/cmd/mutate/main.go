// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command mutate measures how much of the code the tests check. It makes one small change at a time, such as dropping a
// statement or ignoring an error, and runs the tests. It reports the changes that no test notices.
//
//	mutate [-tests "PACKAGE..."] [-skip REGEXP] [-slow REGEXP] [-only FILE] [-every N] [-for DURATION] PACKAGE|FILE...
//
// The working copy does not change. The tests are built once, with go test -overlay: the code contains all changes of a
// package, and an environment variable makes one of them. Each test first runs without a change, to see which changes
// can matter in it; for example, an error can only be ignored if there is one. A change runs only the tests in which it
// can matter, and ends at the first one that fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"
)

func main() {
	var o options
	tests := flag.String("tests", "", "further `packages` whose tests use the changed ones, separated by spaces")
	flag.Func("skip", "do not run tests that match this `regexp`, because they take too long for each change",
		func(s string) (err error) { o.skip, err = regexp.Compile(s); return err })
	flag.Func("slow", "run tests that match this `regexp` only for a change that the others do not notice; they run "+
		"without -short, and may run a CLI", func(s string) (err error) { o.slow, err = regexp.Compile(s); return err })
	flag.StringVar(&o.only, "only", "", "test only the changes that survived a run whose output is in this `file`")
	flag.IntVar(&o.every, "every", 1, "test only every n-th change, for an estimate")
	flag.DurationVar(&o.limit, "for", 0, "stop after this time; 0 means never")
	flag.Parse()
	o.tests, o.targets = strings.Fields(*tests), flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// options are the arguments of the command.
type options struct {
	dir     string // in which the go command runs; empty means the current one
	tests   []string
	skip    *regexp.Regexp // nil: no further tests
	slow    *regexp.Regexp // nil: no tests
	only    string         // empty: all changes
	targets []string       // packages and files
	every   int
	limit   time.Duration
}

func (o options) check() error {
	switch {
	case len(o.targets) == 0:
		return errors.New("name the packages or files to change")
	case o.every < 1:
		return errors.New("-every must be at least 1")
	}
	return nil
}
