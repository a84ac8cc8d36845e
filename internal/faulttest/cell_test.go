// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// outcome is the result of the change in a cell.
type outcome byte

const (
	unclear  outcome = '?' // the test of the cell failed
	succeeds outcome = '+' // the apply succeeds
	fails    outcome = '!' // the apply fails with an error that says what failed and why
)

// workspace returns a workspace whose provider has the default settings.
func workspace(em *acctest.EM) *tfrun.Workspace { return em.NewWorkspace() }

// stage is a server in a bubble and a workspace whose state matches it. Cells run on it one after the other, each from
// the same initial state.
type stage struct {
	t         *testing.T
	em        *acctest.EM
	operation operation
	variant   variant
	accounts  []emsim.Account
	w         *tfrun.Workspace
	unknown   int // the server's status for an unknown session; 0 means 401
	// undisturbed is the change without a fault, or nil if that is not known.
	undisturbed *undisturbed
}

// newStage starts a server of the variant and applies the configuration that precedes the operation.
func newStage(t *testing.T, start startEM, v variant, o operation) *stage {
	t.Helper()
	options := o.options
	if v.change != nil {
		v.change(&options)
	}
	em := start(t, options)
	s := &stage{t: t, em: em, operation: o, variant: v, w: workspace(em), unknown: options.UnknownSessionStatus}
	mustApply(t, s.w, o.before)
	if o.prepare != nil {
		o.prepare(em)
	}
	if o.attempt != nil {
		s.interrupt()
	}
	em.Mutate(func(store *emsim.Store) {
		for _, a := range store.Accounts() {
			s.accounts = append(s.accounts, clone(a))
		}
	})
	return s
}

// interrupt makes the first attempt of the operation, which fails.
func (s *stage) interrupt() {
	s.t.Helper()
	s.w.BeforeApply = func() { s.operation.interrupt(s.em) }
	if out := s.w.Apply(s.operation.attempt...); len(out.Errors) == 0 {
		s.t.Fatal("the attempt that is to fail succeeded")
	}
	s.w.BeforeApply = nil
	s.em.ClearFaults()
}

// begin restores the initial contents of the server and returns a workspace with the initial state.
func (s *stage) begin(strikes []*strike) *tfrun.Workspace {
	s.em.ClearFaults()
	s.em.ResetJournal()
	unknown := s.unknown
	for _, strike := range strikes {
		unknown = cmp.Or(strike.fault.unknownSession, unknown)
	}
	s.em.Configure(func(o *emsim.Options) { o.UnknownSessionStatus = unknown })
	s.em.Mutate(func(store *emsim.Store) {
		for _, a := range store.Accounts() {
			store.RemoveAccount(a.ID)
		}
		for _, a := range s.accounts {
			store.AddAccount(clone(&a))
		}
	})
	return s.w.Copy()
}

func clone(a *emsim.Account) emsim.Account {
	copied := *a
	copied.Scopes = nil
	for _, sc := range a.Scopes {
		one := *sc
		copied.Scopes = append(copied.Scopes, &one)
	}
	return copied
}

// strike is a fault that hits the requests of one operation.
type strike struct {
	on    operation
	fault fault
	skip  int     // the number of such requests that it spares first
	every bool    // it hits every such request from then on, not only one
	after *strike // if not nil, the strike that must hit a request first
	met   bool    // it has hit a request
}

func (o operation) struckBy(f fault, every bool) *strike {
	return &strike{on: o, fault: f, every: every}
}

func (s *strike) String() string {
	name := strconv.Quote(s.on.name)
	switch {
	case s.every && s.skip > 0:
		return fmt.Sprintf("%s of every %s from number %d on", s.fault.name, name, s.skip+1)
	case s.every:
		return s.fault.name + " of every " + name
	case s.skip > 0:
		return fmt.Sprintf("%s of number %d of %s", s.fault.name, s.skip+1, name)
	}
	return s.fault.name + " of the first " + name
}

