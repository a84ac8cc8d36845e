// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

var (
	update   = flag.Bool("update", false, "write the table of the matrix into the guide")
	allCells = flag.Bool("cells.all", false, "run every cell of the variants and the sweep, and every pair of faults")
)

// reduced means that with -short or the race detector only one in so many cells is run, to save time.
const reduced = 11

// isReduced reports whether only one in reduced cells is run.
func isReduced() bool { return raceDetector || testing.Short() }

// table is the result of the matrix: by operation, the verdicts in the order of the faults.
type table map[string][]string

// verdict combines the outcomes of the two cells of an operation and a fault: with the fault of the first request and
// with the fault of every request.
func verdict(first, every outcome) string {
	switch string([]byte{byte(first), byte(every)}) {
	case "++":
		return always
	case "+!":
		return once
	case "!!":
		return failure
	}
	return "unclear"
}

func TestMatrix_EachOperationSurvivesOrReportsEachFault(t *testing.T) {
	runMatrix(t, acctest.StartEM, variant{})
}

// runMatrix runs the cells on servers of a variant and compares the result with the expected table.
func runMatrix(t *testing.T, start startEM, v variant) {
	t.Helper()
	got := table{}
	t.Run("cells", func(t *testing.T) { // returns when all cells have run
		for i, o := range operations {
			row := make([]string, len(faults))
			got[o.name] = row
			inBubble(t, o.name, func(t *testing.T) {
				s := newStage(t, start, v, o)
				for j, f := range faults {
					if v.runs(i, j) {
						row[j] = s.bothCells(f)
					}
				}
			})
		}
	})
	t.Log("\n" + got.text())
	for _, o := range operations {
		for j, f := range faults {
			if result, want := got[o.name][j], v.expected(o, f); result != "" && result != want {
				t.Errorf("%s, %s: got %q, expected %q", o.name, f.name, result, want)
			}
		}
	}
}

type startEM func(testing.TB, emsim.Options) *acctest.EM

// inBubble runs a parallel subtest in its own bubble.
func inBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// bothCells runs the two cells of the operation and a fault. If the variant does not affect the operation, it skips the
// cell whose outcome follows from the other: a change that succeeds if every request fails also succeeds if one request
// fails, and a change that fails if one request fails also fails if every request fails.
func (s *stage) bothCells(f fault) string {
	s.t.Helper()
	want := s.variant.expected(s.operation, f)
	implied := s.variant.name != "" && !s.variant.affects(s.operation)
	var first, every outcome
	var problems []string
	if !implied || want != always {
		first = s.try(&problems, s.operation.struckBy(f, false))
	}
	if !implied || want != failure {
		every = s.try(&problems, s.operation.struckBy(f, true))
	}
	if s.report(site{variant: s.variant.name, operation: s.operation.name, fault: f.name}, problems) {
		return want
	}
	return verdict(cmp.Or(first, every), cmp.Or(every, first))
}

func (t table) at(operation string, fault int) string {
	if fault < len(t[operation]) {
		return t[operation][fault]
	}
	return ""
}

// text returns the table in the form in which expected_test.go contains it.
func (t table) text() string {
	var b strings.Builder
	for _, o := range operations {
		fmt.Fprintf(&b, "\t%q: columns(`\n\t\t", o.name)
		for j := range faults {
			fmt.Fprintf(&b, "%-7s", t.at(o.name, j))
		}
		b.WriteString("`),\n")
	}
	return b.String()
}

// The user guide contains the table of the matrix.
const (
	guide      = "../../templates/guides/resilience.md"
	tableStart = "<!-- The table is written by: go test ./internal/faulttest -run TestGuide -update -->\n"
	tableEnd   = "<!-- end of the table -->\n"
)

func (t table) markdown() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, f := range faults {
		fmt.Fprintf(&b, " %s |", f.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(faults)) + "\n")
	for _, o := range operations {
		fmt.Fprintf(&b, "| %s |", o.name)
		for j := range faults {
			fmt.Fprintf(&b, " %s |", t.at(o.name, j))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestGuide_ContainsTheTableOfTheMatrix(t *testing.T) {
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), tableStart)
	block, after, foundEnd := strings.Cut(rest, tableEnd)
	if !found || !foundEnd {
		t.Fatalf("%s does not contain the markers of the table", guide)
	}
	want := "\n" + expected.markdown() + "\n"
	if block == want {
		return
	}
	if !*update {
		t.Fatalf("the table in %s differs from the matrix: run go test ./internal/faulttest -run TestGuide -update "+
			"and then make generate", guide)
	}
	if err := os.WriteFile(guide, []byte(before+tableStart+want+tableEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestExpected_ContainsExactlyTheCellsOfTheMatrix(t *testing.T) {
	left := maps.Clone(expected)
	for _, o := range operations {
		if len(expected[o.name]) != len(faults) {
			t.Errorf("%s: %d verdicts for %d faults", o.name, len(expected[o.name]), len(faults))
		}
		delete(left, o.name)
	}
	for name := range left {
		t.Errorf("%s is not an operation", name)
	}
}
