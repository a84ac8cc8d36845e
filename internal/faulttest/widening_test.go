// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// transition is an account before and after an update.
type transition struct {
	before, after account
	manual        []object // added outside Terraform before the update, which removes them
}

func (c transition) String() string {
	side := func(a account) string {
		var words []string
		for _, id := range a.roles {
			words = append(words, roleNames[id])
		}
		for _, o := range a.scope {
			words = append(words, o.ref[strings.LastIndex(o.ref, ".")+1:])
		}
		if a.all {
			words = append(words, "all")
		}
		return strings.Join(words, " ")
	}
	if len(c.manual) > 0 {
		return side(c.before) + " and " + side(account{scope: c.manual}) + " added manually, " + side(c.after)
	}
	return side(c.before) + ", " + side(c.after)
}

// blocks returns the configurations before and after the update.
func (c transition) blocks() (before, after []tfrun.Block) {
	before, after = blocks(c.before.block()), blocks(c.after.block())
	if len(c.manual) > 0 {
		before[0].Attributes["unlisted_scopes"], after[0].Attributes["unlisted_scopes"] = "remove", "remove"
	}
	return before, after
}

var roleNames = map[string]string{
	emsim.RoleVMRestoreOperator: "VM", emsim.RoleSQLRestoreOperator: "SQL", emsim.RolePortalUser: "User",
	emsim.RoleFileRestoreOperator: "File", emsim.RolePortalAdministrator: "Admin",
}

// transitions combines every relation of the roles before and after an update with every relation of the objects.
func transitions() []transition {
	vm, sqlRole, user, file, admin := emsim.RoleVMRestoreOperator, emsim.RoleSQLRestoreOperator, emsim.RolePortalUser,
		emsim.RoleFileRestoreOperator, emsim.RolePortalAdministrator
	roles := [][2][]string{
		{{vm}, {vm}},
		{{vm}, {vm, user}},
		{{vm, user}, {vm}},
		{{vm, user}, {user, file}},
		{{vm}, {user}},
		{{vm, user}, {sqlRole, file}},
		{{vm}, {admin}},
		{{admin}, {vm}},
		{{admin, vm}, {user}},
		{{vm}, {admin, user}},
		{{admin, vm}, {vm}},
		{{admin}, {admin, vm}},
	}
	one, two := []object{vm01}, []object{vm01, sql}
	objects := []transition{
		{account{scope: one}, account{scope: one}, nil},
		{account{scope: one}, account{scope: []object{web01}}, nil},
		{account{scope: two}, account{scope: []object{web01, web02}}, nil},
		{account{scope: two}, account{scope: []object{sql, web01}}, nil},
		{account{scope: one}, account{scope: two}, nil},
		{account{scope: two}, account{scope: one}, nil},
		{account{scope: []object{dupA}}, account{scope: []object{dupB}}, nil},
		{account{scope: one}, account{all: true}, nil},
		{account{scope: one}, account{scope: []object{sql}, all: true}, nil},
		{account{scope: one}, account{scope: one, all: true}, nil},
		{account{all: true}, account{scope: one}, nil},
		{account{scope: two, all: true}, account{scope: []object{sql, web01}}, nil},
		{account{scope: one, all: true}, account{scope: []object{web01}, all: true}, nil},
		{account{all: true}, account{all: true}, nil},
		{account{scope: one}, account{scope: one}, []object{web01, sql}},
		{account{scope: one}, account{scope: []object{web02}}, []object{web01}},
		{account{scope: one}, account{scope: []object{dupB}}, []object{dupA}},
		{account{all: true}, account{scope: one}, []object{web01}},
		{account{scope: one}, account{all: true}, []object{web01}},
	}
	var out []transition
	for _, r := range roles {
		for _, o := range objects {
			o.before.roles, o.after.roles = r[0], r[1]
			out = append(out, o)
		}
	}
	return out
}

// During an update, even one that fails, the account never has more access than before or after it.
func TestUpdate_NeverGrantsMoreThanBeforeOrAfter(t *testing.T) {
	for _, options := range []emsim.Options{{}, {LastScope: emsim.LastScopeRefuse}} {
		for n, c := range transitions() {
			keepsScope := options.LastScope == emsim.LastScopeRefuse
			if isReduced() && n%40 != 0 || keepsScope && n%2 != 0 {
				continue
			}
			inBubble(t, fmt.Sprint(c, ", last scope ", options.LastScope), func(t *testing.T) {
				s := updateServer{acctest.StartEMWithoutTLS(t, options), keepsScope}
				writes := s.update(t, c, "no fault", nil)
				if n%5 != 0 || s.keepsScope {
					return // the requests are those of other transitions
				}
				for n := range writes {
					s.update(t, c, fmt.Sprintf("request %d and all later ones fail", n), &emsim.Fault{
						Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Body: serverError, Skip: n,
					})
				}
			})
		}
	}
}

