// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of the matrix into the guide")

// What an operation does with a fault.
const (
	// Always: the change succeeds even if the fault hits every request of the operation.
	Always = "always"
	// Once: the change succeeds if the fault hits only the first request. Otherwise it fails with an error that reports
	// the fault.
	Once = "once"
	// Failure: the change fails with an error that reports the fault, because continuing would be a guess.
	Failure = "error"
)

// Table is the result of a matrix: by operation, the verdicts in the order of the faults.
type Table map[string][]string

// Columns returns the verdicts of a row.
func Columns(row string) []string { return strings.Fields(row) }

func (t Table) at(operation string, fault int) string {
	if fault < len(t[operation]) {
		return t[operation][fault]
	}
	return ""
}

// text returns the table in the form in which the tests contain it.
func (m *Matrix[S, O]) text(t Table) string {
	var b strings.Builder
	for _, o := range m.Operations {
		fmt.Fprintf(&b, "\t%q: columns(`\n\t\t", o.Name)
		for j := range m.Faults {
			fmt.Fprintf(&b, "%-7s", t.at(o.Name, j))
		}
		b.WriteString("`),\n")
	}
	return b.String()
}

func (m *Matrix[S, O]) markdown() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, f := range m.Faults {
		fmt.Fprintf(&b, " %s |", f.Name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(m.Faults)) + "\n")
	for _, o := range m.Operations {
		fmt.Fprintf(&b, "| %s |", o.Name)
		for j := range m.Faults {
			fmt.Fprintf(&b, " %s |", m.Expected.at(o.Name, j))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// CheckGuide checks that the user guide contains the expected table. With -update it writes the table.
func (m *Matrix[S, O]) CheckGuide(t *testing.T) {
	t.Helper()
	guide := strings.Repeat("../", strings.Count(m.Package, "/")+1) + "templates/guides/resilience.md"
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	command := "go test ./" + m.Package + " -run TestGuide -update"
	start, end := "<!-- The table is written by: "+command+" -->\n", "<!-- end of the table -->\n"
	before, rest, found := strings.Cut(string(raw), start)
	block, after, foundEnd := strings.Cut(rest, end)
	if !found || !foundEnd {
		t.Fatalf("%s does not contain the markers of the table", guide)
	}
	want := "\n" + m.markdown() + "\n"
	if block == want {
		return
	}
	if !*update {
		t.Fatalf("the table in %s differs from the matrix: run %s and then make generate", guide, command)
	}
	if err := os.WriteFile(guide, []byte(before+start+want+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

// CheckExpected checks that the expected table contains exactly the cells of the matrix.
func (m *Matrix[S, O]) CheckExpected(t *testing.T) {
	t.Helper()
	operations := map[string]bool{}
	for _, o := range m.Operations {
		if len(m.Expected[o.Name]) != len(m.Faults) {
			t.Errorf("%s: %d verdicts for %d faults", o.Name, len(m.Expected[o.Name]), len(m.Faults))
		}
		operations[o.Name] = true
	}
	for name := range m.Expected {
		if !operations[name] {
			t.Errorf("%s is not an operation", name)
		}
	}
}
