// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// soakModel describes the configuration of a soak and the directories of the organizations.
type soakModel struct {
	roles   []*role
	names   int                  // how many names next has returned, to make each one unique
	objects map[string][]*object // by organization, with their current names
	deleted map[*object]bool
}

// newSoakModel returns an empty configuration. Without teams, no role can contain one.
func newSoakModel(teams bool) soakModel {
	m := soakModel{objects: map[string][]*object{}, deleted: map[*object]bool{}}
	for organization, name := range map[string]string{cloud: "abc", hybrid: "tech"} {
		m.objects[organization] = seeded(organization, name, teams)
	}
	m.objects[cloud] = append(m.objects[cloud], &object{kind: nameless.kind, id: nameless.id})
	return m
}

// seeded returns objects that the server has in each organization.
func seeded(organization, name string, teams bool) []*object {
	const none = "00000000-0000-0000-0000-000000000000"
	id := func(kind, i int) string {
		return fmt.Sprintf("%s-%04x-4000-8000-%012x", strings.Split(organization, "-")[0], kind, i+1)
	}
	mail, second := name+".onmicrosoft.com", func(int) string { return none }
	if organization == hybrid {
		mail, second = "tech.com", func(i int) string { return id(9, i) }
	}
	var out []*object
	for i := range 4 {
		out = append(out, &object{"User", id(1, i) + second(i), fmt.Sprintf("member%03d@%s", i, mail)})
	}
	for i := range 3 {
		out = append(out, &object{"Group", id(2, i) + none, fmt.Sprintf("department%02d@%s", i, mail)})
	}
	for i := range 2 {
		url := fmt.Sprintf("https://%s.sharepoint.com/sites/project%02d", name, i)
		out = append(out, &object{"Site", id(3, i) + id(4, i), url})
		if teams {
			out = append(out, &object{"Team", id(5, i), fmt.Sprintf("team%02d@%s", i, mail)})
		}
	}
	return out
}

// soakEdits change the configuration. Each returns a description of the change, or "" if there was nothing to change.
var soakEdits = []func(m *soakModel, e faultkit.Edit) string{
	(*soakModel).addRole, (*soakModel).addRole, (*soakModel).dropRole, (*soakModel).setOperators,
	(*soakModel).setItems, (*soakModel).setItems, (*soakModel).swapItems, (*soakModel).switchType, (*soakModel).switchType,
	(*soakModel).rename, (*soakModel).describe, (*soakModel).respell, (*soakModel).moveRole,
}

func (m *soakModel) next(prefix string) string {
	m.names++
	return fmt.Sprintf("%s%d", prefix, m.names)
}

func (m *soakModel) role(n int) *role {
	if len(m.roles) == 0 {
		return nil
	}
	return m.roles[n%len(m.roles)]
}

// some returns references to some objects of an organization that match. The bits of n choose which, and how they are
// referred to.
func (m *soakModel) some(organization string, n int, most int, matches func(*object) bool) []reference {
	all := slices.DeleteFunc(slices.Clone(m.objects[organization]), func(o *object) bool {
		return m.deleted[o] || !matches(o)
	})
	var out []reference
	for i := range all {
		if o := all[(n+i*(1+n%3))%len(all)]; len(out) < most && !slices.ContainsFunc(out, func(r reference) bool {
			return r.object.id == o.id
		}) {
			out = append(out, refer(o, (n>>i)&1 == 0))
		}
	}
	return out
}

// refer returns a reference to an object in its present spelling.
func refer(o *object, byID bool) reference {
	r := reference{object: *o}
	if !byID {
		r.name = o.name
	}
	return r
}

func canOperate(o *object) bool { return o.kind == "User" || o.kind == "Group" }

func anyObject(*object) bool { return true }

// notIn returns a function that reports whether no reference stands for the object.
func notIn(references []reference) func(*object) bool {
	return func(o *object) bool {
		return !slices.ContainsFunc(references, func(r reference) bool { return r.object.id == o.id })
	}
}

func (m *soakModel) addRole(e faultkit.Edit) string {
	if len(m.roles) >= 4 {
		return ""
	}
	organization := []string{cloud, hybrid}[e.A%2]
	r := &role{
		label: m.next("r"), organization: organization, name: m.next("Role "), entire: e.B%2 == 0,
		operators: m.some(organization, e.C, 1+e.A%3, canOperate), selected: []reference{}, excluded: []reference{},
	}
	m.roles = append(m.roles, r)
	m.items(r, e.C)
	return fmt.Sprintf("add %s", m.text(r))
}

