// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The matrix breaks the first request of a kind or every one. The sweep breaks each request of a change in turn, so
// that no error of a later request is ignored.

// swept is a request of a change: one of its kind that follows skip others, in the plan or in the apply.
type swept[S Server, O any] struct {
	kind    Operation[S, O]
	skip    int
	inApply bool
}

var guids = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// kindOf returns the kind of a request: those that differ from it only by IDs. If they are not among the operations, no
// error may be about them.
func (m *Matrix[S, O]) kindOf(r simkit.Request) Operation[S, O] {
	o := Operation[S, O]{Method: r.Method, Paths: []string{guids.ReplaceAllString(r.Path, "*")}, Query: r.Query}
	o.Name = strings.TrimSuffix(o.Method+" "+o.Paths[0]+"?"+o.Query, "?")
	o.Says = o.Name
	for _, other := range m.Operations {
		if other.Matches(simkit.Request{Method: o.Method, Path: o.Paths[0], Query: o.Query}) {
			o.Says = other.Says
			break
		}
	}
	return o
}

// ofSession reports whether the request opens, renews or ends a session. The sweep does not break these requests.
func ofSession(r simkit.Request) bool { return r.Method != http.MethodGet && !r.IsWrite() }

// undisturbed is what a change without a fault sends and what the server then holds.
type undisturbed struct {
	writes []string
	holds  any
	plan   string // what a plan finds afterwards: an object may have a new ID
}

// differences returns how a cell ended differently.
func (u *undisturbed) differences(holds any, plan string) []string {
	var out []string
	if !reflect.DeepEqual(holds, u.holds) {
		out = append(out, fmt.Sprintf("the server holds\n  %+v\nand without a fault\n  %+v", holds, u.holds))
	}
	if plan != "" && plan != u.plan {
		out = append(out, plan)
	}
	return out
}

// requests returns the requests of the change, except those of the session. It records what the change writes.
func (s *Stage[S, O]) requests() []swept[S, O] {
	s.t.Helper()
	c := &cell[S, O]{Stage: s, w: s.begin(nil)}
	first := 0 // request of the apply
	c.w.BeforeApply = func() { first = len(s.server.Journal()) }
	if out := c.change(); len(out.Errors) > 0 || out.LogOff != nil {
		s.t.Fatalf("the change without a fault failed: %s %v", strings.Join(out.Errors, "\n"), out.LogOff)
	}
	s.undisturbed = &undisturbed{holds: s.matrix.Product.Holds(s.server)}
	var all []swept[S, O]
	for i, r := range s.server.Journal() {
		if ofSession(r) {
			continue
		}
		if r.IsWrite() {
			s.undisturbed.writes = append(s.undisturbed.writes, written(r))
		}
		next := swept[S, O]{kind: s.matrix.kindOf(r), inApply: i >= first}
		for _, other := range all {
			if other.inApply == next.inApply && other.kind.Name == next.kind.Name {
				next.skip++
			}
		}
		all = append(all, next)
	}
	s.undisturbed.plan = c.plan()
	return all
}

var refused = Named(common, "403")

// sweeps are the ways to break a request.
func (m *Matrix[S, O]) sweeps() []Strike[S, O] {
	return []Strike[S, O]{
		{Fault: refused},
		{Fault: refused, Every: true},
		{Fault: Named(m.Faults, "500 before"), Every: true},
		{Fault: Named(m.Faults, "reset after")},
	}
}

// Sweep breaks each request of the changes of the matrix, and of other changes, in turn.
func (m *Matrix[S, O]) Sweep(t *testing.T, start func(testing.TB, O) S, others []Operation[S, O]) {
	t.Helper()
	for i, o := range append(m.changes(), others...) {
		t.Run(o.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := m.NewStage(t, start, Variant[O]{}, o)
				for j, r := range s.requests() {
					for k, way := range m.sweeps() {
						if r.runs(i+j, k) {
							s.sweep(r, way)
						}
					}
				}
			})
		})
	}
}

