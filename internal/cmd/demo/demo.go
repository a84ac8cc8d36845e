// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

type demo struct {
	dir       string
	out       io.Writer
	started   time.Time
	steps     int
	server    *simulator
	terraform *terraform
}

// build builds the provider and the simulator in the demo's folder.
func (d *demo) build(ctx context.Context) error {
	for name, pkg := range map[string]string{
		"provider/terraform-provider-veeam": ".",
		"simulator":                         "./internal/cmd/simulator",
	} {
		name = filepath.Join(d.dir, filepath.FromSlash(name))
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		var output bytes.Buffer
		cmd := command(ctx, "go", "build", "-o", name, pkg)
		cmd.Stdout, cmd.Stderr = &output, &output
		cmd.Env = append(os.Environ(), "GOTMPDIR="+d.dir)
		if err := runAll(cmd); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", pkg, err, output.String())
		}
	}
	return nil
}

// showFile prints a file of the configuration.
func (d *demo) showFile(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d.say("$ cat %s", filepath.Base(file))
	out := &trimmer{out: d.out}
	_, _ = out.Write(content) // never fails
	d.say("")
	return nil
}

func (d *demo) heading(text string) {
	d.steps++
	d.say("\n--- %d. %s", d.steps, text)
}

// say prints a line. It ignores errors: if the output is closed, SIGPIPE has already cancelled the context.
func (d *demo) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// quoted returns args quoted for a shell.
func quoted(args []string) []string {
	q := make([]string, len(args))
	for i, a := range args {
		if q[i] = a; strings.ContainsAny(a, `"[] `) {
			q[i] = "'" + a + "'"
		}
	}
	return q
}

// copyFiles copies the Terraform files of a folder into another folder, which it creates.
func copyFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no configuration in %s: run the demo from the root of the repository", from)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
