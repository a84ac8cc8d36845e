// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// cell is one operation met by one fault, at its first request or at every one.
type cell struct {
	operation operation
	fault     fault
	every     bool
}

// outcome is what the matrix says of a cell.
type outcome byte

const (
	unclear  outcome = '?' // the cell's test failed
	ridesOut outcome = '+' // the apply succeeds
	fails    outcome = '!' // the apply fails with a diagnostic that says what and why
)

// workspace is one whose provider gives up soon.
func workspace(em *acctest.EM) *acctest.Workspace {
	w := em.NewWorkspace()
	w.Provider = map[string]any{"request_timeout": requestTimeout, "max_retries": int64(2)}
	return w
}

// run has the provider make the change while the fault is there, and again when it is gone.
func (c cell) run(t *testing.T) outcome {
	options := c.operation.options
	options.UnknownSessionStatus = c.fault.unknownSession
	em := acctest.StartEM(t, options)
	w := workspace(em)
	must(t, w, c.operation.before)
	if c.operation.prepare != nil {
		c.operation.prepare(em)
	}
	known := w.Addresses()
	if c.operation.inApply {
		w.BeforeApply = func() { c.arm(em) }
	} else {
		c.arm(em)
	}
	em.ResetJournal()
	out := w.Apply(c.operation.after...)
	w.BeforeApply = nil
	if !slices.ContainsFunc(em.Journal(), func(r emsim.Request) bool { return r.Fault != "" }) {
		t.Error("no request met the fault: the cell proves nothing")
	}
	c.checkSessions(t, em, out)
	c.checkTruth(t, em, w, known)
	em.ClearFaults()
	must(t, w, c.operation.after)
	holdsExactly(t, em, w, c.operation.after)
	if open := em.OpenSessions(); open > 0 && !c.sessionUnknown() {
		t.Errorf("%d sessions are left after the applies without a fault", open)
	}
	em.ExpireSessions()
	return c.outcome(t, out)
}

func (c cell) arm(em *acctest.EM) {
	armed := c.fault.is
	armed.Match = c.operation.matches
	if !c.every {
		armed.Times = 1
	}
	em.Inject(armed)
}

// checkSessions: a session is left only where the log off says so, or where the server made one and its answer was lost. Those
// the server ends after 15 idle minutes.
func (c cell) checkSessions(t *testing.T, em *acctest.EM, out acctest.Outcome) {
	t.Helper()
	switch open := em.OpenSessions(); {
	case open == 0:
	case c.sessionUnknown() && open == 1:
	case c.operation.name == logOff && out.LogOff != nil && open <= 2: // that of the plan, that of the apply
	default:
		t.Errorf("%d sessions are left", open)
	}
	em.ExpireSessions()
}

// sessionUnknown tells whether the fault has the client never hear of a session that the server made.
func (c cell) sessionUnknown() bool { return c.operation.name == logOn && c.fault.after }

// checkTruth: a fault drops nothing from the state, and leaves no account on the server that the state does not know.
func (c cell) checkTruth(t *testing.T, em *acctest.EM, w *acctest.Workspace, known []string) {
	t.Helper()
	if lost := orphans(em, w); len(lost) > 0 {
		t.Errorf("accounts that the state does not know: %q", lost)
	}
	wanted := []string{}
	for _, b := range c.operation.after {
		wanted = append(wanted, b.Address())
	}
	for _, address := range known {
		if slices.Contains(wanted, address) && !slices.Contains(w.Addresses(), address) {
			t.Errorf("%s was dropped from the state because of a fault", address)
		}
	}
}

// outcome says what became of the change. What went wrong has to be said in so many words.
func (c cell) outcome(t *testing.T, out acctest.Outcome) outcome {
	t.Helper()
	said := slices.Clone(out.Errors)
	if out.LogOff != nil {
		said = append(said, out.LogOff.Error())
	}
	named := false
	for _, s := range said {
		if strings.Contains(s, "Provider produced") {
			t.Errorf("a defect of the provider: %s", s)
		}
		// The requests share a session: one that is not taken may be reported by any of them.
		what := strings.Contains(s, c.operation.says)
		named = named || what
		if !what && !c.fault.session || !slices.ContainsFunc(c.fault.says, func(words string) bool { return strings.Contains(s, words) }) {
			t.Errorf("the error does not name %q and one of %q:\n%s", c.operation.says, c.fault.says, s)
		}
	}
	if len(out.Errors) == 0 && (out.LogOff == nil || c.operation.name != logOff) {
		return ridesOut
	}
	if !named && !c.fault.session {
		t.Errorf("no error names %q: %q", c.operation.says, said)
	}
	return fails
}
