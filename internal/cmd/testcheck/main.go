// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command testcheck reads what `go test -json` printed and fails where an acceptance test against the simulator
// (TestSim_...) was skipped, or where none ran: a suite that quietly skips itself proves nothing.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

// simPrefix marks the tests that need a Terraform CLI and the simulator.
const simPrefix = "TestSim_"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: testcheck FILE (output of go test -json)")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testcheck:", err)
		os.Exit(1)
	}
}

func run(path string, out io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	c, err := count(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	_, _ = fmt.Fprintf(out, "%d tests passed, %d of them acceptance tests on the simulator\n", c.passed, c.simPassed)
	return c.verdict()
}

// tally is what a run came to. Subtests count as tests.
type tally struct {
	passed, simPassed int
	simSkipped        []string // package and name
}

// count reads one JSON event per line; lines that are none (a build's complaints) are passed over.
func count(r io.Reader) (tally, error) {
	var t tally
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		var e struct{ Action, Package, Test string }
		if json.Unmarshal([]byte(line), &e) == nil && e.Test != "" {
			t.add(e.Action, e.Package, e.Test)
		}
		if err == io.EOF {
			sort.Strings(t.simSkipped)
			return t, nil
		}
		if err != nil {
			return t, err
		}
	}
}

func (t *tally) add(action, pkg, test string) {
	sim := strings.HasPrefix(test, simPrefix)
	switch action {
	case "pass":
		t.passed++
		if sim {
			t.simPassed++
		}
	case "skip":
		if sim {
			t.simSkipped = append(t.simSkipped, pkg+" "+test)
		}
	}
}

func (t *tally) verdict() error {
	if len(t.simSkipped) > 0 {
		return fmt.Errorf("acceptance tests were skipped, which counts as failed:\n\t%s", strings.Join(t.simSkipped, "\n\t"))
	}
	if t.simPassed == 0 {
		return fmt.Errorf("no %s test ran", simPrefix)
	}
	return nil
}
