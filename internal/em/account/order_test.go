// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

const adminRole = "admin"

// The objects of the orders: the scope of another owner, and those of the account, of which the last two look alike.
var (
	foreignItem = orderItem("vm-9", "foreign")
	orderItems  = []emapi.ScopeItem{
		orderItem("vm-1", "one"), orderItem("vm-3", "dup"), orderItem("vm-4", "dup"),
	}
)

func orderItem(object, name string) emapi.ScopeItem {
	item, err := emapi.ParseScopeItem("urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd."+object, name)
	if err != nil {
		panic(err)
	}
	return item
}

func subsets[T any](values []T) [][]T {
	out := [][]T{nil}
	for _, v := range values {
		for _, s := range out {
			out = append(out, append(slices.Clone(s), v))
		}
	}
	return out
}

// everyAccess returns every access that an account can be configured to have.
func everyAccess() []access {
	var out []access
	for _, roles := range subsets([]string{"a", "b", adminRole})[1:] {
		for _, items := range subsets(orderItems) {
			if slices.Contains(items, orderItems[1]) && slices.Contains(items, orderItems[2]) {
				continue // rule 13
			}
			out = append(out, access{roles, items, true})
			if len(items) > 0 {
				out = append(out, access{roles, items, false})
			}
		}
	}
	return out
}

// orderServer is an account on a server, and the states that it has had.
type orderServer struct {
	access
	keepsScope bool
	states     []access
}

// take takes a step, one request at a time. It reports false if the server refuses a request.
func (s *orderServer) take(t *testing.T, one step) bool {
	t.Helper()
	requests := []step{one}
	if len(one.roles) > 0 {
		requests = nil
		for _, role := range one.roles {
			requests = append(requests, step{kind: one.kind, roles: []string{role}})
		}
	}
	if one.kind == removeScopes {
		requests = nil
		for _, item := range one.scopes {
			requests = append(requests, step{kind: one.kind, scopes: []emapi.ScopeItem{item}})
		}
	}
	for _, request := range requests {
		after := s.access.after(request)
		if len(after.roles) == 0 {
			t.Fatalf("%+v removes the last role", one)
		}
		if s.keepsScope && !after.all && len(after.scopes) == 0 {
			return false
		}
		s.access = after
		s.states = append(s.states, after)
	}
	return true
}

// update takes the steps of an update as change.apply does.
func (s *orderServer) update(t *testing.T, before, after access) {
	t.Helper()
	o := order{before: before, after: after, admin: adminRole}
	for again := true; again; {
		again = false
		for _, one := range o.steps() {
			if !s.take(t, one) {
				if o.keepsScope {
					t.Fatalf("from %v to %v: the server refuses the last scope again", before, after)
				}
				o.keepsScope, o.before, again = true, before, true
				break
			}
			before = before.after(one)
		}
	}
}

// pairs returns what an account may do. Scopes do not restrict a Portal Administrator.
func (a access) pairs() map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, role := range a.roles {
		objects := a.scopes
		if a.all || role == adminRole {
			objects = slices.Concat(orderItems, []emapi.ScopeItem{foreignItem, orderItem("vm-99", "any other")})
		}
		for _, item := range objects {
			out[[2]string{role, item.HierarchyObjRef.String()}] = true
		}
	}
	return out
}

func within(a, b map[[2]string]bool) bool { return len(beyond(a, b)) == 0 }

// beyond returns the pairs of a that none of the others has.
func beyond(a map[[2]string]bool, others ...map[[2]string]bool) [][2]string {
	var out [][2]string
	for pair := range a {
		if !slices.ContainsFunc(others, func(b map[[2]string]bool) bool { return b[pair] }) {
			out = append(out, pair)
		}
	}
	return out
}

func commonRoles(a, b access) []string { return tfkit.Minus(a.roles, tfkit.Minus(a.roles, b.roles)) }

func commonScopes(a, b access) []emapi.ScopeItem {
	return scopeset.Without(a.scopes, scopeset.Without(a.scopes, b.scopes))
}

// mustWiden reports whether no order of requests keeps all of the access within before or within after.
func mustWiden(before, after access, keepsScope bool) bool {
	common := commonScopes(before, after)
	alike := func(a, b access) bool {
		return slices.Contains(a.scopes, orderItems[1]) && slices.Contains(b.scopes, orderItems[2])
	}
	renamed := alike(before, after) || alike(after, before)
	kept := commonRoles(before, after)
	if len(kept) == 0 {
		return before.all && after.all || len(common) > 0 || renamed || keepsScope
	}
	if before.all || after.all || slices.Equal(kept, []string{adminRole}) {
		return false
	}
	return renamed || keepsScope && len(common) == 0
}

