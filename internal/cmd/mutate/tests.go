// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// verdict is what the tests say about a mutant.
type verdict string

const (
	killed   verdict = "killed"
	hung     verdict = "hung" // the tests did not end in time, which also counts as noticed
	survived verdict = "survived"
	broken   verdict = "do not compile"
)

// binary contains the tests of a package.
type binary struct {
	path, pkg, dir string
	tests          []*test
}

// test is a test without subtests.
type test struct {
	name    string
	slow    bool
	took    time.Duration
	matters map[int]bool // the numbers of the mutants that matter in the test
}

// usesCLI matches the tests that are too slow to run for each change, because they run a CLI.
var usesCLI = regexp.MustCompile(`^TestSim_`)

// testName matches what a list of tests contains apart from benchmarks.
var testName = regexp.MustCompile(`(?m)^(Test|Fuzz|Example)\S*$`)

// trace finds the tests of the binaries and runs each by itself, without a change, to see which mutants matter in it.
func (r *runner) trace(ctx context.Context, binaries []*binary) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.workers)
	for _, b := range binaries {
		out, err := b.command(ctx, "-test.list=.").Output()
		if err != nil {
			if failed := g.Wait(); failed != nil {
				return failed
			}
			return fmt.Errorf("the tests of %s cannot be listed: %w", b.pkg, err)
		}
		for _, name := range testName.FindAllString(string(out), -1) {
			slow := r.slow != nil && r.slow.MatchString(name)
			if usesCLI.MatchString(name) && !slow || r.skip != nil && r.skip.MatchString(name) {
				continue
			}
			t := &test{name: name, slow: slow, matters: map[int]bool{}}
			b.tests = append(b.tests, t)
			g.Go(func() error { return b.trace(ctx, t, b.path+"."+name) })
		}
	}
	return g.Wait()
}

// trace runs a test by itself. The mutants that matter in it go to a file.
func (b *binary) trace(ctx context.Context, t *test, file string) error {
	begun := time.Now()
	alone := batch{binary: b, names: []string{t.name}, slow: t.slow}
	v, out, err := alone.run(ctx, 10*time.Minute, "MUTATE_TRACE="+file)
	t.took = time.Since(begun)
	if err == nil && v != survived {
		err = fmt.Errorf("the tests of %s fail without a change: %s is %s\n%s", b.pkg, t.name, v,
			strings.ReplaceAll(out, "\x16", ""))
	}
	if err != nil {
		return err
	}
	numbers, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil // no mutant matters
	}
	for _, line := range strings.Fields(string(numbers)) {
		n, err := strconv.Atoi(line)
		if err != nil {
			return err
		}
		t.matters[n] = true
	}
	return err
}

// quick is how long a test takes at most that runs before the other tests of all packages.
const quick = 200 * time.Millisecond

// batch is some tests of a binary, which one process runs.
type batch struct {
	*binary
	names []string
	slow  bool
	took  time.Duration
}

// batches returns the tests in which a mutant matters, the quick ones first and the slow ones last.
func batches(binaries []*binary, number int) []batch {
	var all []batch
	isQuick := func(t *test) bool { return t.took <= quick && !t.slow }
	for _, some := range []func(*test) bool{
		isQuick,
		func(t *test) bool { return !isQuick(t) && !t.slow },
		func(t *test) bool { return t.slow },
	} {
		for _, b := range binaries {
			next := batch{binary: b}
			for _, t := range b.tests {
				if t.matters[number] && some(t) {
					next.names = append(next.names, t.name)
					next.slow = t.slow
					next.took += t.took
				}
			}
			if len(next.names) > 0 {
				all = append(all, next)
			}
		}
	}
	return all
}

// judge runs the batches with a mutant until a test fails.
func judge(ctx context.Context, batches []batch, number int) (verdict, error) {
	for _, b := range batches {
		v, _, err := b.run(ctx, 10*time.Second+5*b.took, fmt.Sprintf("MUTATE_ON=%d", number))
		if err != nil || v != survived {
			return v, err
		}
	}
	return survived, nil
}

// run runs tests in one process and ends it at the first failure. The option -failfast would not end the tests that run
// in parallel with the one that fails, or the rest of this one.
func (b batch) run(ctx context.Context, limit time.Duration, env string) (verdict, string, error) {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	cmd := b.command(ctx, "-test.v=test2json", fmt.Sprintf("-test.short=%t", !b.slow), "-test.paniconexit0",
		"-test.run=^("+strings.Join(b.names, "|")+")$")
	cmd.Env = append(cmd.Env, env)
	w := &watcher{stop: stop}
	cmd.Stdout, cmd.Stderr = w, w
	err := cmd.Run()
	exit := (*exec.ExitError)(nil)
	switch {
	case w.failed:
		return killed, w.out.String(), nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return hung, w.out.String(), nil
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case errors.As(err, &exit), errors.Is(err, exec.ErrWaitDelay):
		return killed, w.out.String(), nil
	}
	return survived, w.out.String(), err
}

// command starts the tests as go test does. They share the CPUs with those of the other workers.
func (b *binary) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.path, args...)
	cmd.Dir = b.dir
	cmd.Env = append(cmd.Environ(), "TF_ACC=", "GOMAXPROCS=1") // the tests use no real server
	cmd.WaitDelay = 5 * time.Second
	killGroup(cmd)
	return cmd
}

// watcher collects the output of tests and stops them when one fails.
type watcher struct {
	stop   func()
	failed bool
	line   []byte // the last, incomplete one
	out    bytes.Buffer
}

// failure matches what a failing test prints. With test2json, a mark precedes the result, and that of a subtest does
// not wait for the end of the test.
var failure = regexp.MustCompile(`\x16--- FAIL|(?m:^\s*panic:)`)

func (w *watcher) Write(p []byte) (int, error) {
	w.line = append(w.line, p...)
	if !w.failed && failure.Match(w.line) {
		w.failed = true
		w.stop()
	}
	w.line = w.line[bytes.LastIndexByte(w.line, '\n')+1:]
	if w.out.Len() < 1<<20 { // a test with a mutant may print without end
		w.out.Write(p)
	}
	return len(p), nil
}
