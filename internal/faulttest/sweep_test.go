// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The matrix breaks the first request of a kind or every one. The sweep breaks each request of a change in turn, so
// that no error of a later request is ignored.

// changes are what the sweep breaks, in addition to those of the matrix.
var changes = []operation{
	{
		name:  "a new account with everything",
		after: blocks(account{scope: []object{vm01, dupA}, roles: twoRoles}.block(), scope("dup", "fox", dupB)),
	},
	{
		name: "a new account without a Location", options: emsim.Options{OmitLocation: true}, after: blocks(fox),
	},
	{
		name: "a new account with two objects of one look", options: rootsByName,
		prepare: addUnlistedRoots, after: blocks(account{scope: []object{vm01, dcOne, dcTwo}}.block()),
	},
	{
		name: "a new account that may do too much", options: emsim.Options{AddedRole: emsim.RoleOracleRestoreOperator},
		after: blocks(account{scope: []object{vm01}, roles: twoRoles}.block()), alsoSends: "DELETE " + onePath + " ",
	},
	{
		name: "an account whose ID is not known", options: emsim.Options{OmitLocation: true},
		attempt: blocks(fox), interrupt: loseAnswers(accountsPath),
		after: blocks(fox),
	},
	{
		name: "roles, scopes and all VMs", before: blocks(foxWeb),
		after: blocks(account{scope: []object{sql, web01}, roles: otherRoles, all: true}.block()),
	},
	{
		name: "all roles", before: blocks(foxTwoRoles),
		after: blocks(account{scope: []object{vm01}, roles: otherRoles}.block()),
	},
	{
		name:    "an ambiguous name, roots by name",
		options: emsim.Options{RootNames: emsim.RootNamesName, ScopeLocation: true},
		before:  blocks(account{scope: []object{vm01, dupA}}.block()),
		after:   blocks(account{scope: []object{vm01, dupB}}.block()),
	},
	{
		name: "an ambiguous name of a single scope", before: blocks(fox), prepare: addDupA,
		after: blocks(fox, scope("dup", "fox", dupB)),
	},
	{
		name: "a single scope of an ambiguous name goes", before: blocks(fox, scope("dup", "fox", dupB)), prepare: addDupA,
		after: blocks(fox),
	},
	{
		name: "an item that was sent", options: rootsByName, before: blocks(fox),
		attempt: blocks(foxWeb), interrupt: loseAnswers(scopesPath), after: blocks(foxWeb),
	},
	{
		name: "an item of an ambiguous name that was sent", before: blocks(fox), prepare: addDupA,
		attempt: blocks(account{scope: []object{vm01, dupB}}.block()), interrupt: loseAnswers(scopesPath),
		after: blocks(account{scope: []object{vm01, dupB}, all: true}.block()),
	},
	{
		name: "an item that was sent and is no longer configured", options: rootsByName, before: blocks(fox),
		attempt: blocks(foxWeb), interrupt: loseAnswers(scopesPath), after: blocks(foxAll),
	},
	{
		name: "a single scope that was sent", options: rootsByName, before: blocks(fox),
		attempt: blocks(fox, scope("web", "fox", web01)), interrupt: loseAnswers(scopesPath),
		after: blocks(fox, scope("web", "fox", web01)),
	},
	{
		name: "an item of the exclusive list that was sent", options: rootsByName,
		before:  blocks(foxAllNoScope, exclusive("fox", vm01)),
		attempt: blocks(foxAllNoScope, exclusive("fox", vm01, web01)), interrupt: loseAnswers(scopesPath),
		after: blocks(foxAllNoScope, exclusive("fox", vm01, web01)),
	},
	{
		name: "unlisted scopes are removed", before: blocks(unlisted("remove", false, vm01)),
		prepare: func(em *acctest.EM) { addManually(em, web01, dupA) },
		after:   blocks(unlisted("remove", false, vm01, sql)),
	},
	{
		name: "the last scope is kept", alsoSays: "the last restore scope of an account",
		options: emsim.Options{LastScope: emsim.LastScopeRefuse},
		before:  blocks(fox), after: blocks(account{scope: []object{sql}}.block()),
	},
	{
		name:    "the exclusive list has another object of the name",
		before:  blocks(foxAllNoScope, exclusive("fox", dupA, vm01)),
		prepare: func(em *acctest.EM) { addManually(em, web01) },
		after:   blocks(foxAllNoScope, exclusive("fox", dupB, sql)),
	},
	{
		name: "scopes of one ID", options: emsim.Options{SharedScopeIDs: true},
		before: blocks(account{scope: []object{vm01, poolProd, poolDR}}.block()),
		after:  blocks(account{scope: []object{vm01, poolDR}}.block()),
	},
	{
		name:    "scopes of one ID in the exclusive list",
		options: emsim.Options{SharedScopeIDs: true, SharedDelete: emsim.SharedDeleteFirst},
		before:  blocks(foxAllNoScope, exclusive("fox", vm01, poolProd, poolDR)),
		after:   blocks(foxAllNoScope, exclusive("fox", vm01, poolDR)),
	},
	{
		name: "a file share", before: blocks(fox),
		after: blocks(fox, scope("share", "fox", object{emsim.FileShareRef, emsim.FileShareName})),
	},
	{
		name: "a recreated object", before: createFirst(ownedBy("S", vm01, idOf("fox"))),
		// If the former scope cannot be removed, the next apply removes it without the new object in view.
		prepare: recreateVM01, twice: true,
		after: createFirst(ownedBy("S", vm01Again, idOf("fox"))),
	},
	// An object of an ambiguous name that moves from the list is not here: if the new owner cannot have its scope, no
	// later run knows that the scope was the list's.
	moved("A", "S", vm01), moved("S", "A", vm01), moved("A", "E", vm01), moved("E", "A", vm01), moved("S", "E", vm01),
	moved("E", "S", vm01), moved("A", "S", dupA), moved("AE", "A", vm01), moved("AE", "E", vm01),
}

