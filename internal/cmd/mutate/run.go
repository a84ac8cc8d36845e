// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// verdict is what the tests say about a mutant.
type verdict string

const (
	killed   verdict = "killed"
	hung     verdict = "hung" // the tests did not end in time, which also counts as noticed
	survived verdict = "survived"
	broken   verdict = "do not compile"
)

// run tests the mutants of the targets. It prints those that survive, and at the end the score.
func run(ctx context.Context, o options, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	r := &runner{dir: o.dir, limits: map[string]time.Duration{}}
	targets, err := r.targets(o.targets)
	if err != nil {
		return err
	}
	others, err := r.list("{{.ImportPath}}", o.tests...)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	r.temp = temp
	begun := time.Now()
	count, n := map[verdict]int{}, 0
	for _, t := range targets {
		packages := append([]string{t.pkg}, slices.DeleteFunc(slices.Clone(others), t.is)...)
		if err := r.measure(packages); err != nil {
			return err
		}
		for _, m := range t.mutants {
			if n++; n%o.every != 0 || ctx.Err() != nil || o.limit > 0 && time.Since(begun) > o.limit {
				continue
			}
			v, err := r.test(m, packages)
			if err != nil {
				return err
			}
			if ctx.Err() != nil {
				break // the interrupt has ended the tests
			}
			if count[v]++; v == survived {
				name, _ := filepath.Rel(t.root, m.at.Filename)
				_, _ = fmt.Fprintf(out, "%s:%d:%d: %s\n", name, m.at.Line, m.at.Column, m.what)
			}
		}
	}
	printScore(out, n, count)
	return nil
}

func printScore(out io.Writer, all int, count map[verdict]int) {
	noticed := count[killed] + count[hung]
	_, _ = fmt.Fprintf(out, "%d changes: %d killed, %d hung, %d survived, %d do not compile, %d not tested\n",
		all, count[killed], count[hung], count[survived], count[broken], all-noticed-count[survived]-count[broken])
	if tested := noticed + count[survived]; tested > 0 {
		_, _ = fmt.Fprintf(out, "score: %.1f %%\n", 100*float64(noticed)/float64(tested))
	}
}

// target is a file or a package to change.
type target struct {
	pkg, root string // import path, and the directory of the module
	mutants   []mutant
}

func (t *target) is(pkg string) bool { return pkg == t.pkg }

type runner struct {
	dir, temp string
	limits    map[string]time.Duration // for the tests of a package
}

// targets returns the mutants of packages and files.
func (r *runner) targets(names []string) ([]target, error) {
	var all []target
	for _, name := range names {
		only := "*"
		if strings.HasSuffix(name, ".go") {
			name, only = "./"+filepath.Dir(name), filepath.Base(name)
		}
		packages, err := r.list(`{{.ImportPath}} {{.Module.Dir}} {{.Dir}} {{join .GoFiles " "}}`, name)
		if err != nil {
			return nil, err
		}
		for _, line := range packages {
			fields := strings.Fields(line)
			t := target{pkg: fields[0], root: fields[1]}
			for _, base := range fields[3:] {
				if matches, err := filepath.Match(only, base); err != nil || !matches {
					continue
				}
				if err := t.mutate(filepath.Join(fields[2], base)); err != nil {
					return nil, err
				}
			}
			all = append(all, t)
		}
	}
	return all, nil
}

// mutate adds the mutants of a file.
func (t *target) mutate(path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	found, err := mutants(path, string(src))
	t.mutants = append(t.mutants, found...)
	return err
}

// list returns a line for each package that the patterns match.
func (r *runner) list(format string, patterns ...string) ([]string, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	out, err := r.command(append([]string{"list", "-f", format}, patterns...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", strings.Join(patterns, " "), err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n"), nil
}

var passed = regexp.MustCompile(`(?m)^ok\s+\S+\s+([0-9.]+s)`)

// measure runs the tests without a change, unless it has done so before. With a change, they may take several times as
// long before they count as hung.
func (r *runner) measure(packages []string) error {
	for _, pkg := range packages {
		if r.limits[pkg] > 0 {
			continue
		}
		out, err := r.command("test", "-count=1", "-vet=off", "-skip", skipped, pkg).CombinedOutput()
		if err != nil {
			return fmt.Errorf("the tests of %s fail without a change: %w\n%s", pkg, err, out)
		}
		took := 0 * time.Second // of a package without tests
		if match := passed.FindSubmatch(out); match != nil {
			if took, err = time.ParseDuration(string(match[1])); err != nil {
				return err
			}
		}
		r.limits[pkg] = 10*time.Second + 5*took
	}
	return nil
}

// skipped matches the tests that are too slow to run for each change, because they run a CLI.
const skipped = "^TestSim_"

// test runs the tests of the packages with a mutant until one fails.
func (r *runner) test(m mutant, packages []string) (verdict, error) {
	changed, overlay := filepath.Join(r.temp, "changed.go"), filepath.Join(r.temp, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{m.at.Filename: changed}})
	if err != nil {
		return "", err
	}
	for path, content := range map[string][]byte{changed: []byte(m.src), overlay: replace} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return "", err
		}
	}
	for _, pkg := range packages {
		out, err := r.command("test", "-count=1", "-vet=off", "-failfast", "-overlay", overlay, "-skip", skipped,
			"-timeout", r.limits[pkg].String(), pkg).CombinedOutput()
		if v := judge(string(out), err); v != survived {
			return v, nil
		}
	}
	return survived, nil
}

// judge returns what the output and the result of go test say.
func judge(out string, err error) verdict {
	switch {
	case err == nil:
		return survived
	case strings.Contains(out, "[build failed]"):
		return broken
	case strings.Contains(out, "panic: test timed out after"):
		return hung
	}
	return killed
}

func (r *runner) command(args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...) //nolint:noctx // an interrupt also reaches the command
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "TF_ACC=") // the tests use no real server
	return cmd
}
