// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"slices"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// right is a role that an account may use on an object.
type right struct{ role, ref string }

// anyObject stands for the objects that are in no scope.
const anyObject = "any object"

// rightsOf returns what an account may do. Scopes do not restrict a Portal Administrator.
func rightsOf(a emsim.AccountSnapshot) []right {
	var out []right
	for _, role := range a.Roles {
		if a.AllowRestoreAllVms || role == emsim.RolePortalAdministrator {
			out = append(out, right{role, anyObject})
		}
		for _, s := range a.Scopes {
			out = append(out, right{role, s.Ref})
		}
	}
	return out
}

// has reports whether an account has a right.
func has(a emsim.AccountSnapshot, r right) bool {
	all := a.AllowRestoreAllVms || r.role == emsim.RolePortalAdministrator
	return slices.Contains(a.Roles, r.role) && (all || hasScope(a, r.ref))
}

func hasScope(a emsim.AccountSnapshot, ref string) bool {
	return slices.ContainsFunc(a.Scopes, func(s emsim.ScopeSnapshot) bool { return s.Ref == ref })
}

// beyond returns the rights of an account that none of the others has.
func beyond(a emsim.AccountSnapshot, others ...emsim.AccountSnapshot) []right {
	return slices.DeleteFunc(rightsOf(a), func(r right) bool {
		return slices.ContainsFunc(others, func(other emsim.AccountSnapshot) bool { return has(other, r) })
	})
}

// widens reports whether an account has rights that it does not have before an update, and also rights that it does not
// have after it.
func widens(now, before, after emsim.AccountSnapshot) bool {
	return len(beyond(now, before)) > 0 && len(beyond(now, after)) > 0
}

// recorder records the accounts on a server after each request that may have changed them.
type recorder struct {
	mu     sync.Mutex
	states [][]emsim.AccountSnapshot
}

// record makes the recorder record the accounts on the server from now on.
func record(em *acctest.EM) *recorder {
	r := &recorder{}
	em.Configure(func(o *emsim.Options) {
		o.OnRequest = func(q emsim.Request) {
			if q.IsWrite() {
				state := em.Snapshot()
				r.mu.Lock()
				defer r.mu.Unlock()
				r.states = append(r.states, state)
			}
		}
	})
	return r
}

// take returns the states of an account since the last call, by ID.
func (r *recorder) take() map[string][]emsim.AccountSnapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string][]emsim.AccountSnapshot{}
	for _, accounts := range r.states {
		for _, a := range accounts {
			out[a.ID] = append(out[a.ID], a)
		}
	}
	r.states = nil
	return out
}

// updateEnds are an account before and after an update, and how its server behaves.
type updateEnds struct {
	before, after emsim.AccountSnapshot
	keepsScope    bool // the server refuses to remove the last scope
}

// mustWiden reports whether the rules of the server and of the contract leave no order of requests in which the rights
// of the account are always within those before or within those after the update.
func (u updateEnds) mustWiden() bool {
	roles := slices.DeleteFunc(slices.Clone(u.before.Roles), func(id string) bool {
		return !slices.Contains(u.after.Roles, id)
	})
	sharesObject := u.before.AllowRestoreAllVms && u.after.AllowRestoreAllVms || u.renews()
	for _, s := range u.before.Scopes {
		sharesObject = sharesObject || hasScope(u.after, s.Ref)
	}
	if len(roles) == 0 { // the server does not remove the last role
		return sharesObject || u.keepsScope
	}
	if u.before.AllowRestoreAllVms || u.after.AllowRestoreAllVms ||
		slices.Equal(roles, []string{emsim.RolePortalAdministrator}) {
		return false
	}
	return u.renews() || u.keepsScope && !sharesObject
}

// renews reports whether an object is replaced with another one of the same name: by the contract, the new scope is
// added before the former one is removed.
func (u updateEnds) renews() bool {
	return slices.ContainsFunc(u.before.Scopes, func(s emsim.ScopeSnapshot) bool {
		return !hasScope(u.after, s.Ref) && slices.ContainsFunc(u.after.Scopes, func(o emsim.ScopeSnapshot) bool {
			return o.Name == s.Name && !hasScope(u.before, o.Ref)
		})
	})
}
