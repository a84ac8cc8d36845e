// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// Outcome is the result of the change in a cell.
type Outcome byte

// The outcomes.
const (
	Unclear  Outcome = '?' // the test of the cell failed
	Succeeds Outcome = '+' // the apply succeeds
	Fails    Outcome = '!' // the apply fails with an error that says what failed and why
)

// Stage is a server in a bubble and a workspace whose state matches it. Cells run on it one after the other, each from
// the same initial state.
type Stage[S Server, O any] struct {
	Operation Operation[S, O]

	t       *testing.T
	matrix  *Matrix[S, O]
	server  S
	options O
	variant Variant[O]
	restore func() // restores the initial contents of the server
	w       *tfrun.Workspace
	// undisturbed is the change without a fault, or nil if that is not known.
	undisturbed *undisturbed
}

// NewStage starts a server of the variant and applies the configuration that precedes the operation.
func (m *Matrix[S, O]) NewStage(
	t *testing.T, start func(testing.TB, O) S, v Variant[O], o Operation[S, O],
) *Stage[S, O] {
	t.Helper()
	options := o.Options
	if v.Change != nil {
		v.Change(&options)
	}
	server := start(t, options)
	s := &Stage[S, O]{
		Operation: o, t: t, matrix: m, server: server, options: options, variant: v, w: server.NewWorkspace(),
	}
	if out := s.w.Apply(o.Before...); len(out.Errors) > 0 || out.LogOff != nil {
		t.Fatalf("an apply without a fault failed: %s %v", strings.Join(out.Errors, "\n"), out.LogOff)
	}
	if o.Prepare != nil {
		o.Prepare(server)
	}
	if o.Attempt != nil {
		s.interrupt()
	}
	if o.Import != "" {
		s.w.Forget(o.After[0].Address())
	}
	s.restore = m.Product.Save(server)
	return s
}

// interrupt makes the first attempt of the operation, which fails.
func (s *Stage[S, O]) interrupt() {
	s.t.Helper()
	s.w.BeforeApply = func() { s.Operation.Interrupt(s.server) }
	if out := s.w.Apply(s.Operation.Attempt...); len(out.Errors) == 0 {
		s.t.Fatal("the attempt that is to fail succeeded")
	}
	s.w.BeforeApply = nil
	s.server.ClearFaults()
}

// begin restores the initial contents of the server and returns a workspace with the initial state.
func (s *Stage[S, O]) begin(strikes []*Strike[S, O]) *tfrun.Workspace {
	s.server.ClearFaults()
	s.server.ResetJournal()
	s.matrix.Product.Arm(s.server, s.options, strikes)
	s.restore()
	return s.w.Copy()
}

// cell is the change of an operation while one or more strikes are active.
type cell[S Server, O any] struct {
	*Stage[S, O]
	strikes  []*Strike[S, O]
	w        *tfrun.Workspace
	known    []string // addresses in the state before the change
	problems []string
}