func (s *strike) armOn(em *acctest.EM) {
	armed := s.fault.is
	seen := 0
	armed.Match = func(r emsim.Request) bool { // the server makes one call at a time
		if s.after != nil && !s.after.met || !s.on.matches(r) {
			return false
		}
		if seen++; seen <= s.skip {
			return false
		}
		s.met = true
		return true
	}
	if !s.every {
		armed.Times = 1
	}
	em.Inject(armed)
}

// cell is the change of an operation while one or more strikes are active.
type cell struct {
	*stage
	strikes  []*strike
	w        *tfrun.Workspace
	known    []string // addresses in the state before the change
	problems []string
}

func (c *cell) errorf(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// try runs a cell and appends its problems to problems.
func (s *stage) try(problems *[]string, strikes ...*strike) outcome {
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
func (s *stage) runCell(strikes []*strike) (outcome, *cell) {
	c := &cell{stage: s, strikes: strikes, w: s.begin(strikes)}
	c.known = c.w.Addresses()
	arm := func() {
		for _, strike := range strikes {
			strike.armOn(s.em)
		}
	}
	if s.operation.inApply {
		c.w.BeforeApply = arm
	} else {
		arm()
	}
	out := c.w.Apply(s.operation.after...)
	c.w.BeforeApply = nil
	s.em.ClearFaults()
	if slices.ContainsFunc(strikes, func(s *strike) bool { return s.fault.is.Delay > 0 }) {
		time.Sleep(2 * tooLong) // until the server has carried out the delayed requests
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
		return unclear, c
	case len(out.Errors) > 0 || out.LogOff != nil:
		return fails, c
	}
	return succeeds, c
}

// converge checks that a change that succeeded took effect, and that the next apply completes a change that failed.
func (c *cell) converge(out tfrun.Outcome) {
	after := c.operation.after
	if len(out.Errors) > 0 {
		again := c.w.Apply(after...)
		if c.importAsTold(again) {
			again = c.w.Apply(after...)
		}
		if c.operation.twice {
			again = c.w.Apply(after...)
		}
		if len(again.Errors) > 0 || again.LogOff != nil {
			c.errorf("the apply without a fault failed: %s %v", strings.Join(again.Errors, "\n"), again.LogOff)
		}
	}
	if c.undisturbed == nil {
		c.problems = append(c.problems, differences(c.em, c.w, after)...)
	} else {
		c.problems = append(c.problems, c.undisturbed.differences(c)...)
	}
	if open := c.em.OpenSessions(); open > 0 {
		c.errorf("%d sessions are still open after the commands without a fault", open)
	}
}

// importAsTold imports the account that an error asks to import, and reports whether there is one. After an answer of
// 500, or if the answer was lost and the account is not as requested, an account of the requested name may be another
// client's: only the user can tell, and this user knows.
func (c *cell) importAsTold(out tfrun.Outcome) bool {
	differs := c.operation.options.AddedRole != ""
	if c.operation.name != "create an account" && !differs || !slices.ContainsFunc(c.strikes, func(s *strike) bool {
		return s.fault.name == "500 after" || differs && s.fault.after
	}) {
		return false
	}
	told := importBlocks.FindStringSubmatch(strings.Join(out.Errors, "\n"))
	if told == nil {
		return false
	}
	time.Sleep(10 * time.Minute) // a user takes longer than the server, which may list restore scopes late
	if imported := c.w.Import(c.operation.after[0], told[1], nil); len(imported.Errors) > 0 {
		c.errorf("the import failed: %q", imported.Errors)
	}
	return true
}

var importBlocks = regexp.MustCompile(`import \{\n.*\n +id = "([0-9a-f-]{36})"`)

// checkSessions checks that a session is still open only if logging off reported an error, or if the server created a
// session and its answer was lost. The server ends such sessions after 15 idle minutes.
func (c *cell) checkSessions(out tfrun.Outcome) {
	switch open := c.em.OpenSessions(); {
	case open == 0:
	case c.sessionUnknown() && open == 1:
	// The sessions of the plan and of the apply, and those that they replaced.
	case out.LogOff != nil && open <= 2*len(c.strikes):
	default:
		c.errorf("%d sessions are still open", open)
	}
	c.em.ExpireSessions()
}

// sessionUnknown reports whether the client never learns of a session that the server created.
func (c *cell) sessionUnknown() bool {
	return c.operation.name == logOn && slices.ContainsFunc(c.strikes, func(s *strike) bool {
		hasHeader := s.fault.is.Kind == emsim.FaultTruncated || s.fault.is.Kind == emsim.FaultWrongNamespace
		return s.fault.after && !hasHeader
	})
}

// checkState checks that the faults removed nothing from the state and left no orphaned account on the server, except
// one that an error asks to import.
func (c *cell) checkState(out tfrun.Outcome) {
	lost := orphans(c.em, c.w)
	if told := importBlocks.FindStringSubmatch(strings.Join(out.Errors, "\n")); told != nil {
		lost = slices.DeleteFunc(lost, func(orphan string) bool { return strings.Contains(orphan, told[1]) })
	}
	if len(lost) > 0 {
		c.errorf("orphaned accounts, which are missing from the state: %q", lost)
	}
	kept := c.w.Addresses()
	for _, b := range c.operation.after {
		replaced := slices.Contains(out.Changes, "replace "+b.Address())
		if slices.Contains(c.known, b.Address()) && !slices.Contains(kept, b.Address()) && !replaced {
			c.errorf("a fault removed %s from the state", b.Address())
		}
	}
}

// checkErrors checks that each error says what failed and why.
func (c *cell) checkErrors(out tfrun.Outcome) {
	errors := slices.Clone(out.Errors)
	if out.LogOff != nil {
		errors = append(errors, out.LogOff.Error())
	}
	// The requests share a session: if the server rejects it, any of them may report that.
	session := slices.ContainsFunc(c.strikes, func(s *strike) bool { return s.fault.session })
	for _, text := range errors {
		if strings.Contains(text, "Provider produced") {
			c.errorf("a defect of the provider: %s", text)
		}
		if also := c.operation.alsoSays; also != "" && strings.Contains(text, also) {
			continue
		}
		what := slices.ContainsFunc(c.strikes, func(s *strike) bool { return strings.Contains(text, s.on.says) })
		why := slices.ContainsFunc(c.strikes, func(s *strike) bool {
			differs := c.variant.except[s.on.name][s.fault.name].says
			return slices.ContainsFunc(s.fault.says, func(words string) bool { return strings.Contains(text, words) }) ||
				differs != "" && strings.Contains(text, differs)
		})
		if !what && !session || !why {
			c.errorf("the error does not say what failed and why:\n%s", text)
		}
	}
}

// differences returns the differences between the configuration and the server, and those that a plan finds.
func differences(em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block) []string {
	var out []string
	if got, want := em.Holds(), configured(config); !reflect.DeepEqual(got, want) {
		out = append(out, fmt.Sprintf("the server holds\n  %+v\nconfigured\n  %+v", got, want))
	}
	if plan := planned(w, config); plan != "" {
		out = append(out, plan)
	}
	return out
}

// planned returns what a plan finds, or "" if it is empty. It ignores that an account shows the scopes that other
// resources have changed since it was read.
func planned(w *tfrun.Workspace, config []tfrun.Block) string {
	plan := w.Plan(config...)
	drift := slices.DeleteFunc(plan.Drift, func(s string) bool { return strings.HasSuffix(s, ".unlisted_scope_names") })
	if len(plan.Errors)+len(plan.Changes)+len(drift) == 0 {
		return ""
	}
	return fmt.Sprintf("the plan is not empty: errors %q, changes %q, drift %q", plan.Errors, plan.Changes, drift)
}
