// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// soakModel describes the two configurations of a soak. One configures accounts with restore scopes of all three kinds
// of owners. The other configures further scopes of those accounts, which it refers to by ID. No scope has two owners
// at a time.
type soakModel struct {
	platform emsim.Platform
	accounts []*soakAccount
	scopes   []*soakScope // veeam_em_account_scope resources of both configurations
	names    int          // how many names next has returned, to make each one unique
	// oneScopePerObject reports whether the server never adds a second scope of an object to an account.
	oneScopePerObject bool
	uncertain         map[uncertainScope]bool
	// idOf returns the ID of an account that is on the server and that the next apply does not replace, or "".
	idOf func(a *soakAccount) string
	// inState reports whether a veeam_em_account_scope in a state has the object of the account, even if no block has.
	inState func(a *soakAccount, o object) bool
}

// uncertainScope is a scope that a failed apply may have added to an account. Until the restore_scope of the account
// contains it or changes again, the account treats a scope of the object as its own.
type uncertainScope struct {
	label  string // of the account
	object object
}

type soakAccount struct {
	label, kind, name string
	roles             []string
	all, deny, flr    bool
	scope             []object // restore_scope, and the list of veeam_em_account_scopes_exclusive if there is one
	exclusive         bool
	bare              bool   // there is an exclusive list but no restore_scope
	unlisted          string // unlisted_scopes
}

// onlyListed reports whether Terraform removes all scopes of the account but those of restore_scope or the exclusive
// list.
func (a *soakAccount) onlyListed() bool { return a.exclusive || a.unlisted == "remove" }

// is reports whether the snapshot is that of this account.
func (a *soakAccount) is(held emsim.AccountSnapshot) bool {
	return held.Type == a.kind && strings.EqualFold(held.Name, a.name)
}

type soakScope struct {
	label  string
	of     *soakAccount
	object object
	// byID reports whether the block is in the configuration of scopes, where it refers to the account by ID and is
	// usually replaced with create_before_destroy.
	byID bool
	// literal reports whether a block in the configuration of accounts contains the ID of the account, if it is known,
	// instead of a reference. Terraform then works on both in any order.
	literal bool
}

// The objects that each configuration uses, and those of scopes that are added outside Terraform. The latter are not in
// the other lists, or have names that no other object has.
var (
	poolProd = object{emsim.ResourcePoolRef, emsim.ResourcePoolName}
	poolDR   = object{emsim.ResourcePoolDRRef, emsim.ResourcePoolName}
	poolDev  = object{emsim.ResourcePoolDevRef, emsim.ResourcePoolName}
	linux    = object{emsim.FolderLinuxRef, emsim.FolderLinuxName}
	hyperv   = object{emsim.HvVMRef, emsim.HvVMName}
	vcloud   = object{emsim.VCloudVMRef, emsim.VCloudVMName}
	share    = object{emsim.FileShareRef, emsim.FileShareName}

	objectsOfAccounts = []object{vm01, sql, web01, dupA, dupB, poolProd, poolDR, vcloud}
	objectsOfScopes   = []object{web02, db01, poolDev, hyperv, share}
	objectsOutside    = []object{linux, vm01, web01, db01}

	soakRoles = []string{
		emsim.RoleVMRestoreOperator, emsim.RolePortalUser, emsim.RoleSQLRestoreOperator, emsim.RoleFileRestoreOperator,
		emsim.RoleExchangeRestoreOperator,
	}
)

// soakEdits change the configurations. Each returns a description of the change, or "" if there was nothing to change.
var soakEdits = []func(m *soakModel, e soakEdit) string{
	(*soakModel).addAccount, (*soakModel).addAccount, (*soakModel).dropAccount,
	(*soakModel).setRoles, (*soakModel).setRoles, (*soakModel).switchAll, (*soakModel).replace, (*soakModel).rename,
	(*soakModel).setScope, (*soakModel).setScope, (*soakModel).setScope,
	(*soakModel).addScope, (*soakModel).addScope, (*soakModel).addScope, (*soakModel).dropScope,
	(*soakModel).moveScope, (*soakModel).relabelScope,
	(*soakModel).handOver, (*soakModel).handOver, (*soakModel).takeOver, (*soakModel).switchExclusive,
}

func (m *soakModel) account(n int) *soakAccount {
	if len(m.accounts) == 0 {
		return nil
	}
	return m.accounts[n%len(m.accounts)]
}

func (m *soakModel) next(prefix string) string {
	m.names++
	return fmt.Sprintf("%s%d", prefix, m.names)
}

