// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// check checks the result of a run. before and outside are the managed roles before and after the changes outside
// Terraform.
func (r *soakRun) check(before, outside []vb365sim.RoleSnapshot, out tfrun.Outcome, s faultkit.Step) {
	for _, e := range out.Errors {
		if strings.Contains(e, "Provider produced") || strings.Contains(e, "defect of the provider") {
			r.Breaks("a defect of the provider: %s", e)
		}
	}
	for _, held := range append(slices.Clone(r.recorded), r.vb.Snapshot()) {
		r.checkAccess(held, slices.Concat(before, outside))
	}
	r.checkKept(outside, out)
	r.checkOrphans(out)
	if len(out.Errors) > 0 {
		if !r.heed(out) && len(s.Faults) == 0 {
			r.Breaks("an error that no fault explains: %q", out.Errors)
		}
		return
	}
	if broken := differences(r.visible(r.managed()), r.configured()); len(broken) > 0 {
		r.Breaks("not as configured: %s", broken[0])
	}
	if plan := faultkit.PlanOf(r.w, r.model.blocks()); plan != "" {
		r.Breaks("the plan differs: %s", plan)
	}
}

// gone reports whether the lists of roles do not show an object because it was deleted.
func (r *soakRun) gone(organization, id string) bool {
	if r.world.Quirks.DeletedObjects == vb365sim.DeletedObjectsKept {
		return false
	}
	return slices.ContainsFunc(r.model.objects[organization], func(o *object) bool {
		return strings.EqualFold(o.id, id) && r.model.deleted[o]
	})
}

// visible returns the roles without the entries whose objects the lists do not show.
func (r *soakRun) visible(roles []vb365sim.RoleSnapshot) []vb365sim.RoleSnapshot {
	for i, held := range roles {
		for _, list := range lists(&roles[i]) {
			*list = slices.DeleteFunc(slices.Clone(*list), func(e vb365sim.EntrySnapshot) bool {
				return r.gone(held.OrganizationID, e.ObjectID)
			})
		}
	}
	return roles
}

func (r *soakRun) configured() []role {
	var out []role
	for _, m := range r.model.roles {
		out = append(out, *m)
	}
	return out
}

func lists(s *vb365sim.RoleSnapshot) []*[]vb365sim.EntrySnapshot {
	return []*[]vb365sim.EntrySnapshot{&s.Operators, &s.SelectedItems, &s.ExcludedItems}
}

// modelOf returns the role of the configuration that a role on the server belongs to, or nil.
func (r *soakRun) modelOf(held vb365sim.RoleSnapshot) *role {
	for _, m := range r.model.roles {
		state := r.w.Attributes(m.block().Address())
		if state != nil && state["id"] == held.ID || m.name == held.Name && m.organization == held.OrganizationID {
			return m
		}
	}
	return nil
}

// checkAccess checks that no role gives access that it neither gave before nor is configured to give.
func (r *soakRun) checkAccess(roles, before []vb365sim.RoleSnapshot) {
	for _, held := range roles {
		if r.foreign[held.ID] {
			continue
		}
		allowed := slices.DeleteFunc(slices.Clone(before), func(b vb365sim.RoleSnapshot) bool { return b.ID != held.ID })
		if m := r.modelOf(held); m != nil {
			allowed = append(allowed, m.wanted())
		}
		if len(allowed) == 0 {
			r.Breaks("too much access: nothing explains the role %+v", held)
			return
		}
		if !r.allows(allowed, held) {
			r.Breaks("too much access: the role\n  %+v\nallowed\n  %+v", held, allowed)
			return
		}
	}
}

// allows reports whether each operator of a role is one of an allowed role, and whether each object that the operators
// can restore can be restored with an allowed role.
func (r *soakRun) allows(allowed []vb365sim.RoleSnapshot, held vb365sim.RoleSnapshot) bool {
	isOneOf := func(e vb365sim.EntrySnapshot, has func(vb365sim.RoleSnapshot, vb365sim.EntrySnapshot) bool) bool {
		return slices.ContainsFunc(allowed, func(a vb365sim.RoleSnapshot) bool { return has(a, e) })
	}
	for _, e := range held.Operators {
		if !isOneOf(e, func(a vb365sim.RoleSnapshot, e vb365sim.EntrySnapshot) bool { return in(a.Operators, e) }) {
			return false
		}
	}
	items := append(slices.Clone(held.SelectedItems), vb365sim.EntrySnapshot{Type: "an object that no list names"})
	for _, o := range r.model.objects[held.OrganizationID] {
		items = append(items, vb365sim.EntrySnapshot{Type: o.kind, ObjectID: strings.ToLower(o.id)})
	}
	return !slices.ContainsFunc(items, func(e vb365sim.EntrySnapshot) bool {
		return restores(held, e) && !isOneOf(e, restores) && !r.gone(held.OrganizationID, e.ObjectID)
	})
}

// restores reports whether the operators of a role can restore an object.
func restores(s vb365sim.RoleSnapshot, e vb365sim.EntrySnapshot) bool {
	return (s.RoleType == entire || in(s.SelectedItems, e)) && !in(s.ExcludedItems, e)
}