func TestOrder_NeverGrantsMoreThanBeforeOrAfter(t *testing.T) {
	all := everyAccess()
	for _, keepsScope := range []bool{false, true} {
		for _, foreign := range [][]emapi.ScopeItem{nil, {foreignItem}} {
			for _, before := range all {
				for _, after := range all {
					s := &orderServer{access: before, keepsScope: keepsScope}
					s.scopes = slices.Concat(before.scopes, foreign)
					ends := [2]access{s.access, {after.roles, slices.Concat(after.scopes, foreign), after.all}}
					s.update(t, before, after)
					if widens := checkStates(t, ends, s.states); widens != mustWiden(ends[0], ends[1], keepsScope) {
						t.Fatalf("from %+v\nto %+v\nserver keeps a scope: %t\nwidens: %t, states:\n%s",
							ends[0], ends[1], keepsScope, widens, states(s.states))
					}
					if !within(s.pairs(), ends[1].pairs()) || !within(ends[1].pairs(), s.pairs()) {
						t.Fatalf("from %+v\nto %+v ends as %+v", ends[0], ends[1], s.access)
					}
				}
			}
		}
	}
}

func states(all []access) string {
	out := ""
	for _, a := range all {
		out += fmt.Sprintf("  %+v\n", a)
	}
	return out
}

// checkStates checks each state of an update and reports whether one is neither within before nor within after. Even
// such a state has at most one role on one object beyond the two.
func checkStates(t *testing.T, ends [2]access, all []access) (widens bool) {
	t.Helper()
	before, after := ends[0].pairs(), ends[1].pairs()
	roles, scopes := commonRoles(ends[0], ends[1]), commonScopes(ends[0], ends[1])
	for _, a := range all {
		now := a.pairs()
		if len(tfkit.Minus(roles, a.roles))+len(scopeset.Without(scopes, a.scopes)) > 0 ||
			ends[0].all && ends[1].all && !a.all {
			t.Fatalf("from %+v\nto %+v: what stays is missing from\n%s", ends[0], ends[1], states(all))
		}
		for pair := range before {
			if after[pair] && !now[pair] {
				t.Fatalf("from %+v\nto %+v: %v is missing from\n%s", ends[0], ends[1], pair, states(all))
			}
		}
		widens = widens || !within(now, before) && !within(now, after)
		if more := beyond(now, before, after); len(more) > 1 {
			t.Fatalf("from %+v\nto %+v: %v has more than one right too many, %v, in\n%s", ends[0], ends[1], a, more, states(all))
		}
	}
	return widens
}

// The two roles or scopes that the account has for a moment are chosen so that it may do as little as possible.
func TestOrder_GrantsAsLittleAsPossibleIfItCannotAvoidIt(t *testing.T) {
	one, dup, other := orderItems[0], orderItems[1], orderItem("vm-5", "other")
	items := func(items ...emapi.ScopeItem) []emapi.ScopeItem { return items }
	for name, c := range map[string]struct {
		order order
		want  []step
	}{
		"an administrator's former role": {
			order{before: access{roles: []string{"a", adminRole}, all: true}, after: access{roles: []string{"b"}, all: true}},
			[]step{
				{kind: removeRoles, roles: []string{adminRole}},
				{kind: addRoles, roles: []string{"b"}},
				{kind: removeRoles, roles: []string{"a"}},
			},
		},
		"an administrator's new role": {
			order{before: access{roles: []string{"a"}, all: true}, after: access{roles: []string{adminRole, "b"}, all: true}},
			[]step{
				{kind: addRoles, roles: []string{"b"}},
				{kind: removeRoles, roles: []string{"a"}},
				{kind: addRoles, roles: []string{adminRole}},
			},
		},
		"all scopes, and the server keeps one": {
			order{
				before:     access{roles: []string{"a"}, scopes: items(one)},
				after:      access{roles: []string{"a"}, scopes: items(dup, other)},
				keepsScope: true,
			},
			[]step{
				{kind: addScopes, scopes: items(dup)},
				{kind: removeScopes, scopes: items(one)},
				{kind: addScopes, scopes: items(other)},
			},
		},
	} {
		c.order.admin = adminRole
		if got := c.order.steps(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
