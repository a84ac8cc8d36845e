// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"cmp"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// access is what an account may do: use each of its roles on each object of its scopes, or on all objects.
type access struct {
	roles  []string // UIDs
	scopes []emapi.ScopeItem
	all    bool // allow_restore_all_vms
}

// step is one part of an update. Only the fields of its kind are set.
type step struct {
	kind   stepKind
	roles  []string
	scopes []emapi.ScopeItem
}

type stepKind int

const (
	removeRoles stepKind = iota
	addRoles
	removeScopes
	addScopes
	allVMsOff
	allVMsOn
)

// after returns the access after a step.
func (a access) after(s step) access {
	switch s.kind {
	case removeRoles:
		a.roles = tfkit.Minus(a.roles, s.roles)
	case addRoles:
		a.roles = slices.Concat(a.roles, tfkit.Minus(s.roles, a.roles))
	case removeScopes:
		a.scopes = scopeset.Without(a.scopes, s.scopes)
	case addScopes:
		a.scopes = slices.Concat(a.scopes, scopeset.Without(s.scopes, a.scopes))
	case allVMsOff:
		a.all = false
	case allVMsOn:
		a.all = true
	}
	return a
}

// order is how an update changes the access of an account. What the account has before and after the update is never
// missing in between, and after each request, all of its access is within what it has before the update or all of it
// is within what it has after.
//
// A request changes either the roles or the objects. The access can therefore only move from the bounds of before to
// those of after where it is within both: at the common roles on the common objects. So the update first takes
// everything else away, and then grants what is new. In three cases there is no such way:
//   - No role is common, but an object is: the server does not remove the last role. For a moment, the account has one
//     former and one new role, on the common objects only.
//   - No object is common, and the server does not remove the last scope: for a moment, the account has one former and
//     one new scope.
//   - The reference of an item changes, but not its name: the new scope is added before the former one is removed.
//
// Even then, the account has no role on an object that it has neither before nor after. Only if no role is common and
// the second or the third case applies as well, one former role gets one new object for a moment.
type order struct {
	before, after access
	// keepsScope reports whether the server has refused to leave the account without any scope. The API reference does not
	// say whether it does, so that it is tried first.
	keepsScope bool
	// admin is the UID of the Portal Administrator role, or "". Scopes do not restrict that role. It is removed first and
	// added last.
	admin string
}

// steps returns the steps in their order.
func (o order) steps() []step {
	lost, gained := o.roles()
	old, added := scopeset.Without(o.before.scopes, o.after.scopes), scopeset.Without(o.after.scopes, o.before.scopes)
	off, on := o.before.all && !o.after.all, o.after.all && !o.before.all
	// An exchange of all roles: no access stays, so that no scope must be kept or added for it.
	exchange := len(lost) > 0 && len(lost) == len(o.before.roles) && len(gained) > 0
	var lastRole, firstRole []string
	if exchange {
		lost, lastRole = lost[:len(lost)-1], lost[len(lost)-1:]
		firstRole, gained = gained[:1], gained[1:]
	}
	// Scopes have no effect while all VMs are allowed. If a role stays, this is when they change, and what stays is never
	// missing.
	onFirst := on && !exchange
	first, removeLast := o.beforeRemoval(old, added, off && !exchange)

	var all steps
	all.ofRoles(removeRoles, lost)
	all.switchTo(allVMsOn, onFirst)
	all.ofScopes(addScopes, first)
	all.switchTo(allVMsOff, off)
	if !removeLast {
		all.ofScopes(removeScopes, old)
	}
	all.ofRoles(addRoles, firstRole)
	all.ofRoles(removeRoles, lastRole)
	all.ofScopes(addScopes, scopeset.Without(added, first))
	all.switchTo(allVMsOn, on && !onFirst)
	if removeLast {
		all.ofScopes(removeScopes, old)
	}
	all.ofRoles(addRoles, gained)
	return all
}

// roles returns the roles to remove and those to add.
func (o order) roles() (lost, gained []string) {
	lost, gained = tfkit.Minus(o.before.roles, o.after.roles), tfkit.Minus(o.after.roles, o.before.roles)
	isAdmin := func(uid string) int {
		if uid == o.admin {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(lost, func(a, b string) int { return cmp.Compare(isAdmin(b), isAdmin(a)) })
	slices.SortStableFunc(gained, func(a, b string) int { return cmp.Compare(isAdmin(a), isAdmin(b)) })
	return lost, gained
}

// beforeRemoval returns the items to add before any scope is removed and before all VMs are disallowed. losesAll
// reports whether a role that stays loses all VMs: its scopes must be there by then. removeLast reports whether scopes
// can be removed only after all VMs are allowed.
func (o order) beforeRemoval(old, added []emapi.ScopeItem, losesAll bool) (first []emapi.ScopeItem, removeLast bool) {
	if losesAll {
		return added, false
	}
	for _, item := range added {
		if slices.ContainsFunc(old, func(o emapi.ScopeItem) bool { return o.Look() == item.Look() }) {
			first = append(first, item)
		}
	}
	if len(first) > 0 || !o.keepsScope {
		return first, false
	}
	if o.after.all {
		return nil, true
	}
	return added[:min(1, len(added))], false
}

// steps collects the steps that change something.
type steps []step

func (s *steps) ofRoles(kind stepKind, roles []string) {
	if len(roles) > 0 {
		*s = append(*s, step{kind: kind, roles: roles})
	}
}

func (s *steps) ofScopes(kind stepKind, items []emapi.ScopeItem) {
	if len(items) > 0 {
		*s = append(*s, step{kind: kind, scopes: items})
	}
}

func (s *steps) switchTo(kind stepKind, changes bool) {
	if changes {
		*s = append(*s, step{kind: kind})
	}
}