var (
	otherRoles = []string{emsim.RoleSQLRestoreOperator, emsim.RoleFileRestoreOperator}
	// The roots must be read to compare scopes.
	rootsByName = emsim.Options{RootNames: emsim.RootNamesName}
)

func addDupA(em *acctest.EM) { addManually(em, dupA) }

// loseAnswers makes an apply fail that adds something to a list: the server does it, but its answer is lost, and it
// refuses to show the list.
func loseAnswers(list string) func(*acctest.EM) {
	return func(em *acctest.EM) {
		sent := false
		to := func(r emsim.Request) bool { return (operation{method: r.Method, paths: []string{list}}).matches(r) }
		em.Inject(emsim.Fault{Kind: emsim.FaultDropAfterCommit, Match: func(r emsim.Request) bool {
			sent = sent || to(r) && r.IsWrite()
			return to(r) && r.IsWrite()
		}})
		em.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusForbidden, Match: func(r emsim.Request) bool { return sent && to(r) },
		})
	}
}

// moved is the change that makes an object move from one owner to another.
func moved(before, after string, o object) operation {
	return operation{
		name:    fmt.Sprintf("%s moves from %s to %s", o.name, before, after),
		options: rootsByName,
		before:  ownedBy(before, o, idOf("fox")), after: ownedBy(after, o, idOf("fox")),
		alsoSays: "another resource of this configuration still has the restore scope",
	}
}

// swept is a request of a change: one of its kind that follows skip others, in the plan or in the apply.
type swept struct {
	kind    operation
	skip    int
	inApply bool
}

var guids = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// kindOf returns the kind of a request: those that differ from it only by IDs.
func kindOf(r emsim.Request) operation {
	o := operation{method: r.Method, paths: []string{guids.ReplaceAllString(r.Path, "*")}, query: r.Query}
	o.name = strings.TrimSuffix(o.method+" "+o.paths[0]+"?"+o.query, "?")
	return o
}

// undisturbed is what a change without a fault sends and what the server then holds.
type undisturbed struct {
	writes []string
	holds  []emsim.AccountSnapshot
	plan   string // what a plan finds afterwards: the account or a scope may have a new ID
}

// differences returns how a cell ended differently.
func (u *undisturbed) differences(c *cell) []string {
	var out []string
	if got := c.em.Holds(); !reflect.DeepEqual(got, u.holds) {
		out = append(out, fmt.Sprintf("the server holds\n  %+v\nand without a fault\n  %+v", got, u.holds))
	}
	if plan := planned(c.w, c.operation.after); plan != "" && plan != u.plan {
		out = append(out, plan)
	}
	return out
}

// requests returns the requests of the change, except those that log on and off. It records what the change writes.
func (s *stage) requests() []swept {
	s.t.Helper()
	w := s.begin(nil)
	first := 0 // request of the apply
	w.BeforeApply = func() { first = len(s.em.Journal()) }
	mustApply(s.t, w, s.operation.after)
	s.undisturbed = &undisturbed{holds: s.em.Holds()}
	var all []swept
	for i, r := range s.em.Journal() {
		if r.IsWrite() {
			s.undisturbed.writes = append(s.undisturbed.writes, written(r))
		}
		next := swept{kind: kindOf(r), inApply: i >= first}
		for _, other := range all {
			if other.inApply == next.inApply && other.kind.name == next.kind.name {
				next.skip++
			}
		}
		if operationOf(logOn).matches(r) || operationOf(logOff).matches(r) {
			continue
		}
		all = append(all, next)
	}
	s.undisturbed.plan = planned(w, s.operation.after)
	return all
}

// says returns the words for a request in an error.
func (r swept) says() string {
	example := emsim.Request{Method: r.kind.method, Path: r.kind.paths[0], Query: r.kind.query}
	for _, o := range operations {
		if o.matches(example) {
			return o.says
		}
	}
	return "file servers"
}