// runs reports whether the n-th request is broken in this way. By default, each request of an apply is refused once.
// Only some are broken in the other ways, and only some of the requests that poll or belong to a plan.
func (r swept[S, O]) runs(n, way int) bool {
	every := 1
	if way > 0 {
		every *= 20
	}
	if !r.inApply || r.skip > 3 {
		every *= 5
	}
	switch {
	case RaceDetector:
		every *= Reduced
	case testing.Short():
		every *= 4
	}
	return n%every == way%every || *allCells
}

// changes returns the changes of the matrix, each of them once.
func (m *Matrix[S, O]) changes() []Operation[S, O] {
	var all []Operation[S, O]
	for _, o := range m.Operations {
		same := func(other Operation[S, O]) bool {
			return o.Prepare == nil && o.Import == other.Import && reflect.DeepEqual(o.Options, other.Options) &&
				reflect.DeepEqual(o.Before, other.Before) && reflect.DeepEqual(o.After, other.After)
		}
		if !slices.ContainsFunc(all, same) {
			all = append(all, o)
		}
	}
	return all
}

// sweep breaks one request of the change in one way.
func (s *Stage[S, O]) sweep(r swept[S, O], way Strike[S, O]) {
	s.t.Helper()
	s.Operation.InApply = r.inApply
	way.On, way.Skip = r.kind, r.skip
	if r.inApply {
		way.On.Name += " of the apply"
	}
	_, c := s.runCell([]*Strike[S, O]{&way})
	if !way.met { // how often something is polled varies
		return
	}
	for i, p := range c.problems {
		c.problems[i] = way.String() + ": " + p
	}
	s.Report(Site{Operation: s.Operation.Name, Fault: way.Fault.Name}, c.problems)
}

// checkWrites checks that a change of one resource sends nothing else than without the fault, and nothing after a read
// whose failure it reports. The changes of several resources depend on their order.
func (c *cell[S, O]) checkWrites(out tfrun.Outcome) {
	if c.strikes[0].Fault.After || len(out.Changes) != 1 {
		return
	}
	left := slices.Clone(c.undisturbed.writes)
	broken := false
	for _, r := range c.server.Journal() {
		if r.Fault != "" {
			broken = broken || r.Method == http.MethodGet && !c.strikes[0].Every // later ones could fail, too
			continue
		}
		if !r.IsWrite() {
			continue
		}
		i := slices.Index(left, written(r))
		if i < 0 && written(r) != c.Operation.AlsoSends {
			c.errorf("sent %s, which the change without a fault does not send", written(r))
		}
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
		if broken && len(out.Errors) > 0 {
			c.errorf("sent %s after a read that failed", written(r))
		}
	}
}

func written(r simkit.Request) string {
	return r.Method + " " + guids.ReplaceAllString(r.Path, "*") + " " + r.Body
}

// SweepImport imports an object while the server refuses one kind of requests, for each kind that an import sends. It
// checks that the import reports what it could not read, except from the optional path.
func (m *Matrix[S, O]) SweepImport(t *testing.T, server S, b tfrun.Block, id, optional string) {
	t.Helper()
	imports := func() (map[string]any, tfrun.Outcome) {
		w := server.NewWorkspace()
		out := w.Import(b, id, nil)
		return w.Attributes(b.Address()), out
	}
	server.ResetJournal()
	want, out := imports()
	if len(out.Errors)+len(out.Warnings) > 0 {
		t.Fatal(out.Errors, out.Warnings)
	}
	for _, r := range server.Journal() {
		if ofSession(r) || r.Path == optional {
			continue
		}
		server.ClearFaults()
		kind := m.kindOf(r)
		kind.StruckBy(refused, true).armOn(server)
		got, out := imports()
		said := strings.Join(append(out.Errors, out.Warnings...), "\n")
		if !strings.Contains(said, "HTTP 403") && (said != "" || !reflect.DeepEqual(got, want)) {
			t.Errorf("%s: imported\n  %v\nwant\n  %v\nsaid %q", kind.Name, got, want, said)
		}
	}
}
