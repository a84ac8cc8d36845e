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

// soakModel is what the two configurations of a soak ask for: accounts with restore scopes of all three owners in the one, and in
// the other scopes of those accounts, which it names by their IDs. No object has two owners at a time.
type soakModel struct {
	platform emsim.Platform
	accounts []*soakAccount
	scopes   []*soakScope // veeam_em_account_scope, of both configurations
	made     int          // counts names, so that none comes twice
	single   bool         // the server makes no second scope of an object
	failed   map[handed]bool
	// kept reports whether a resource of its own in a state still has the object of an account, although no block has it.
	kept func(a *soakAccount, o object) bool
}

// handed is an object that a failed apply may have given to an account: until its restore_scope has it or is changed once more, the
// account takes a scope of the object for its own.
type handed struct {
	label  string // of the account
	object object
}

type soakAccount struct {
	label, kind, name string
	roles             []string
	all, deny, flr    bool
	scope             []object // restore_scope, and the list of veeam_em_account_scopes_exclusive if there is one
	exclusive         bool
	bare              bool // the list is exclusive, and there is no restore_scope
}

type soakScope struct {
	label  string
	of     *soakAccount
	object object
	// elsewhere: the block stands in the configuration of scopes, and its replacement is created before it is destroyed.
	elsewhere bool
}

// The objects of each configuration. Scopes made manually are of a third list, or of objects that no other one can be taken for.
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
	objectsByHand     = []object{linux, vm01, web01, db01}

	soakRoles = []string{
		emsim.RoleVMRestoreOperator, emsim.RolePortalUser, emsim.RoleSQLRestoreOperator, emsim.RoleFileRestoreOperator,
		emsim.RoleExchangeRestoreOperator,
	}
)

// soakEdits change the configurations. Each says what it did, "" if there was nothing to change.
var soakEdits = []func(m *soakModel, e soakEdit) string{
	(*soakModel).addAccount, (*soakModel).addAccount, (*soakModel).dropAccount,
	(*soakModel).setRoles, (*soakModel).setRoles, (*soakModel).switchAll, (*soakModel).replace, (*soakModel).rename,
	(*soakModel).setScope, (*soakModel).setScope, (*soakModel).setScope,
	(*soakModel).addScope, (*soakModel).addScope, (*soakModel).addScope, (*soakModel).dropScope, (*soakModel).moveScope, (*soakModel).relabelScope,
}

func (m *soakModel) account(n int) *soakAccount {
	if len(m.accounts) == 0 {
		return nil
	}
	return m.accounts[n%len(m.accounts)]
}

func (m *soakModel) next(prefix string) string {
	m.made++
	return fmt.Sprintf("%s%d", prefix, m.made)
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
	a.name = m.accountName(a)
	m.accounts = append(m.accounts, a)
	if !a.all || a.exclusive || e.C%2 == 0 {
		a.scope = m.objects(a, e.C)
	}
	return fmt.Sprintf("account %s %s %+v", a.kind, a.name, *a)
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
	return "no " + a.name
}

func (m *soakModel) setRoles(e soakEdit) string {
	a := m.account(e.A)
	if a == nil {
		return ""
	}
	a.roles = some(soakRoles, e.B)
	return fmt.Sprintf("roles of %s: %d", a.name, len(a.roles))
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
	return fmt.Sprintf("all VMs of %s: %t", a.name, a.all)
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
	return fmt.Sprintf("%s replaced: %t, %t", a.name, a.deny, a.flr)
}

func (m *soakModel) rename(e soakEdit) string {
	a := m.account(e.A)
	if a == nil {
		return ""
	}
	before := a.name
	a.name = m.accountName(a)
	return before + " renamed " + a.name
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
	return fmt.Sprintf("restore_scope of %s: %v", a.name, a.scope)
}

func (m *soakModel) addScope(e soakEdit) string {
	a := m.account(e.A)
	if a == nil || a.exclusive {
		return ""
	}
	s := &soakScope{of: a, elsewhere: e.C%2 == 0}
	if !m.choose(s, e.B) {
		return ""
	}
	s.label = m.next("s")
	m.scopes = append(m.scopes, s)
	return fmt.Sprintf("scope %s: %s of %s%s", s.label, s.object.name, a.name, s.where())
}

func (s *soakScope) where() string {
	if s.elsewhere {
		return " (by ID)"
	}
	return ""
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
	return "no scope " + s.label
}

// moveScope gives a block another object, which replaces its resource.
func (m *soakModel) moveScope(e soakEdit) string {
	s := m.someScope(e.A)
	if s == nil || !m.choose(s, e.B) {
		return ""
	}
	return fmt.Sprintf("scope %s is now %s", s.label, s.object.name)
}

// relabelScope gives a block another address: the one resource goes and another comes for the same object.
func (m *soakModel) relabelScope(e soakEdit) string {
	s := m.someScope(e.A)
	if s == nil || !m.standsAlone(s.object) {
		return ""
	}
	before := s.label
	s.label = m.next("s")
	return "scope " + before + " is now called " + s.label
}

// standsAlone reports whether the name of the object is no other one's.
func (m *soakModel) standsAlone(o object) bool { return o != dupA && o != dupB && o != share }