var refused = fault{
	name: "403", says: []string{"HTTP 403"}, is: emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusForbidden},
}

// sweeps are the ways to break a request.
var sweeps = []struct {
	fault fault
	every bool
}{
	{refused, false},
	{refused, true},
	{faultOf("500 before"), true},
	{faultOf("reset after"), false},
}

func TestSweep_NoErrorOfALaterRequestIsIgnored(t *testing.T) {
	for i, o := range sweptChanges() {
		inBubble(t, o.name, func(t *testing.T) {
			s := newStage(t, acctest.StartEMWithoutTLS, variant{}, o)
			for j, r := range s.requests() {
				for k := range sweeps {
					if r.runs(i+j, k) {
						s.sweep(r, sweeps[k].fault, sweeps[k].every)
					}
				}
			}
		})
	}
}

// runs reports whether the n-th request is broken in this way. By default, each request of an apply is refused once.
// Only some are broken in the other ways, and only some of the requests that poll or belong to a plan.
func (r swept) runs(n, way int) bool {
	every := 1
	if way > 0 {
		every *= 20
	}
	if !r.inApply || r.skip > 3 {
		every *= 5
	}
	switch {
	case raceDetector:
		every *= reduced
	case testing.Short():
		every *= 4
	}
	return n%every == way%every || *allCells
}

// sweptChanges returns the changes of the matrix, each of them once, and the others.
func sweptChanges() []operation {
	var all []operation
	for _, o := range operations {
		same := func(other operation) bool {
			return o.prepare == nil && reflect.DeepEqual(o.options, other.options) &&
				reflect.DeepEqual(o.before, other.before) && reflect.DeepEqual(o.after, other.after)
		}
		if !slices.ContainsFunc(all, same) {
			all = append(all, o)
		}
	}
	return append(all, changes...)
}

// sweep breaks one request of the change.
func (s *stage) sweep(r swept, f fault, every bool) {
	s.t.Helper()
	s.operation.inApply = r.inApply
	on := r.kind
	on.says = r.says()
	if r.inApply {
		on.name += " of the apply"
	}
	_, c := s.runCell([]*strike{{on: on, fault: f, skip: r.skip, every: every}})
	if !c.strikes[0].met { // how often something is polled varies
		return
	}
	for i, p := range c.problems {
		c.problems[i] = c.strikes[0].String() + ": " + p
	}
	s.report(site{operation: s.operation.name, fault: f.name}, c.problems)
}

// checkWrites checks that a change of one resource sends nothing else than without the fault, and nothing after a read
// whose failure it reports. The changes of several resources depend on their order.
func (c *cell) checkWrites(out tfrun.Outcome) {
	if c.strikes[0].fault.after || len(out.Changes) != 1 {
		return
	}
	left := slices.Clone(c.undisturbed.writes)
	broken := false
	for _, r := range c.em.Journal() {
		if r.Fault != "" {
			broken = broken || r.Method == http.MethodGet && !c.strikes[0].every // later ones could fail, too
			continue
		}
		if !r.IsWrite() {
			continue
		}
		i := slices.Index(left, written(r))
		if i < 0 && written(r) != c.operation.alsoSends {
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

func written(r emsim.Request) string {
	return r.Method + " " + guids.ReplaceAllString(r.Path, "*") + " " + r.Body
}

// An import reports what it could not read. Only the file servers are optional, because not every server has them.
func TestSweep_NoErrorOfAnImportIsIgnored(t *testing.T) {
	share := object{emsim.FileShareRef, emsim.FileShareName}
	for _, b := range blocks(account{scope: []object{vm01, share}}.block(), scope("s", "fox", share), exclusive("fox")) {
		inBubble(t, b.Type, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, rootsByName)
			mustApply(t, em.NewWorkspace(), blocks(account{scope: []object{vm01, share}}.block()))
			id := em.Account(`TECH\william.fox`).ID
			if b.Type == scopeType {
				id += "/" + scopeIDs(em, share)[0]
			}
			imports := func() (map[string]any, tfrun.Outcome) {
				w := em.NewWorkspace()
				out := w.Import(b, id, nil)
				return w.Attributes(b.Address()), out
			}
			em.ResetJournal()
			want, out := imports()
			if len(out.Errors)+len(out.Warnings) > 0 {
				t.Fatal(out.Errors, out.Warnings)
			}
			for _, r := range em.Journal() {
				if operationOf(logOn).matches(r) || operationOf(logOff).matches(r) || r.Path == "/api/nas/fileServers" {
					continue
				}
				em.ClearFaults()
				kind := kindOf(r)
				kind.struckBy(refused, true).armOn(em)
				got, out := imports()
				said := strings.Join(append(out.Errors, out.Warnings...), "\n")
				if !strings.Contains(said, "HTTP 403") && (said != "" || !reflect.DeepEqual(got, want)) {
					t.Errorf("%s: imported\n  %v\nwant\n  %v\nsaid %q", kind.name, got, want, said)
				}
			}
		})
	}
}