// in reports whether a list has an entry for the object.
func in(list []vb365sim.EntrySnapshot, e vb365sim.EntrySnapshot) bool {
	return slices.ContainsFunc(list, func(other vb365sim.EntrySnapshot) bool {
		return other.Type == e.Type && other.ObjectID == e.ObjectID
	})
}

// checkKept checks that the roles that Terraform does not manage are unchanged, and that no managed role has lost an
// entry that a reference cannot express.
func (r *soakRun) checkKept(before []vb365sim.RoleSnapshot, out tfrun.Outcome) {
	now := map[string]vb365sim.RoleSnapshot{}
	for _, held := range r.vb.Snapshot() {
		now[held.ID] = held
	}
	for id := range r.foreign {
		if now[id].ID == "" {
			r.Breaks("a foreign role is gone: %s", id)
		}
	}
	for _, b := range before {
		held := now[b.ID]
		for i, list := range lists(&b) {
			if held.ID == "" || i == 1 && (held.RoleType == entire || b.RoleType == entire) {
				continue
			}
			for _, e := range *list {
				if e.ObjectID == "" && !slices.Contains(*lists(&held)[i], e) {
					r.Breaks("an unmanaged entry is gone: %+v of %+v, warnings %q", e, held, out.Warnings)
				}
			}
		}
	}
}

// checkOrphans checks that every role that Terraform created is in the state, unless an error says what to do, and that
// no role exists twice.
func (r *soakRun) checkOrphans(out tfrun.Outcome) {
	said := strings.Join(out.Errors, "\n")
	known := map[any]bool{}
	for _, address := range r.w.Addresses() {
		known[r.w.Attributes(address)["id"]] = true
	}
	seen := map[string]bool{}
	for _, held := range r.managed() {
		name := held.OrganizationID + "/" + held.Name
		if seen[name] {
			r.Breaks("doubled: the role %s", name)
		}
		seen[name] = true
		if !known[held.ID] {
			uncertain := strings.Contains(said, "shows how to import") && strings.Contains(said, held.Name)
			r.told[held.ID] = r.told[held.ID] || uncertain || strings.Contains(said, held.ID)
			if !r.told[held.ID] {
				r.Breaks("orphan: %s (%s) is missing from the state", held.Name, held.ID)
			}
		}
	}
}

// heed does what errors ask for: it imports roles that were created although the response was lost, deletes roles of
// the same name that were made manually, and writes the present names of objects. It reports whether there was one.
func (r *soakRun) heed(out tfrun.Outcome) bool {
	said := strings.Join(out.Errors, "\n")
	heeded := false
	for _, held := range r.vb.Snapshot() {
		m := r.modelOf(held)
		switch {
		case m == nil:
		case r.foreign[held.ID] && (strings.Contains(said, held.ID) || strings.Contains(said, m.name)):
			r.vb.Mutate(func(store *vb365sim.Store) { store.RemoveRole(held.ID) })
			delete(r.foreign, held.ID)
			r.Logf("    deleted manually: the foreign role %s %s", held.Name, held.ID)
			heeded = true
		case r.told[held.ID] && strings.Contains(said, held.ID) && r.w.Attributes(m.block().Address()) == nil:
			imported := r.w.Import(m.block(), held.ID, nil)
			r.Logf("    imported manually: %s %s, errors %q", held.Name, held.ID, imported.Errors)
			heeded = len(imported.Errors) == 0
		case r.told[held.ID] && strings.Contains(said, held.ID):
			r.vb.Mutate(func(store *vb365sim.Store) { store.RemoveRole(held.ID) })
			r.Logf("    deleted manually: %s %s", held.Name, held.ID)
			heeded = true
		}
	}
	if r.model.outdated() {
		r.model.update()
		r.Logf("    the configuration now has the present names")
		heeded = true
	}
	return heeded
}

// deleteTold deletes the roles that may have been created, as an error said, if the configuration no longer has their
// names: no later apply can find them.
func (r *soakRun) deleteTold() {
	for _, held := range r.managed() {
		if r.told[held.ID] && r.modelOf(held) == nil && r.addressOf(held) == "" {
			r.vb.Mutate(func(store *vb365sim.Store) { store.RemoveRole(held.ID) })
			r.Logf("    deleted manually: %s %s, which is no longer configured", held.Name, held.ID)
		}
	}
}

// addressOf returns the address of the role in the state, or "".
func (r *soakRun) addressOf(held vb365sim.RoleSnapshot) string {
	for _, address := range r.w.Addresses() {
		if r.w.Attributes(address)["id"] == held.ID {
			return address
		}
	}
	return ""
}

// checkSessions checks that a session is still open only if a fault hit a request about tokens, or if logging off
// reported an error.
func (r *soakRun) checkSessions(out tfrun.Outcome, s faultkit.Step) {
	excused := r.severed || out.LogOff != nil && len(s.Faults) > 0 ||
		slices.ContainsFunc(r.vb.Journal(), func(q vb365sim.Request) bool {
			return q.Fault != "" && strings.Contains(q.Path, "/token")
		})
	if open := r.vb.OpenSessions(); open > 0 && !excused {
		r.Breaks("session still open: %d", open)
	}
}