func (m *soakModel) addAccount(e soakEdit) string {
	if len(m.accounts) >= 4 {
		return ""
	}
	a := &soakAccount{
		label: m.next("a"), kind: []string{"User", "User", "Group", "ExternalUser", "ExternalGroup"}[e.A%5],
		all: e.B%3 == 0, exclusive: e.C%4 == 0, roles: some(soakRoles, e.B),
	}
	a.bare = a.exclusive && a.all
	a.unlisted = []string{"warn", "ignore", "remove"}[e.A%3]
	if a.exclusive {
		a.unlisted = "ignore" // the exclusive list removes them
	}
	a.name = m.accountName(a)
	m.accounts = append(m.accounts, a)
	if !a.all || a.exclusive || e.C%2 == 0 {
		a.scope = m.objects(a, e.C)
	}
	return fmt.Sprintf("add %s %s %+v", a.kind, a.name, *a)
}

func (m *soakModel) accountName(a *soakAccount) string {
	n := m.next(a.label + "-")
	switch {
	case a.kind == "ExternalUser":
		return n + "@ext.example"
	case a.kind == "ExternalGroup":
		return "External group " + n
	case m.platform == emsim.PlatformLinux:
		return n + "@TECH"
	}
	return `TECH\` + n
}

func (m *soakModel) dropAccount(e soakEdit) string {
	a := m.account(e.A)
	if a == nil {
		return ""
	}
	m.scopes = slices.DeleteFunc(m.scopes, func(s *soakScope) bool { return s.of == a })
	m.accounts = slices.DeleteFunc(m.accounts, func(other *soakAccount) bool { return other == a })
	return "remove " + a.name
}

func (m *soakModel) setRoles(e soakEdit) string {
	a := m.account(e.A)
	if a == nil {
		return ""
	}
	a.roles = some(soakRoles, e.B)
	return fmt.Sprintf("give %s %d roles", a.name, len(a.roles))
}

func (m *soakModel) switchAll(e soakEdit) string {
	a := m.account(e.A)
	if a == nil || a.bare {
		return ""
	}
	a.all = !a.all
	if !a.all && len(a.scope) == 0 {
		a.scope = m.objects(a, e.C)
	}
	return fmt.Sprintf("set allow_restore_all_vms of %s to %t", a.name, a.all)
}

func (m *soakModel) replace(e soakEdit) string {
	a := m.account(e.A)
	if a == nil {
		return ""
	}
	if e.B%2 == 0 {
		a.deny = !a.deny
	} else {
		a.flr = !a.flr
	}
	return fmt.Sprintf("replace %s: deny_inplace_restore %t, flr_settings %t", a.name, a.deny, a.flr)
}

func (m *soakModel) rename(e soakEdit) string {
	a := m.account(e.A)
	if a == nil {
		return ""
	}
	before := a.name
	a.name = m.accountName(a)
	return "rename " + before + " to " + a.name
}

func (m *soakModel) setScope(e soakEdit) string {
	a := m.account(e.A)
	if a == nil {
		return ""
	}
	a.scope = m.objects(a, e.B)
	if e.C%4 == 0 && a.all && !a.exclusive {
		a.scope = nil
	}
	return fmt.Sprintf("set restore_scope of %s to %v", a.name, a.scope)
}

func (m *soakModel) addScope(e soakEdit) string {
	a := m.account(e.A)
	if a == nil || a.onlyListed() {
		return ""
	}
	s := &soakScope{of: a, byID: e.C%2 == 0}
	if !m.choose(s, e.B) {
		return ""
	}
	s.label = m.next("s")
	m.scopes = append(m.scopes, s)
	how := ""
	if s.byID {
		how = " by ID"
	}
	return fmt.Sprintf("add scope %s: %s for %s%s", s.label, s.object.name, a.name, how)
}

func (m *soakModel) someScope(n int) *soakScope {
	if len(m.scopes) == 0 {
		return nil
	}
	return m.scopes[n%len(m.scopes)]
}

func (m *soakModel) dropScope(e soakEdit) string {
	s := m.someScope(e.A)
	if s == nil {
		return ""
	}
	m.scopes = slices.DeleteFunc(m.scopes, func(other *soakScope) bool { return other == s })
	return "remove scope " + s.label
}

// moveScope changes the object of a block, which replaces the resource.
func (m *soakModel) moveScope(e soakEdit) string {
	s := m.someScope(e.A)
	if s == nil || !m.choose(s, e.B) {
		return ""
	}
	return fmt.Sprintf("change the object of scope %s to %s", s.label, s.object.name)
}

// relabelScope changes the address of a block: one resource is deleted and another one created for the same object.
func (m *soakModel) relabelScope(e soakEdit) string {
	s := m.someScope(e.A)
	if s == nil || !m.hasUniqueName(s.object) {
		return ""
	}
	before := s.label
	s.label = m.next("s")
	return "relabel scope " + before + " to " + s.label
}

// handOver moves an object from restore_scope to a veeam_em_account_scope.
func (m *soakModel) handOver(e soakEdit) string {
	a := m.account(e.A)
	if a == nil || a.onlyListed() || len(a.scope) < 2 {
		return ""
	}
	o := a.scope[e.B%len(a.scope)]
	if !m.canMove(a, o) {
		return ""
	}
	a.scope = slices.DeleteFunc(slices.Clone(a.scope), func(other object) bool { return other == o })
	s := &soakScope{label: m.next("s"), of: a, object: o, literal: e.C%2 == 0}
	m.scopes = append(m.scopes, s)
	return fmt.Sprintf("move %s from restore_scope of %s to scope %s, literal %t", o.name, a.name, s.label, s.literal)
}

// takeOver moves an object from a veeam_em_account_scope to restore_scope.
func (m *soakModel) takeOver(e soakEdit) string {
	s := m.someScope(e.A)
	if s == nil || s.byID || s.of.exclusive || !m.canMove(s.of, s.object) {
		return ""
	}
	m.scopes = slices.DeleteFunc(m.scopes, func(other *soakScope) bool { return other == s })
	s.of.scope = append(slices.Clone(s.of.scope), s.object)
	return fmt.Sprintf("move %s from scope %s to restore_scope of %s", s.object.name, s.label, s.of.name)
}

// switchExclusive moves all objects of an account from restore_scope to the exclusive list. In the other direction, the
// list would leave scopes behind that an earlier step no longer configures.
func (m *soakModel) switchExclusive(e soakEdit) string {
	a := m.account(e.A)
	stuck := func(o object) bool { return !m.canMove(a, o) }
	if a == nil || a.exclusive || !a.all || len(a.scope) == 0 || slices.ContainsFunc(a.scope, stuck) ||
		slices.ContainsFunc(m.scopes, func(s *soakScope) bool { return s.of == a }) {
		return ""
	}
	a.exclusive, a.bare, a.unlisted = true, true, "ignore"
	return "move the objects of " + a.name + " to the exclusive list"
}

// canMove reports whether an object of an account can have another owner. If an earlier apply failed, it may have no
// owner, or more than one.
func (m *soakModel) canMove(a *soakAccount, o object) bool {
	return m.hasUniqueName(o) && !m.uncertain[uncertainScope{a.label, o}]
}

// hasUniqueName reports whether the name identifies the object within its hierarchy root and can be looked up.
func (m *soakModel) hasUniqueName(o object) bool { return o != dupA && o != dupB && o != share }

// choose gives the scope an object that its account does not have. It reports false if there is none.
func (m *soakModel) choose(s *soakScope, n int) bool {
	from := objectsOfAccounts
	if s.byID {
		from = objectsOfScopes
	}
	free := slices.DeleteFunc(slices.Clone(from), func(o object) bool {
		return m.taken(s.of, o) || m.uncertain[uncertainScope{s.of.label, o}] ||
			!m.hasUniqueName(o) && m.inState(s.of, o)
	})
	if len(free) == 0 {
		return false
	}
	s.object = free[n%len(free)]
	return true
}

// taken reports whether the account is configured to have the object.
func (m *soakModel) taken(a *soakAccount, o object) bool {
	return slices.Contains(a.scope, o) ||
		slices.ContainsFunc(m.scopes, func(s *soakScope) bool { return s.of == a && s.object == o })
}

// noteUncertainScopes records the scopes that a failed apply may have added to the accounts.
func (m *soakModel) noteUncertainScopes() {
	for _, a := range m.accounts {
		for _, o := range a.scope {
			m.uncertain[uncertainScope{a.label, o}] = true
		}
	}
}

// objects returns one to four objects for the restore_scope of an account. The provider rejects items with the same
// root, type and name there.
func (m *soakModel) objects(a *soakAccount, n int) []object {
	var out []object
	for i := range objectsOfAccounts {
		o := objectsOfAccounts[(n+i*(1+n%3*2))%len(objectsOfAccounts)]
		alike := func(other object) bool {
			return other == o || (o == dupA || o == dupB) && (other == dupA || other == dupB)
		}
		owned := slices.ContainsFunc(m.scopes, func(s *soakScope) bool { return s.of == a && s.object == o })
		if !m.hasUniqueName(o) {
			// Two owners of scopes with the same name cannot tell which one owns which scope.
			owned = owned || m.inState(a, o) || a.exclusive && (!a.bare || m.oneScopePerObject)
		}
		if !owned && !slices.ContainsFunc(out, alike) && len(out) < 1+n%4 {
			out = append(out, o)
		}
	}
	if len(out) == 0 { // veeam_em_account_scope resources own all objects
		m.scopes = slices.DeleteFunc(m.scopes, func(s *soakScope) bool { return s.of == a && s.object == vm01 })
		return []object{vm01}
	}
	return out
}

// some returns at least one of the values. The bits of n choose which.
func some[T any](values []T, n int) []T {
	var out []T
	for i, v := range values {
		if (n>>i)&1 == 1 {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return values[n%len(values) : n%len(values)+1]
	}
	return out
}

// longTimeouts are longer than any delay of the server.
var longTimeouts = map[string]any{"create": "2h", "read": "1h", "update": "2h", "delete": "2h"}

func (a *soakAccount) block() tfrun.Block {
	b := account{label: a.label, name: a.name, roles: a.roles, all: a.all, deny: a.deny, scope: a.scope}.block()
	if a.bare {
		delete(b.Attributes, "restore_scope")
	}
	b.Attributes["account_type"], b.Attributes["unlisted_scopes"] = a.kind, a.unlisted
	if a.flr {
		b.Attributes["flr_settings"] = map[string]any{"inplace_only": true, "extension_restrictions": []any{"doc", "pdf"}}
	}
	b.Attributes["timeouts"] = longTimeouts
	return b
}

// ofAccounts returns the configuration of accounts.
func (m *soakModel) ofAccounts() []tfrun.Block {
	var config []tfrun.Block
	for _, a := range m.accounts {
		config = append(config, a.block())
		if a.exclusive {
			b := exclusive(a.label, a.scope...)
			b.Attributes["timeouts"] = map[string]any{"create": "2h", "read": "1h", "update": "2h"}
			config = append(config, b)
		}
	}
	for _, s := range m.scopes {
		if !s.byID {
			b := scope(s.label, s.of.label, s.object)
			if id := m.idOf(s.of); s.literal && id != "" {
				b.Attributes["account_id"] = id
			}
			b.Attributes["timeouts"] = longTimeouts
			config = append(config, b)
		}
	}
	return config
}

// ofScopes returns the configuration of scopes. It refers to the accounts by ID, as with a data source, and leaves out
// the scopes of accounts that are not on the server.
func (m *soakModel) ofScopes(server []emsim.AccountSnapshot) []tfrun.Block {
	var config []tfrun.Block
	for _, s := range m.scopes {
		i := slices.IndexFunc(server, s.of.is)
		if !s.byID || i < 0 {
			continue
		}
		// If two objects have the same name, create_before_destroy would add a second scope of that name before the first
		// one is removed. Some servers refuse that.
		createFirst := m.hasUniqueName(s.object)
		config = append(config, tfrun.Block{
			Type: scopeType, Name: s.label, CreateBeforeDestroy: createFirst,
			Attributes: map[string]any{
				"account_id":        server[i].ID,
				"hierarchy_obj_ref": s.object.ref,
				"object_name":       s.object.name,
				"timeouts":          longTimeouts,
			},
		})
	}
	return config
}

// wanted returns the accounts as the server should hold them, sorted by type and name, with the scopes that the
// configuration of accounts contains.
func (m *soakModel) wanted() []emsim.AccountSnapshot {
	out := make([]emsim.AccountSnapshot, 0, len(m.accounts))
	for _, a := range m.accounts {
		s := emsim.AccountSnapshot{
			Type: a.kind, Name: a.name, Roles: slices.Sorted(slices.Values(a.roles)),
			AllowRestoreAllVms: a.all, DenyInPlaceRestore: a.deny,
		}
		if a.flr {
			s.FlrInplaceOnly, s.FlrExtensions = true, "doc,pdf"
		}
		for _, o := range a.scope {
			s.Scopes = append(s.Scopes, emsim.ScopeSnapshot{Ref: o.ref, Name: o.name})
		}
		s.Scopes = append(s.Scopes, m.scopesOf(a, false)...)
		sortScopes(s.Scopes)
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b emsim.AccountSnapshot) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func (m *soakModel) scopesOf(a *soakAccount, byID bool) []emsim.ScopeSnapshot {
	var out []emsim.ScopeSnapshot
	for _, s := range m.scopes {
		if s.of == a && s.byID == byID {
			out = append(out, emsim.ScopeSnapshot{Ref: s.object.ref, Name: s.object.name})
		}
	}
	return out
}