// choose gives the scope an object that its account has not.
func (m *soakModel) choose(s *soakScope, n int) bool {
	from := objectsOfAccounts
	if s.elsewhere {
		from = objectsOfScopes
	}
	free := slices.DeleteFunc(slices.Clone(from), func(o object) bool {
		return m.taken(s.of, o) || m.failed[handed{s.of.label, o}] || !m.standsAlone(o) && m.kept(s.of, o)
	})
	if len(free) == 0 {
		return false
	}
	s.object = free[n%len(free)]
	return true
}

// taken reports whether the configuration gives the object to the account.
func (m *soakModel) taken(a *soakAccount, o object) bool {
	return slices.Contains(a.scope, o) || slices.ContainsFunc(m.scopes, func(s *soakScope) bool { return s.of == a && s.object == o })
}

// noteFailed notes what a failed apply may have given to the accounts.
func (m *soakModel) noteFailed() {
	for _, a := range m.accounts {
		for _, o := range a.scope {
			m.failed[handed{a.label, o}] = true
		}
	}
}

// objects are one to four for the restore_scope of an account. Items of one root, type and name are refused there.
func (m *soakModel) objects(a *soakAccount, n int) []object {
	var out []object
	for i := range objectsOfAccounts {
		o := objectsOfAccounts[(n+i*(1+n%3*2))%len(objectsOfAccounts)]
		alike := func(other object) bool {
			return other == o || (o == dupA || o == dupB) && (other == dupA || other == dupB)
		}
		owned := slices.ContainsFunc(m.scopes, func(s *soakScope) bool { return s.of == a && s.object == o })
		if !m.standsAlone(o) {
			// Which of the scopes of one name is whose, two owners of it cannot tell.
			owned = owned || m.kept(a, o) || a.exclusive && (!a.bare || m.single)
		}
		if !owned && !slices.ContainsFunc(out, alike) && len(out) < 1+n%4 {
			out = append(out, o)
		}
	}
	if len(out) == 0 { // a resource has every object
		m.scopes = slices.DeleteFunc(m.scopes, func(s *soakScope) bool { return s.of == a && s.object == vm01 })
		return []object{vm01}
	}
	return out
}

// some is a choice of at least one of the values.
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

// everyTimeout is longer than what any quirk takes.
var everyTimeout = map[string]any{"create": "2h", "read": "1h", "update": "2h", "delete": "2h"}

func (a *soakAccount) block() tfrun.Block {
	b := account{label: a.label, name: a.name, roles: a.roles, all: a.all, deny: a.deny, scope: a.scope}.block()
	if a.bare {
		delete(b.Attributes, "restore_scope")
	}
	b.Attributes["account_type"] = a.kind
	if a.flr {
		b.Attributes["flr_settings"] = map[string]any{"inplace_only": true, "extension_restrictions": []any{"doc", "pdf"}}
	}
	b.Attributes["timeouts"] = everyTimeout
	return b
}

// ofAccounts is the configuration of the accounts.
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
		if !s.elsewhere {
			b := scope(s.label, s.of.label, s.object)
			b.Attributes["timeouts"] = everyTimeout
			config = append(config, b)
		}
	}
	return config
}

// ofScopes is the other configuration. It names accounts by ID, as a data source gives it; those that are not there it leaves out.
func (m *soakModel) ofScopes(server []emsim.AccountSnapshot) []tfrun.Block {
	var config []tfrun.Block
	for _, s := range m.scopes {
		i := slices.IndexFunc(server, func(a emsim.AccountSnapshot) bool { return a.Type == s.of.kind && strings.EqualFold(a.Name, s.of.name) })
		if !s.elsewhere || i < 0 {
			continue
		}
		// A second scope of an object whose name is not its own would be sent before the first one goes. Some servers refuse it.
		first := m.standsAlone(s.object)
		config = append(config, tfrun.Block{Type: scopeType, Name: s.label, CreateBeforeDestroy: first, Attributes: map[string]any{
			"account_id": server[i].ID, "hierarchy_obj_ref": s.object.ref, "object_name": s.object.name, "timeouts": everyTimeout,
		}})
	}
	return config
}

// wanted is what the accounts are if the server has what is configured, sorted by type and name. Scopes are those of the owners
// in the configuration of accounts.
func (m *soakModel) wanted() []emsim.AccountSnapshot {
	out := make([]emsim.AccountSnapshot, 0, len(m.accounts))
	for _, a := range m.accounts {
		s := emsim.AccountSnapshot{Type: a.kind, Name: a.name, Roles: slices.Sorted(slices.Values(a.roles)), AllowRestoreAllVms: a.all, DenyInPlaceRestore: a.deny}
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

func (m *soakModel) scopesOf(a *soakAccount, elsewhere bool) []emsim.ScopeSnapshot {
	var out []emsim.ScopeSnapshot
	for _, s := range m.scopes {
		if s.of == a && s.elsewhere == elsewhere {
			out = append(out, emsim.ScopeSnapshot{Ref: s.object.ref, Name: s.object.name})
		}
	}
	return out
}
