// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"cmp"
	"flag"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

var allCells = flag.Bool("cells.all", false, "run every cell of the variants and the sweep, and every pair of faults")

// Reduced means that with -short or the race detector only one in so many cells is run, to save time.
const Reduced = 11

// IsReduced reports whether only one in Reduced cells is run.
func IsReduced() bool { return RaceDetector || testing.Short() }

// AllCells reports whether every cell is to be run.
func AllCells() bool { return *allCells }

// Matrix is every combination of an operation of a product and a fault. S is the server and O its options.
type Matrix[S Server, O any] struct {
	Package    string // the folder of the tests from the module's root
	Operations []Operation[S, O]
	Faults     []Fault
	Expected   Table    // on the default server
	Open       []Defect // known defects of the provider
	Product    Product[S, O]
	// OneIn means that only one in so many of the cells is run whose operations a variant does not affect.
	OneIn int
}

// Product is what only one product can tell about a cell.
type Product[S Server, O any] interface {
	// Save returns a function that restores the present contents of the server.
	Save(server S) (restore func())
	// Arm changes the server's options for the strikes of a cell. The options given are those of the stage.
	Arm(server S, options O, strikes []*Strike[S, O])
	// UnknownSessions returns how many sessions the client may never have learned of.
	UnknownSessions(strikes []*Strike[S, O]) int
	// Orphans returns the objects on the server that are missing from the state.
	Orphans(server S, state *tfrun.Workspace) []string
	// Differences returns the differences between the configuration and the server, and those that a plan finds.
	Differences(server S, w *tfrun.Workspace, config []tfrun.Block) []string
	// Holds returns what the server holds, without generated IDs.
	Holds(server S) any
	// Plan returns what a plan finds, or "" if it is empty.
	Plan(w *tfrun.Workspace, config []tfrun.Block) string
	// MayImport reports whether the user may have to import the object that the operation creates: after these strikes it
	// may be another client's.
	MayImport(operation Operation[S, O], strikes []*Strike[S, O]) bool
}

// Variant is a kind of server that a matrix is run on. The zero value is the default server.
type Variant[O any] struct {
	Name   string
	Change func(*O)
	// Affected lists the operations that depend on the kind of server. All their cells are run, but only some of the
	// others.
	Affected []string
	// Without lists the operations that the kind of server does not have.
	Without []string
	// Sessions reports whether the faults of the session depend on the kind of server.
	Sessions bool
	// Except holds the differences from the table of the default server, by operation and fault.
	Except map[string]map[string]Exception
}

// Exception is the verdict for an operation and a fault on a kind of server, and the words that the error may contain.
type Exception struct{ Verdict, Says string }

func (v Variant[O]) affects(operation string) bool { return slices.Contains(v.Affected, operation) }

// verdict combines the outcomes of the two cells of an operation and a fault: with the fault of the first request and
// with the fault of every request.
func verdict(first, every Outcome) string {
	switch string([]byte{byte(first), byte(every)}) {
	case "++":
		return Always
	case "+!":
		return Once
	case "!!":
		return Failure
	}
	return "unclear"
}

// Run runs the cells on servers of a variant and compares the result with the expected table.
func (m *Matrix[S, O]) Run(t *testing.T, start func(testing.TB, O) S, v Variant[O]) {
	t.Helper()
	got := Table{}
	t.Run("cells", func(t *testing.T) { // returns when all cells have run
		for i, o := range m.Operations {
			if slices.Contains(v.Without, o.Name) {
				continue
			}
			row := make([]string, len(m.Faults))
			got[o.Name] = row
			t.Run(o.Name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := m.NewStage(t, start, v, o)
					for j, f := range m.Faults {
						if m.runs(v, i, j) {
							row[j] = s.bothCells(f)
						}
					}
				})
			})
		}
	})
	t.Log("\n" + m.text(got))
	for _, o := range m.Operations {
		for j, f := range m.Faults {
			if result, want := got.at(o.Name, j), m.ExpectedOf(v, o, f); result != "" && result != want {
				t.Errorf("%s, %s: got %q, expected %q", o.Name, f.Name, result, want)
			}
		}
	}
}

// runs reports whether the cells of an operation and a fault are run.
func (m *Matrix[S, O]) runs(v Variant[O], operation, fault int) bool {
	o, f := m.Operations[operation], m.Faults[fault]
	switch {
	case v.Sessions && f.Session && f.UnknownSession == 0: // on such a server it is the same as the next fault
		return false
	case IsReduced() && v.Name != "": // the code is that of the other cells
		return (operation+fault)%(5*Reduced) == 0
	case IsReduced():
		return (operation+fault)%Reduced == 0
	case v.Name == "" || *allCells:
		return true
	}
	return v.affects(o.Name) || v.Sessions && f.Session || (operation+fault)%m.OneIn == 0
}

// ExpectedOf returns the expected verdict of an operation and a fault on servers of a variant.
func (m *Matrix[S, O]) ExpectedOf(v Variant[O], o Operation[S, O], f Fault) string {
	if differs := v.Except[o.Name][f.Name]; differs.Verdict != "" {
		return differs.Verdict
	}
	return m.Expected.at(o.Name, slices.IndexFunc(m.Faults, func(other Fault) bool { return other.Name == f.Name }))
}

// bothCells runs the two cells of the operation and a fault. If the variant does not affect the operation, it skips the
// cell whose outcome follows from the other: a change that succeeds if every request fails also succeeds if one request
// fails, and a change that fails if one request fails also fails if every request fails.
func (s *Stage[S, O]) bothCells(f Fault) string {
	s.t.Helper()
	want := s.matrix.ExpectedOf(s.variant, s.Operation, f)
	implied := s.variant.Name != "" && !s.variant.affects(s.Operation.Name)
	var first, every Outcome
	var problems []string
	if !implied || want != Always {
		first = s.Try(&problems, s.Operation.StruckBy(f, false))
	}
	if !implied || want != Failure {
		every = s.Try(&problems, s.Operation.StruckBy(f, true))
	}
	if s.Report(Site{Variant: s.variant.Name, Operation: s.Operation.Name, Fault: f.Name}, problems) {
		return want
	}
	return verdict(cmp.Or(first, every), cmp.Or(every, first))
}

// Site identifies a cell: an operation and a fault on servers of a variant, or an operation and a pair of faults.
type Site struct {
	Variant   string // empty for the default server
	Operation string
	First     string // in a pair: the fault that hits the operation
	Next      string // in a pair: the request after the operation, which the second fault hits
	Fault     string
}

// Defect is a known defect of the provider that is not fixed yet. A cell that shows one does not fail the test. If a
// cell no longer shows its defect, the test fails until the entry is removed.
type Defect struct {
	What  string
	Shows func(Site) bool
}

// Report reports the problems of a cell as test errors, unless a known defect explains them. It reports whether there
// is such a defect.
func (s *Stage[S, O]) Report(where Site, problems []string) (known bool) {
	s.t.Helper()
	for _, d := range s.matrix.Open {
		if !d.Shows(where) {
			continue
		}
		if len(problems) == 0 {
			s.t.Errorf("%+v no longer shows the defect %q: remove it from the known defects", where, d.What)
		}
		return true
	}
	for _, p := range problems {
		s.t.Error(p)
	}
	return false
}