// updateServer is a server that accounts are updated on.
type updateServer struct {
	*acctest.EM
	keepsScope bool // it refuses to remove the last scope
}

// update creates an account and updates it, with a fault and then without. It returns the number of requests that
// change the account.
func (s updateServer) update(t *testing.T, c transition, what string, f *emsim.Fault) (writes int) {
	t.Helper()
	w := workspace(s.EM)
	before, after := c.blocks()
	mustApply(t, w, before)
	addManually(s.EM, c.manual...)
	s.ResetJournal()
	recorded := record(s.EM)
	held := s.Account(c.name())
	if f != nil {
		f.Match = emsim.Request.IsWrite
		s.Inject(*f)
		if out := w.Apply(after...); len(out.Errors) == 0 {
			t.Errorf("%s: no error", what)
		}
		s.ClearFaults()
		s.check(t, what, updateEnds{held, *snapshot(after[0]), s.keepsScope}, recorded)
		held = s.Account(c.name())
	}
	mustApply(t, w, after)
	writes = len(s.Writes())
	ends := updateEnds{held, *snapshot(after[0]), s.keepsScope}
	if widened := s.check(t, what, ends, recorded); widened != ends.mustWiden() {
		t.Errorf("%s: more rights in between: %t, want %t", what, widened, ends.mustWiden())
	}
	holdsExactly(t, s.EM, w, after)
	mustApply(t, w, nil)
	return writes
}

// check checks the recorded states of the account and reports whether it had more rights in one of them than before and
// than after the update. If it cannot be avoided, it may have one right that is neither of before nor of after.
func (s updateServer) check(t *testing.T, what string, ends updateEnds, recorded *recorder) (widened bool) {
	t.Helper()
	for _, now := range recorded.take()[ends.before.ID] {
		more := beyond(now, ends.before, ends.after)
		widens := widens(now, ends.before, ends.after)
		if len(more) > 1 || widens && !ends.mustWiden() {
			t.Errorf("%s: the account may do more than before and than after, and neither has %v:\n"+
				"before %+v\nnow    %+v\nafter  %+v", what, more, ends.before, now, ends.after)
		}
		widened = widened || widens
	}
	return widened
}

func (c transition) name() string { return text(c.before.block().Attributes["account_name"]) }

// The exclusive list changes only the objects: it removes scopes before it adds any.
func TestExclusive_NeverGrantsMoreThanBeforeOrAfter(t *testing.T) {
	with := func(objects ...object) []tfrun.Block {
		return blocks(account{scope: []object{vm01}}.block(), exclusive("fox", append([]object{vm01}, objects...)...))
	}
	for name, c := range map[string]struct {
		before, after []tfrun.Block
		renews        bool
	}{
		"one object replaces another":   {with(sql), with(web01), false},
		"two objects replace two":       {with(sql, web02), with(web01, db01), false},
		"an object is added":            {with(sql), with(sql, web01), false},
		"an object is removed":          {with(sql, web01), with(web01), false},
		"an object of the same name":    {with(dupA), with(dupB), true},
		"a name is renewed, and others": {with(dupA, sql), with(dupB, web01), true},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			mustApply(t, w, c.before)
			before := em.Account(`TECH\william.fox`)
			recorded := record(em)
			mustApply(t, w, c.after)
			holdsExactly(t, em, w, c.after)
			after := em.Account(`TECH\william.fox`)
			widened := false
			for _, now := range recorded.take()[before.ID] {
				widened = widened || widens(now, before, after)
			}
			if widened != c.renews {
				t.Errorf("more access in between: %t, want %t", widened, c.renews)
			}
		})
	}
}

// A server may refuse to remove the last scope.
func TestExclusive_ReplacesTheLastScopeThatTheServerKeeps(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{LastScope: emsim.LastScopeRefuse})
		var id string
		em.Mutate(func(s *emsim.Store) {
			a := s.AddAccount(emsim.Account{
				Type: "User", Name: `TECH\kept`, Roles: []string{emsim.RoleVMRestoreOperator},
			})
			s.AddScope(a.ID, web01.ref, web01.name)
			s.AddScope(a.ID, web02.ref, web02.name)
			id = a.ID
		})
		list := exclusive("fox", vm01, sql)
		list.Attributes["account_id"] = id
		w := workspace(em)
		mustApply(t, w, []tfrun.Block{list})
		var refs []string
		for _, s := range em.Account(`TECH\kept`).Scopes {
			refs = append(refs, s.Ref)
		}
		slices.Sort(refs)
		if want := []string{sql.ref, vm01.ref}; !slices.Equal(refs, want) {
			t.Errorf("the account has %q, want %q", refs, want)
		}
		if again := w.Plan(list); len(again.Changes)+len(again.Errors) > 0 {
			t.Errorf("the second plan: %s %s", again.Changes, again.Errors)
		}
	})
}
