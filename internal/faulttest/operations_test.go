// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// operation is a row of the matrix.
type operation = faultkit.Operation[*acctest.EM, emsim.Options]

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
	Name: logOff, Says: "log off", Method: http.MethodDelete, Paths: []string{"/api/logonSessions/*"}, After: blocks(fox),
})...)

var reads = []operation{
	{
		Name: logOn, Says: "log on as",
		Method: http.MethodPost, Paths: []string{"/api/sessionMngr"}, After: blocks(fox),
	},
	{
		Name: "list the roles", Says: "roles",
		Method: http.MethodGet, Paths: []string{"/api/security/roles"}, After: blocks(fox),
	},
	{
		Name: "list the accounts", Says: "list the accounts",
		Method: http.MethodGet, Paths: []string{accountsPath}, After: blocks(fox),
	},
	{
		Name: "read an account, in a refresh", Says: "read account",
		Method: http.MethodGet, Paths: []string{onePath}, Before: blocks(fox), After: blocks(foxAll),
	},
	{
		Name: "read an account, in a change", Says: "read account",
		Method: http.MethodGet, Paths: []string{onePath},
		Before: blocks(fox), After: blocks(foxAll), InApply: true,
	},
	{
		Name: "list an account's roles, in a refresh", Says: "list the roles of account",
		Method: http.MethodGet, Paths: []string{onePath + "/roles"},
		Before: blocks(fox), After: blocks(foxTwoRoles),
	},
	{
		Name: "list an account's roles, in a change", Says: "list the roles of account",
		Method: http.MethodGet, Paths: []string{onePath + "/roles"},
		Before: blocks(fox), After: blocks(foxTwoRoles), InApply: true,
	},
	{
		Name: "list restore scopes, in a refresh", Says: "list the restore scopes of account",
		Method: http.MethodGet, Paths: []string{scopesPath},
		Before: blocks(fox), After: blocks(foxWeb),
	},
	{
		Name: "list restore scopes, in a change", Says: "list the restore scopes of account",
		Method: http.MethodGet, Paths: []string{scopesPath},
		Before: blocks(fox), After: blocks(foxWeb), InApply: true,
	},
	{
		Name: "list restore scopes, for a new account", Says: "list the restore scopes of account",
		Method: http.MethodGet, Paths: []string{scopesPath}, After: blocks(fox),
	},
	{
		Name: "list the hierarchy roots", Says: "hierarchy root",
		Method: http.MethodGet, Paths: []string{"/api/hierarchyRoots", "/api/hierarchyRoots/*"},
		Options: byUniqueID, Before: blocks(fox), After: blocks(foxWeb),
	},
	{
		Name: "look an object up", Says: "look up",
		Method: http.MethodGet, Paths: []string{"/api/lookup"}, Query: "name=", // a plan does without its lookup by reference
		Before: blocks(fox), Prepare: addWebOutside, After: blocks(foxWeb),
	},
}

var writes = []operation{
	{
		Name: "create an account", Says: `create User account TECH\william.fox`,
		Method: http.MethodPost, Paths: []string{accountsPath}, After: blocks(fox),
	},
	{
		Name: "switch the restore of all VMs", Says: "switch the restore of all VMs of account",
		Method: http.MethodPost, Paths: []string{onePath}, Before: blocks(fox), After: blocks(foxAll),
	},
	{
		Name: "add a role", Says: "add a role to account",
		Method: http.MethodPost, Paths: []string{onePath + "/roles"},
		Before: blocks(fox), After: blocks(foxTwoRoles),
	},
	{
		Name: "remove a role", Says: "remove role",
		Method: http.MethodDelete, Paths: []string{onePath + "/roles/*"},
		Before: blocks(foxTwoRoles), After: blocks(foxOtherRole),
	},
	{
		Name: "add a scope (restore_scope)", Says: "add restore scopes to account",
		Method: http.MethodPost, Paths: []string{scopesPath},
		Before: blocks(fox), After: blocks(foxWeb),
	},
	{
		Name: "add a scope (account_scope)", Says: "add restore scopes to account",
		Method: http.MethodPost, Paths: []string{scopesPath},
		Before: blocks(fox), After: blocks(fox, scope("web", "fox", web01)),
	},
	{
		Name: "add a scope (exclusive)", Says: "add restore scopes to account",
		Method: http.MethodPost, Paths: []string{scopesPath},
		Before: blocks(foxAllNoScope, exclusive("fox", vm01)), After: blocks(foxAllNoScope, exclusive("fox", vm01, web01)),
	},
	{
		Name: "remove a scope (restore_scope)", Says: "remove restore scope",
		Method: http.MethodDelete, Paths: []string{scopesPath + "/*"},
		Before: blocks(foxWeb), After: blocks(fox),
	},
	{
		Name: "remove a scope (account_scope)", Says: "remove restore scope",
		Method: http.MethodDelete, Paths: []string{scopesPath + "/*"},
		Before: blocks(fox, scope("web", "fox", web01)), After: blocks(fox),
	},
	{
		Name: "remove a scope (exclusive)", Says: "remove restore scope",
		Method: http.MethodDelete, Paths: []string{scopesPath + "/*"},
		Before: blocks(foxAllNoScope, exclusive("fox", vm01, web01)), After: blocks(foxAllNoScope, exclusive("fox", vm01)),
	},
	{
		Name: "delete an account", Says: "delete account",
		Method: http.MethodDelete, Paths: []string{onePath}, Before: blocks(fox),
	},
}

var foxAllNoScope = account{all: true}.block()

func operationOf(name string) operation {
	return operations[slices.IndexFunc(operations, func(o operation) bool { return o.Name == name })]
}
