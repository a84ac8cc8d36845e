// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// changes are what the sweep breaks, in addition to those of the matrix.
var changes = []operation{
	{
		Name:  "a new account with everything",
		After: blocks(account{scope: []object{vm01, dupA}, roles: twoRoles}.block(), scope("dup", "fox", dupB)),
	},
	{
		Name: "a new account without a Location", Options: emsim.Options{OmitLocation: true}, After: blocks(fox),
	},
	{
		Name: "a new account with two objects of one look", Options: rootsByName,
		Prepare: addUnlistedRoots, After: blocks(account{scope: []object{vm01, dcOne, dcTwo}}.block()),
	},
	{
		Name: "a new account that may do too much", Options: emsim.Options{AddedRole: emsim.RoleOracleRestoreOperator},
		After: blocks(account{scope: []object{vm01}, roles: twoRoles}.block()), AlsoSends: "DELETE " + onePath + " ",
	},
	{
		Name: "an account whose ID is not known", Options: emsim.Options{OmitLocation: true},
		Attempt: blocks(fox), Interrupt: loseAnswers(accountsPath),
		After: blocks(fox),
	},
	{
		Name: "roles, scopes and all VMs", Before: blocks(foxWeb),
		After: blocks(account{scope: []object{sql, web01}, roles: otherRoles, all: true}.block()),
	},
	{
		Name: "all roles", Before: blocks(foxTwoRoles),
		After: blocks(account{scope: []object{vm01}, roles: otherRoles}.block()),
	},
	{
		Name:    "an ambiguous name, roots by name",
		Options: emsim.Options{RootNames: emsim.RootNamesName, ScopeLocation: true},
		Before:  blocks(account{scope: []object{vm01, dupA}}.block()),
		After:   blocks(account{scope: []object{vm01, dupB}}.block()),
	},
	{
		Name: "an ambiguous name of a single scope", Before: blocks(fox), Prepare: addDupA,
		After: blocks(fox, scope("dup", "fox", dupB)),
	},
	{
		Name: "a single scope of an ambiguous name goes", Before: blocks(fox, scope("dup", "fox", dupB)), Prepare: addDupA,
		After: blocks(fox),
	},
	{
		Name: "an item that was sent", Options: rootsByName, Before: blocks(fox),
		Attempt: blocks(foxWeb), Interrupt: loseAnswers(scopesPath), After: blocks(foxWeb),
	},
	{
		Name: "an item of an ambiguous name that was sent", Before: blocks(fox), Prepare: addDupA,
		Attempt: blocks(account{scope: []object{vm01, dupB}}.block()), Interrupt: loseAnswers(scopesPath),
		After: blocks(account{scope: []object{vm01, dupB}, all: true}.block()),
	},
	{
		Name: "an item that was sent and is no longer configured", Options: rootsByName, Before: blocks(fox),
		Attempt: blocks(foxWeb), Interrupt: loseAnswers(scopesPath), After: blocks(foxAll),
	},
	{
		Name: "a single scope that was sent", Options: rootsByName, Before: blocks(fox),
		Attempt: blocks(fox, scope("web", "fox", web01)), Interrupt: loseAnswers(scopesPath),
		After: blocks(fox, scope("web", "fox", web01)),
	},
	{
		Name: "an item of the exclusive list that was sent", Options: rootsByName,
		Before:  blocks(foxAllNoScope, exclusive("fox", vm01)),
		Attempt: blocks(foxAllNoScope, exclusive("fox", vm01, web01)), Interrupt: loseAnswers(scopesPath),
		After: blocks(foxAllNoScope, exclusive("fox", vm01, web01)),
	},
	{
		Name: "unlisted scopes are removed", Before: blocks(unlisted("remove", false, vm01)),
		Prepare: func(em *acctest.EM) { addManually(em, web01, dupA) },
		After:   blocks(unlisted("remove", false, vm01, sql)),
	},
	{
		Name: "the last scope is kept", AlsoSays: "the last restore scope of an account",
		Options: emsim.Options{LastScope: emsim.LastScopeRefuse},
		Before:  blocks(fox), After: blocks(account{scope: []object{sql}}.block()),
	},
	{
		Name:    "the exclusive list has another object of the name",
		Before:  blocks(foxAllNoScope, exclusive("fox", dupA, vm01)),
		Prepare: func(em *acctest.EM) { addManually(em, web01) },
		After:   blocks(foxAllNoScope, exclusive("fox", dupB, sql)),
	},
	{
		Name: "scopes of one ID", Options: emsim.Options{SharedScopeIDs: true},
		Before: blocks(account{scope: []object{vm01, poolProd, poolDR}}.block()),
		After:  blocks(account{scope: []object{vm01, poolDR}}.block()),
	},
	{
		Name:    "scopes of one ID in the exclusive list",
		Options: emsim.Options{SharedScopeIDs: true, SharedDelete: emsim.SharedDeleteFirst},
		Before:  blocks(foxAllNoScope, exclusive("fox", vm01, poolProd, poolDR)),
		After:   blocks(foxAllNoScope, exclusive("fox", vm01, poolDR)),
	},
	{
		Name: "a file share", Before: blocks(fox),
		After: blocks(fox, scope("share", "fox", object{emsim.FileShareRef, emsim.FileShareName})),
	},
	{
		Name: "a recreated object", Before: createFirst(ownedBy("S", vm01, idOf("fox"))),
		// If the former scope cannot be removed, the next apply removes it without the new object in view.
		Prepare: recreateVM01, Twice: true,
		After: createFirst(ownedBy("S", vm01Again, idOf("fox"))),
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
		to := func(r emsim.Request) bool { return (operation{Method: r.Method, Paths: []string{list}}).Matches(r) }
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
		Name:    fmt.Sprintf("%s moves from %s to %s", o.name, before, after),
		Options: rootsByName,
		Before:  ownedBy(before, o, idOf("fox")), After: ownedBy(after, o, idOf("fox")),
		AlsoSays: "another resource of this configuration still has the restore scope",
	}
}

func TestSweep_NoErrorOfALaterRequestIsIgnored(t *testing.T) {
	matrix.Sweep(t, acctest.StartEMWithoutTLS, changes)
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
			matrix.SweepImport(t, em, b, id, "/api/nas/fileServers")
		})
	}
}
