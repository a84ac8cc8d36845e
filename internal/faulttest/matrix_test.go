// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

var update = flag.Bool("update", false, "write the table of the matrix into the guide")

// atOnce is how many cells run side by side: they wait rather than compute.
const atOnce = 40

// reduced is the part of the cells, one in so many, that the race detector has the time for.
const reduced = 6

// table is what the matrix gives, by operation, in the order of the faults.
type table map[string][]string

// verdict sums up the two cells of an operation and a fault.
func verdict(first, every outcome) string {
	switch string([]byte{byte(first), byte(every)}) {
	case "++":
		return "always"
	case "+!":
		return "once"
	case "!!":
		return "error"
	}
	return "unclear"
}

func TestMatrix_EachOperationRidesOutOrReportsEachFault(t *testing.T) {
	if testing.Short() {
		t.Log("-short: one cell in", reduced)
	}
	got := table{}
	var mu sync.Mutex
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, o := range operations {
		got[o.name] = make([]string, len(faults))
		for j, f := range faults {
			if (raceDetector || testing.Short()) && (i+j)%reduced != 0 {
				continue
			}
			all.Go(func() {
				first, every := unclear, unclear
				for _, half := range []struct {
					name  string
					every bool
					into  *outcome
				}{{"first", false, &first}, {"every", true, &every}} {
					slots <- struct{}{}
					t.Run(strings.Join([]string{o.name, f.name, half.name}, "/"), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) { *half.into = cell{o, f, half.every}.run(t) })
					})
					<-slots
				}
				mu.Lock()
				got[o.name][j] = verdict(first, every)
				mu.Unlock()
			})
		}
	}
	all.Wait()
	t.Log("\n" + got.text())
	for _, o := range operations {
		for j, f := range faults {
			if result := got[o.name][j]; result != "" && result != expected.at(o.name, j) {
				t.Errorf("%s, %s: %s, expected %q", o.name, f.name, result, expected.at(o.name, j))
			}
		}
	}
}

func (t table) at(operation string, fault int) string {
	if fault < len(t[operation]) {
		return t[operation][fault]
	}
	return ""
}

// text is the table as expected_test.go has it.
func (t table) text() string {
	var b strings.Builder
	for _, o := range operations {
		fmt.Fprintf(&b, "%-40q", o.name)
		for j := range faults {
			fmt.Fprintf(&b, " %-6s", t.at(o.name, j))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The guide is for users: it has the table of the matrix as it is.
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

func TestGuide_HasTheTableOfTheMatrix(t *testing.T) {
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), tableStart)
	block, after, foundEnd := strings.Cut(rest, tableEnd)
	if !found || !foundEnd {
		t.Fatalf("%s has no place for the table", guide)
	}
	want := "\n" + expected.markdown() + "\n"
	if block == want {
		return
	}
	if !*update {
		t.Fatalf("the table of %s is not that of the matrix: run go test ./internal/faulttest -run TestGuide -update, and make generate", guide)
	}
	if err := os.WriteFile(guide, []byte(before+tableStart+want+tableEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestExpected_HasEveryCellAndNoOther(t *testing.T) {
	left := maps.Clone(expected)
	for _, o := range operations {
		if len(expected[o.name]) != len(faults) {
			t.Errorf("%s: %d outcomes for %d faults", o.name, len(expected[o.name]), len(faults))
		}
		delete(left, o.name)
	}
	for name := range left {
		t.Errorf("%s is no operation", name)
	}
}