func (c *cell[S, O]) errorf(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// Try runs a cell and appends its problems to problems.
func (s *Stage[S, O]) Try(problems *[]string, strikes ...*Strike[S, O]) Outcome {
	result, c := s.runCell(strikes)
	names := make([]string, len(strikes))
	for i, strike := range strikes {
		names[i] = strike.String()
		if !strike.met {
			c.errorf("no request was hit by %s: the cell proves nothing", strike)
		}
	}
	for _, p := range c.problems {
		*problems = append(*problems, strings.Join(names, ", then ")+": "+p)
	}
	return result
}

// runCell applies the change while the strikes are active, and again without them if that failed.
func (s *Stage[S, O]) runCell(strikes []*Strike[S, O]) (Outcome, *cell[S, O]) {
	c := &cell[S, O]{Stage: s, strikes: strikes, w: s.begin(strikes)}
	c.known = c.w.Addresses()
	arm := func() {
		for _, strike := range strikes {
			strike.armOn(s.server)
		}
	}
	if s.Operation.InApply {
		c.w.BeforeApply = arm
	} else {
		arm()
	}
	out := c.change()
	c.w.BeforeApply = nil
	s.server.ClearFaults()
	if slices.ContainsFunc(strikes, func(s *Strike[S, O]) bool { return s.Fault.Is.Delay > 0 }) {
		time.Sleep(2 * TooLong) // until the server has carried out the delayed requests
	}
	if s.undisturbed != nil {
		c.checkWrites(out)
	}
	c.checkSessions(out)
	c.checkState(out)
	c.checkErrors(out)
	c.converge(out)
	switch {
	case len(c.problems) > 0:
		return Unclear, c
	case len(out.Errors) > 0 || out.LogOff != nil:
		return Fails, c
	}
	return Succeeds, c
}

// plan returns what a plan of the configuration finds.
func (c *cell[S, O]) plan() string { return c.matrix.Product.Plan(c.w, c.Operation.After) }

// change imports what the operation imports, and applies the configuration.
func (c *cell[S, O]) change() tfrun.Outcome {
	after := c.Operation.After
	if id := c.Operation.Import; id != "" && !slices.Contains(c.w.Addresses(), after[0].Address()) {
		if out := c.w.Import(after[0], id, nil); len(out.Errors) > 0 {
			return out
		}
	}
	return c.w.Apply(after...)
}

// converge checks that a change that succeeded took effect, and that the next apply completes a change that failed.
func (c *cell[S, O]) converge(out tfrun.Outcome) {
	after := c.Operation.After
	if len(out.Errors) > 0 {
		again := c.change()
		if c.importAsTold(again) {
			again = c.change()
		}
		if c.Operation.Twice {
			again = c.change()
		}
		if len(again.Errors) > 0 || again.LogOff != nil {
			c.errorf("the apply without a fault failed: %s %v", strings.Join(again.Errors, "\n"), again.LogOff)
		}
	}
	if c.undisturbed == nil {
		c.problems = append(c.problems, c.matrix.Product.Differences(c.server, c.w, after)...)
	} else {
		c.problems = append(c.problems, c.undisturbed.differences(c.matrix.Product.Holds(c.server), c.plan())...)
	}
	if open := c.server.OpenSessions(); open > 0 {
		c.errorf("%d sessions are still open after the commands without a fault", open)
	}
}

// importAsTold imports the object that an error asks to import, and reports whether there is one. It may be another
// client's: only the user can tell, and this user knows.
func (c *cell[S, O]) importAsTold(out tfrun.Outcome) bool {
	told := ToldToImport(out)
	if told == "" || !c.matrix.Product.MayImport(c.Operation, c.strikes) {
		return false
	}
	time.Sleep(10 * time.Minute) // a user takes longer than the server, which may list its objects late
	if imported := c.w.Import(c.Operation.After[0], told, nil); len(imported.Errors) > 0 {
		c.errorf("the import failed: %q", imported.Errors)
	}
	return true
}

var importBlocks = regexp.MustCompile(`import \{\n.*\n +id = "([0-9a-f-]{36})"`)

// ToldToImport returns the ID of the object that an error asks to import, or "" if there is none.
func ToldToImport(out tfrun.Outcome) string {
	told := importBlocks.FindStringSubmatch(strings.Join(out.Errors, "\n"))
	if told == nil {
		return ""
	}
	return told[1]
}

// checkSessions checks that a session is still open only if logging off reported an error, or if the server created a
// session and its answer was lost. The server ends such sessions later.
func (c *cell[S, O]) checkSessions(out tfrun.Outcome) {
	switch open := c.server.OpenSessions(); {
	case open == 0, open <= c.matrix.Product.UnknownSessions(c.strikes):
	// The sessions of the plan and of the apply, and those that they replaced.
	case out.LogOff != nil && open <= 2*len(c.strikes):
	default:
		c.errorf("%d sessions are still open", open)
	}
	c.server.ExpireSessions()
}

// checkState checks that the faults removed nothing from the state and left no orphaned object on the server, except
// one that an error asks to import.
func (c *cell[S, O]) checkState(out tfrun.Outcome) {
	lost := c.matrix.Product.Orphans(c.server, c.w)
	if told := ToldToImport(out); told != "" {
		lost = slices.DeleteFunc(lost, func(orphan string) bool { return strings.Contains(orphan, told) })
	}
	if len(lost) > 0 && c.Operation.Import == "" {
		c.errorf("orphaned objects, which are missing from the state: %q", lost)
	}
	kept := c.w.Addresses()
	for _, b := range c.Operation.After {
		replaced := slices.Contains(out.Changes, "replace "+b.Address())
		if slices.Contains(c.known, b.Address()) && !slices.Contains(kept, b.Address()) && !replaced {
			c.errorf("a fault removed %s from the state", b.Address())
		}
	}
}

// checkErrors checks that each error says what failed and why.
func (c *cell[S, O]) checkErrors(out tfrun.Outcome) {
	errors := slices.Clone(out.Errors)
	if out.LogOff != nil {
		errors = append(errors, out.LogOff.Error())
	}
	// The requests share a session: if the server rejects it, any of them may report that.
	session := slices.ContainsFunc(c.strikes, func(s *Strike[S, O]) bool { return s.Fault.Session })
	for _, text := range errors {
		if strings.Contains(text, "Provider produced") {
			c.errorf("a defect of the provider: %s", text)
		}
		if also := c.Operation.AlsoSays; also != "" && strings.Contains(text, also) {
			continue
		}
		what := slices.ContainsFunc(c.strikes, func(s *Strike[S, O]) bool { return strings.Contains(text, s.On.Says) })
		why := slices.ContainsFunc(c.strikes, func(s *Strike[S, O]) bool {
			differs := c.variant.Except[s.On.Name][s.Fault.Name].Says
			return slices.ContainsFunc(s.Fault.Says, func(words string) bool { return strings.Contains(text, words) }) ||
				differs != "" && strings.Contains(text, differs)
		})
		if !what && !session || !why {
			c.errorf("the error does not say what failed and why:\n%s", text)
		}
	}
}

// PlanOf returns what a plan finds, or "" if it is empty. It ignores that these attributes have changed since the
// resources were read.
func PlanOf(w *tfrun.Workspace, config []tfrun.Block, ignored ...string) string {
	plan := w.Plan(config...)
	drift := slices.DeleteFunc(plan.Drift, func(s string) bool {
		return slices.ContainsFunc(ignored, func(name string) bool { return strings.HasSuffix(s, "."+name) })
	})
	if len(plan.Errors)+len(plan.Changes)+len(drift) == 0 {
		return ""
	}
	return fmt.Sprintf("the plan is not empty: errors %q, changes %q, drift %q", plan.Errors, plan.Changes, drift)
}
