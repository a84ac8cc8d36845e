// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed mutate_helpers.go
var helpers string

// target is a package to change.
type target struct {
	pkg, name, root, dir string // import path, name, and the directories of the module and of the package
	files                []*file
}

// has reports whether a file is in the target.
func (t *target) has(path string) bool {
	return slices.ContainsFunc(t.files, func(f *file) bool { return f.path == path })
}

// mutants returns the mutants of all files, in the order of their numbers.
func (t *target) mutants() []*mutant {
	var all []*mutant
	for _, f := range t.files {
		all = append(all, f.mutants...)
	}
	return all
}

// targets returns the packages that the names of packages and files stand for.
func (r *runner) targets(ctx context.Context, names []string) ([]*target, error) {
	var all []*target
	for _, name := range names {
		only := "*"
		if strings.HasSuffix(name, ".go") {
			name, only = "./"+filepath.Dir(name), filepath.Base(name)
		}
		packages, err := r.list(ctx, `{{.ImportPath}} {{.Name}} {{.Module.Dir}} {{.Dir}} {{join .GoFiles " "}}`, name)
		if err != nil {
			return nil, err
		}
		for _, line := range packages {
			fields := strings.Fields(line)
			t := &target{pkg: fields[0], name: fields[1], root: fields[2], dir: fields[3]}
			if i := slices.IndexFunc(all, func(other *target) bool { return other.pkg == t.pkg }); i >= 0 {
				t = all[i]
			} else {
				all = append(all, t)
			}
			if err := t.add(fields[4:], only); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// add adds those of the files that match a pattern.
func (t *target) add(names []string, pattern string) error {
	for _, name := range names {
		path := filepath.Join(t.dir, name)
		if matches, err := filepath.Match(pattern, name); err != nil || !matches || t.has(path) {
			continue
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parse(path, string(src))
		if err != nil {
			return err
		}
		t.files = append(t.files, f)
	}
	for i, m := range t.mutants() {
		m.number = i + 1
	}
	return nil
}

// list returns a line for each package that the patterns match.
func (r *runner) list(ctx context.Context, format string, patterns ...string) ([]string, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	out, err := r.command(ctx, append([]string{"list", "-f", format}, patterns...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", strings.Join(patterns, " "), err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n"), nil
}

func (r *runner) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.dir
	return cmd
}

// build builds the tests of the packages once, with all mutants of the target. An environment variable makes one of the
// changes.
func (r *runner) build(ctx context.Context, t *target, packages []string, temp string) ([]*binary, error) {
	overlay, err := r.variant(ctx, t, temp)
	if err != nil {
		return nil, err
	}
	lines, err := r.list(ctx, "{{.ImportPath}} {{.Dir}}", packages...)
	if err != nil {
		return nil, err
	}
	var binaries []*binary
	for i, line := range lines {
		pkg, dir, _ := strings.Cut(line, " ")
		b := &binary{path: filepath.Join(temp, fmt.Sprintf("%d.test", i)), pkg: pkg, dir: dir}
		out, err := r.command(ctx, "test", "-c", "-vet=off", "-ldflags=-s", "-overlay", overlay, "-o", b.path, pkg).
			CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("the tests of %s do not compile: %w\n%s", pkg, err, out)
		}
		if _, err := os.Stat(b.path); err == nil { // the package has tests
			binaries = append(binaries, b)
		}
	}
	return binaries, nil
}

var compilerError = regexp.MustCompile(`(?m)^(\S+\.go):(\d+):(\d+): `)

// variant writes the variant of the target and returns the name of the overlay file. It takes out the mutants that do
// not compile.
func (r *runner) variant(ctx context.Context, t *target, temp string) (string, error) {
	for {
		overlay, err := t.overlay(temp)
		if err != nil {
			return "", err
		}
		out, err := r.command(ctx, "build", "-overlay", overlay, "-gcflags="+t.pkg+"=-e", "-o", os.DevNull, t.pkg).
			CombinedOutput()
		if err == nil {
			return overlay, nil
		}
		if !t.blame(string(out)) {
			return "", fmt.Errorf("%s does not compile: %w\n%s", t.pkg, err, out)
		}
	}
}

// overlay writes the variants of all files to a directory and returns the name of the file that lists them.
func (t *target) overlay(temp string) (string, error) {
	replace := map[string]string{}
	write := func(path, content string) error {
		replace[path] = filepath.Join(temp, filepath.Base(path))
		return os.WriteFile(replace[path], []byte(content), 0o600)
	}
	for _, f := range t.files {
		if err := write(f.path, f.variant()); err != nil {
			return "", err
		}
	}
	own := strings.Replace(helpers, "package main", "package "+t.name, 1)
	if err := write(filepath.Join(t.dir, "mutate_helpers.go"), own); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(temp, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}

// blame marks the mutants at the positions of compiler errors as broken, and reports whether there are any.
func (t *target) blame(out string) bool {
	var blamed []*mutant
	for _, match := range compilerError.FindAllStringSubmatch(out, -1) {
		line, _ := strconv.Atoi(match[2])
		column, _ := strconv.Atoi(match[3])
		for _, f := range t.files {
			if filepath.Base(f.path) != filepath.Base(match[1]) {
				continue
			}
			if m := f.blame(f.variant(), line, column); m != nil {
				blamed = append(blamed, m)
			}
		}
	}
	for _, m := range blamed {
		m.broken = true
	}
	return len(blamed) > 0
}
