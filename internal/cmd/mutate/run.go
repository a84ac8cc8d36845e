// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// runner tests mutants. It builds the tests once for all mutants of a package, and runs for each mutant only the tests
// in which it can matter.
type runner struct {
	dir     string
	skip    *regexp.Regexp
	slow    *regexp.Regexp
	workers int
	out     io.Writer
	ended   func() bool // reports whether the run is interrupted or out of time
	mutex   sync.Mutex
	count   map[verdict]int
}

// run tests the mutants of the targets. It prints those that survive, and at the end the score.
func run(ctx context.Context, o options, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	begun := time.Now()
	r := &runner{
		dir: o.dir, skip: o.skip, slow: o.slow, workers: runtime.NumCPU(), out: out, count: map[verdict]int{},
		ended: func() bool { return ctx.Err() != nil || o.limit > 0 && time.Since(begun) > o.limit },
	}
	targets, err := r.targets(ctx, o.targets)
	if err != nil {
		return err
	}
	others, err := r.list(ctx, "{{.ImportPath}}", o.tests...)
	if err != nil {
		return err
	}
	only, err := survivors(o.only)
	if err != nil {
		return err
	}
	n := 0
	for _, t := range targets {
		var chosen []*mutant
		for _, m := range t.mutants() {
			if n++; n%o.every == 0 && (o.only == "" || only[t.describe(m)]) {
				chosen = append(chosen, m)
			}
		}
		isTarget := func(pkg string) bool { return pkg == t.pkg }
		packages := append([]string{t.pkg}, slices.DeleteFunc(slices.Clone(others), isTarget)...)
		if err := r.test(ctx, t, packages, chosen); err != nil && ctx.Err() == nil {
			return err
		}
	}
	printScore(out, n, r.count)
	return nil
}

// test tests mutants of a target with the tests of the packages.
func (r *runner) test(ctx context.Context, t *target, packages []string, chosen []*mutant) error {
	if len(chosen) == 0 || r.ended() {
		return nil
	}
	temp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	binaries, err := r.build(ctx, t, packages, temp)
	if err != nil {
		return err
	}
	if err := r.trace(ctx, binaries); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.workers)
	for _, m := range chosen {
		g.Go(func() error {
			if r.ended() {
				return nil
			}
			tests := batches(binaries, m.number)
			v, err := judge(ctx, tests, m.number)
			if err == nil {
				r.record(t, m, v, len(tests) > 0)
			}
			return err
		})
	}
	return g.Wait()
}

// record counts a mutant, and prints it if it survives.
func (r *runner) record(t *target, m *mutant, v verdict, reached bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if m.broken {
		v = broken
	}
	if r.count[v]++; v != survived {
		return
	}
	note := ""
	if !reached {
		note = notReached
	}
	_, _ = fmt.Fprintln(r.out, t.describe(m)+note)
}

const notReached = " (no test reaches it)"

// describe returns the line about a mutant that survives.
func (t *target) describe(m *mutant) string {
	name, _ := filepath.Rel(t.root, m.at.Filename)
	return fmt.Sprintf("%s:%d:%d: %s", name, m.at.Line, m.at.Column, m.what)
}

// survivors returns the lines about mutants in the output of an earlier run.
func survivors(file string) (map[string]bool, error) {
	if file == "" {
		return nil, nil
	}
	output, err := os.ReadFile(file)
	lines := map[string]bool{}
	for line := range strings.Lines(string(output)) {
		lines[strings.TrimSuffix(strings.TrimSuffix(line, "\n"), notReached)] = true
	}
	return lines, err
}

func printScore(out io.Writer, all int, count map[verdict]int) {
	noticed := count[killed] + count[hung]
	_, _ = fmt.Fprintf(out, "%d changes: %d killed, %d hung, %d survived, %d do not compile, %d not tested\n",
		all, count[killed], count[hung], count[survived], count[broken], all-noticed-count[survived]-count[broken])
	if tested := noticed + count[survived]; tested > 0 {
		_, _ = fmt.Fprintf(out, "score: %.1f %%\n", 100*float64(noticed)/float64(tested))
	}
}
