// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// operation is a row of the matrix: requests of one kind and a configuration change that makes the provider send them.
type operation struct {
	name    string
	says    string // the words for it in an error
	method  string
	paths   []string // path.Match patterns
	query   string   // a part of the query
	options emsim.Options
	before  []tfrun.Block     // applied first, without a fault
	prepare func(*acctest.EM) // changes the server after that, if not nil
	// attempt is applied after that, if not nil. It fails, because interrupt is called before the apply.
	attempt   []tfrun.Block
	interrupt func(*acctest.EM)
	after     []tfrun.Block // applied with the fault
	// alsoSays are the words of an error that is not that of the request that failed, but follows from it.
	alsoSays  string
	alsoSends string // what the change sends only if something fails
	twice     bool   // after a failure, a second apply may be necessary
	inApply   bool   // the fault is active only in the apply, not in the plan
}

func (o operation) matches(r emsim.Request) bool {
	if r.Method != o.method || !strings.Contains(r.Query, o.query) {
		return false
	}
	for _, pattern := range o.paths {
		if ok, err := path.Match(pattern, strings.TrimSuffix(r.Path, "/")); err == nil && ok {
			return true
		}
	}
	return false
}

const (
	accountsPath = "/api/security/accounts"
	onePath      = accountsPath + "/*"
	scopesPath   = onePath + "/scopes"

	logOn  = "log on"
	logOff = "log off"
)

func blocks(b ...tfrun.Block) []tfrun.Block { return b }

var (
	fox          = account{scope: []object{vm01}}.block()
	foxAll       = account{scope: []object{vm01}, all: true}.block()
	foxWeb       = account{scope: []object{vm01, web01}}.block()
	foxTwoRoles  = account{scope: []object{vm01}, roles: twoRoles}.block()
	foxOtherRole = account{scope: []object{vm01}, roles: []string{emsim.RolePortalUser}}.block()

	twoRoles   = []string{emsim.RoleVMRestoreOperator, emsim.RolePortalUser}
	byUniqueID = emsim.Options{RootNames: emsim.RootNamesUniqueID}
)

// addWebOutside adds the scope that the configuration is about to add, as an administrator would outside Terraform.
func addWebOutside(em *acctest.EM) {
	em.Mutate(func(s *emsim.Store) {
		s.AddScope(s.FindAccount("User", `TECH\william.fox`).ID, web01.ref, web01.name)
	})
}

var operations = append(reads, append(writes, operation{
	name: logOff, says: "log off", method: http.MethodDelete, paths: []string{"/api/logonSessions/*"}, after: blocks(fox),
})...)

var reads = []operation{
	{
		name: logOn, says: "log on as",
		method: http.MethodPost, paths: []string{"/api/sessionMngr"}, after: blocks(fox),
	},
	{
		name: "list the roles", says: "roles",
		method: http.MethodGet, paths: []string{"/api/security/roles"}, after: blocks(fox),
	},
	{
		name: "list the accounts", says: "list the accounts",
		method: http.MethodGet, paths: []string{accountsPath}, after: blocks(fox),
	},
	{
		name: "read an account, in a refresh", says: "read account",
		method: http.MethodGet, paths: []string{onePath}, before: blocks(fox), after: blocks(foxAll),
	},
	{
		name: "read an account, in a change", says: "read account",
		method: http.MethodGet, paths: []string{onePath},
		before: blocks(fox), after: blocks(foxAll), inApply: true,
	},
	{
		name: "list an account's roles, in a refresh", says: "list the roles of account",
		method: http.MethodGet, paths: []string{onePath + "/roles"},
		before: blocks(fox), after: blocks(foxTwoRoles),
	},
	{
		name: "list an account's roles, in a change", says: "list the roles of account",
		method: http.MethodGet, paths: []string{onePath + "/roles"},
		before: blocks(fox), after: blocks(foxTwoRoles), inApply: true,
	},
	{
		name: "list restore scopes, in a refresh", says: "list the restore scopes of account",
		method: http.MethodGet, paths: []string{scopesPath},
		before: blocks(fox), after: blocks(foxWeb),
	},
	{
		name: "list restore scopes, in a change", says: "list the restore scopes of account",
		method: http.MethodGet, paths: []string{scopesPath},
		before: blocks(fox), after: blocks(foxWeb), inApply: true,
	},
	{
		name: "list restore scopes, for a new account", says: "list the restore scopes of account",
		method: http.MethodGet, paths: []string{scopesPath}, after: blocks(fox),
	},
	{
		name: "list the hierarchy roots", says: "hierarchy root",
		method: http.MethodGet, paths: []string{"/api/hierarchyRoots", "/api/hierarchyRoots/*"},
		options: byUniqueID, before: blocks(fox), after: blocks(foxWeb),
	},
	{
		name: "look an object up", says: "look up",
		method: http.MethodGet, paths: []string{"/api/lookup"}, query: "name=", // a plan does without its lookup by reference
		before: blocks(fox), prepare: addWebOutside, after: blocks(foxWeb),
	},
}

var writes = []operation{
	{
		name: "create an account", says: `create User account TECH\william.fox`,
		method: http.MethodPost, paths: []string{accountsPath}, after: blocks(fox),
	},
	{
		name: "switch the restore of all VMs", says: "switch the restore of all VMs of account",
		method: http.MethodPost, paths: []string{onePath}, before: blocks(fox), after: blocks(foxAll),
	},
	{
		name: "add a role", says: "add a role to account",
		method: http.MethodPost, paths: []string{onePath + "/roles"},
		before: blocks(fox), after: blocks(foxTwoRoles),
	},
	{
		name: "remove a role", says: "remove role",
		method: http.MethodDelete, paths: []string{onePath + "/roles/*"},
		before: blocks(foxTwoRoles), after: blocks(foxOtherRole),
	},
	{
		name: "add a scope (restore_scope)", says: "add restore scopes to account",
		method: http.MethodPost, paths: []string{scopesPath},
		before: blocks(fox), after: blocks(foxWeb),
	},
	{
		name: "add a scope (account_scope)", says: "add restore scopes to account",
		method: http.MethodPost, paths: []string{scopesPath},
		before: blocks(fox), after: blocks(fox, scope("web", "fox", web01)),
	},
	{
		name: "add a scope (exclusive)", says: "add restore scopes to account",
		method: http.MethodPost, paths: []string{scopesPath},
		before: blocks(foxAllNoScope, exclusive("fox", vm01)), after: blocks(foxAllNoScope, exclusive("fox", vm01, web01)),
	},
	{
		name: "remove a scope (restore_scope)", says: "remove restore scope",
		method: http.MethodDelete, paths: []string{scopesPath + "/*"},
		before: blocks(foxWeb), after: blocks(fox),
	},
	{
		name: "remove a scope (account_scope)", says: "remove restore scope",
		method: http.MethodDelete, paths: []string{scopesPath + "/*"},
		before: blocks(fox, scope("web", "fox", web01)), after: blocks(fox),
	},
	{
		name: "remove a scope (exclusive)", says: "remove restore scope",
		method: http.MethodDelete, paths: []string{scopesPath + "/*"},
		before: blocks(foxAllNoScope, exclusive("fox", vm01, web01)), after: blocks(foxAllNoScope, exclusive("fox", vm01)),
	},
	{
		name: "delete an account", says: "delete account",
		method: http.MethodDelete, paths: []string{onePath}, before: blocks(fox),
	},
}

var foxAllNoScope = account{all: true}.block()

func operationOf(name string) operation {
	return operations[slices.IndexFunc(operations, func(o operation) bool { return o.name == name })]
}
