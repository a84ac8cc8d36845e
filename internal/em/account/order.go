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
// A request changes either the roles or the objects. The access can therefore only leave the former bounds for the
// latter where it is within both: at the common roles on the common objects. So the update first takes everything else
// away, and then grants what is new. Rules of the server and of the contract leave no such way in three cases, in which
// each role on each object is still one of before or after:
//   - No role is common, and some object is: the server does not remove the last role. For a moment, the account has
//     one of the former and one of the new roles, on the common objects.
//   - No object is common, and the server does not remove the last scope: for a moment, the account has one new scope
//     besides its former ones. If no role is common either, this gives one former role one new object.
//   - The reference of an item changes, and not its name: the new scope is added before the former one is removed.
type order struct {
	before, after access
	// keepsScope reports whether the server refuses to leave the account without any scope. The API reference does not
	// say so. Until the server has refused it once, it is assumed to be possible.
	keepsScope bool
	// admin is the UID of the Portal Administrator role, or "". Scopes do not restrict it, so that it is never one of the
	// two roles for a moment if there is a choice.
	admin string
}

// steps returns the steps in their order.
func (o order) steps() []step {
	lost, gained := o.roles()
	old, added := scopeset.Without(o.before.scopes, o.after.scopes), scopeset.Without(o.after.scopes, o.before.scopes)
	off, on := o.before.all && !o.after.all, o.after.all && !o.before.all
	// No role, and therefore no access at all, stays.
	exchange := len(lost) > 0 && len(lost) == len(o.before.roles) && len(gained) > 0
	var lastRole, firstRole []string
	if exchange {
		lost, lastRole = lost[:len(lost)-1], lost[len(lost)-1:]
		firstRole, gained = gained[:1], gained[1:]
	}
	// While all VMs are allowed, changing scopes has no effect. Where a role stays, this is when they change.
	early := on && !exchange
	first, late := o.early(old, added, off && !exchange)

	var all steps
	all.ofRoles(removeRoles, lost)
	all.switchTo(allVMsOn, early)
	all.ofScopes(addScopes, first)
	all.switchTo(allVMsOff, off)
	if !late {
		all.ofScopes(removeScopes, old)
	}
	all.ofRoles(addRoles, firstRole)
	all.ofRoles(removeRoles, lastRole)
	all.ofScopes(addScopes, scopeset.Without(added, first))
	all.switchTo(allVMsOn, on && !early)
	if late {
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

// early returns the items to add before any scope is removed or all VMs are disallowed. late reports whether scopes can
// only be removed after all VMs are allowed.
func (o order) early(old, added []emapi.ScopeItem, whileAll bool) (first []emapi.ScopeItem, late bool) {
	if whileAll {
		return added, false
	}
	for _, item := range added {
		if slices.ContainsFunc(old, func(o emapi.ScopeItem) bool { return o.Look() == item.Look() }) {
			first = append(first, item)
		}
	}
	if len(first) > 0 || !o.keepsScope || len(old) < len(o.before.scopes) {
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