// items chooses the items of a role.
func (m *soakModel) items(r *role, n int) {
	r.selected = []reference{}
	if !r.entire {
		r.selected = m.some(r.organization, n, 1+n%4, anyObject)
	}
	r.excluded = m.some(r.organization, n/7, n%3, notIn(r.selected))
}

func (m *soakModel) text(r *role) string {
	return fmt.Sprintf("%s %q of %s, %s: operators %v, selected %v, excluded %v",
		r.label, r.name, r.organization[:4], r.kind(), r.operators, r.selected, r.excluded)
}

func (m *soakModel) dropRole(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil || e.B%2 == 0 {
		return ""
	}
	m.roles = slices.DeleteFunc(m.roles, func(other *role) bool { return other == r })
	return "remove " + r.label
}

func (m *soakModel) setOperators(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil {
		return ""
	}
	r.operators = m.some(r.organization, e.B, 1+e.C%3, canOperate)
	return "set the operators of " + m.text(r)
}

func (m *soakModel) setItems(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil {
		return ""
	}
	m.items(r, e.B)
	return "set the items of " + m.text(r)
}

// swapItems moves objects between the selected and the excluded items.
func (m *soakModel) swapItems(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil || r.entire || len(r.excluded) == 0 {
		return ""
	}
	r.selected, r.excluded = r.excluded, r.selected
	return "swap the items of " + m.text(r)
}

func (m *soakModel) switchType(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil {
		return ""
	}
	r.entire = !r.entire
	m.items(r, e.B)
	return "switch the type of " + m.text(r)
}

func (m *soakModel) rename(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil {
		return ""
	}
	r.name = m.next("Role ")
	return fmt.Sprintf("rename %s to %q", r.label, r.name)
}

func (m *soakModel) describe(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil {
		return ""
	}
	r.description = []string{"", "one", "two"}[e.B%3]
	return fmt.Sprintf("describe %s as %q", r.label, r.description)
}

// moveRole moves a role to the other organization, which replaces it.
func (m *soakModel) moveRole(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil {
		return ""
	}
	r.organization = map[string]string{cloud: hybrid, hybrid: cloud}[r.organization]
	r.operators = m.some(r.organization, e.B, 1+e.C%3, canOperate)
	m.items(r, e.C)
	return "move to the other organization: " + m.text(r)
}

// respell writes references in another way, which changes nothing.
func (m *soakModel) respell(e faultkit.Edit) string {
	r := m.role(e.A)
	if r == nil {
		return ""
	}
	for _, list := range []*[]reference{&r.operators, &r.selected, &r.excluded} {
		for i, written := range *list {
			if o := m.find(r.organization, written.object.id); !m.deleted[o] {
				(*list)[i] = refer(o, written.name != "")
			}
		}
	}
	return "respell " + m.text(r)
}

func (m *soakModel) find(organization, id string) *object {
	all := m.objects[organization]
	return all[slices.IndexFunc(all, func(o *object) bool { return o.id == id })]
}

// outdated reports whether a reference stands for an object that no longer has its name, or no longer exists.
func (m *soakModel) outdated() bool {
	for _, r := range m.roles {
		for _, written := range slices.Concat(r.operators, r.selected, r.excluded) {
			o := m.find(r.organization, written.object.id)
			if m.deleted[o] || written.name != "" && written.name != o.name {
				return true
			}
		}
	}
	return false
}

// update writes the present names, and drops references to objects that no longer exist.
func (m *soakModel) update() {
	for _, r := range m.roles {
		for _, list := range []*[]reference{&r.operators, &r.selected, &r.excluded} {
			*list = slices.DeleteFunc(*list, func(written reference) bool {
				return m.deleted[m.find(r.organization, written.object.id)]
			})
			for i, written := range *list {
				(*list)[i] = refer(m.find(r.organization, written.object.id), written.name == "")
			}
		}
		if len(r.operators) == 0 {
			r.operators = m.some(r.organization, 1, 1, canOperate)
		}
		if len(r.selected) == 0 && !r.entire {
			r.selected = m.some(r.organization, 1, 1, notIn(r.excluded))
		}
	}
}

func (m *soakModel) blocks() []tfrun.Block {
	var out []tfrun.Block
	for _, r := range m.roles {
		out = append(out, r.block())
	}
	return out
}
