// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command testcheck reads the output of `go test -json`. It fails if no acceptance test on the simulator (TestSim_...)
// ran, because such a test run proves nothing, and if one was skipped although the CLI has every feature that the test
// needs. internal/testcli lists the features. With -all, which stands for a run of every test, it also fails if no test
// needs a feature of the list.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

// simPrefix marks the tests that need a Terraform CLI and the simulator.
const simPrefix = "TestSim_"

func main() {
	all := flag.Bool("all", false, "every test has run")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: testcheck [-all] FILE (the output of go test -json)")
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *all, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testcheck:", err)
		os.Exit(1)
	}
}

func run(path string, all bool, out io.Writer) error {
	cli, err := testcli.Current()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	t, err := count(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return t.report(cli, all, out)
}

// tally is the result of a test run. Subtests count as tests. A test is named by its package and its name.
type tally struct {
	passed, simPassed int
	simSkipped        []string
	needs             map[string][]testcli.Feature // of each test
}

// count reads one JSON event per line. It ignores other lines, such as the errors of a build.
func count(r io.Reader) (tally, error) {
	t := tally{needs: map[string][]testcli.Feature{}}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		var e event
		if json.Unmarshal([]byte(line), &e) == nil && e.Test != "" {
			t.add(e)
		}
		if err == io.EOF {
			slices.Sort(t.simSkipped)
			return t, nil
		}
		if err != nil {
			return t, err
		}
	}
}

type event struct{ Action, Package, Test, Key, Value string }

func (t *tally) add(e event) {
	sim := strings.HasPrefix(e.Test, simPrefix)
	name := e.Package + " " + e.Test
	switch e.Action {
	case "pass":
		t.passed++
		if sim {
			t.simPassed++
		}
	case "skip":
		if sim {
			t.simSkipped = append(t.simSkipped, name)
		}
	case "attr":
		if e.Key == testcli.Attribute {
			t.needs[name] = append(t.needs[name], testcli.Feature(e.Value))
		}
	}
}

// report prints how many tests have passed, and which were left out and why.
func (t tally) report(cli testcli.CLI, all bool, out io.Writer) error {
	_, _ = fmt.Fprintf(out, "%d tests passed on %s, %d of them acceptance tests on the simulator\n",
		t.passed, cli, t.simPassed)
	var unexplained []string
	leftOut := map[string][]string{} // by reason
	for _, name := range t.simSkipped {
		if why := t.lacks(cli, name); why != "" {
			leftOut[why] = append(leftOut[why], name)
		} else {
			unexplained = append(unexplained, name)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(leftOut)) {
		_, _ = fmt.Fprintf(out, "left out, because %s:\n\t%s\n", why, strings.Join(leftOut[why], "\n\t"))
	}
	return t.verdict(unexplained, all)
}

// lacks returns why the test needs another CLI, or "" if it does not.
func (t tally) lacks(cli testcli.CLI, test string) string {
	for _, feature := range t.needs[test] {
		if why, lacks := cli.Lacks(feature); lacks {
			return why
		}
	}
	return ""
}

func (t tally) verdict(unexplained []string, all bool) error {
	if len(unexplained) > 0 {
		return fmt.Errorf("%s tests were skipped although the CLI has every feature that they need:\n\t%s",
			simPrefix, strings.Join(unexplained, "\n\t"))
	}
	if t.simPassed == 0 {
		return fmt.Errorf("no %s test ran", simPrefix)
	}
	if unused := t.unused(); all && len(unused) > 0 {
		return fmt.Errorf("no test needs these features, which testcli.Features lists:\n\t%s",
			strings.Join(unused, "\n\t"))
	}
	return nil
}

// unused returns the features of the list that no test needs.
func (t tally) unused() []string {
	needed := map[testcli.Feature]bool{}
	for _, features := range t.needs {
		for _, feature := range features {
			needed[feature] = true
		}
	}
	var unused []string
	for feature := range testcli.Features {
		if !needed[feature] {
			unused = append(unused, string(feature))
		}
	}
	slices.Sort(unused)
	return unused
}
