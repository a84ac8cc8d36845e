// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command testcheck reads the output of `go test -json`. It fails if an acceptance test on the simulator (TestSim_...)
// was skipped or if none ran, because a test run that skips its tests proves nothing.
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
		fmt.Fprintln(os.Stderr, "usage: testcheck FILE (the output of go test -json)")
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

// tally is the result of a test run. Subtests count as tests.
type tally struct {
	passed, simPassed int
	simSkipped        []string // package and name
}

// count reads one JSON event per line. It ignores other lines, such as the errors of a build.
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
		return fmt.Errorf("%s tests were skipped, which counts as a failure:\n\t%s",
			simPrefix, strings.Join(t.simSkipped, "\n\t"))
	}
	if t.simPassed == 0 {
		return fmt.Errorf("no %s test ran", simPrefix)
	}
	return nil
}
