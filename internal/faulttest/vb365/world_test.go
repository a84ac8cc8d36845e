// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const (
	roleType = "veeam_vb365_restore_operator_role"

	specific = "SpecificObjects"
	entire   = "EntireOrganization"

	cloud  = vb365sim.OrganizationID
	hybrid = vb365sim.HybridOrganizationID
)

// object is an object of an organization.
type object struct{ kind, id, name string }

var (
	operator = object{"User", vb365sim.RestoreOperatorID, vb365sim.RestoreOperatorName}
	admin    = object{"User", vb365sim.AdminID, vb365sim.AdminName}
	user3    = object{"User", vb365sim.User3ID, vb365sim.User3Name}
	shared   = object{"User", vb365sim.SharedID, vb365sim.SharedName}
	abc      = object{"Group", vb365sim.ABCGroupID, vb365sim.ABCGroupName}
	group2   = object{"Group", vb365sim.Group2ID, vb365sim.Group2Name}
	nameless = object{"Group", vb365sim.NamelessGroupID, ""}
	site     = object{"Site", vb365sim.ABCSiteID, vb365sim.ABCSiteURL}
	board    = object{"Site", vb365sim.BoardSiteID, vb365sim.BoardSiteURL}
	team     = object{"Team", vb365sim.SalesTeamID, vb365sim.SalesTeamMail}
)

// objects are all objects that configurations refer to.
var objects = []object{operator, admin, user3, shared, abc, group2, nameless, site, board, team}

// reference is how a configuration refers to an object: by name or, if name is empty, by ID.
type reference struct {
	object object
	name   string
}

func byName(o object) reference { return reference{o, o.name} }

func byID(o object) reference { return reference{object: o} }

// String describes the reference for the log.
func (r reference) String() string { return r.object.kind + " " + cmp.Or(r.name, r.object.id) }

func (r reference) value() map[string]any {
	if r.name != "" {
		return map[string]any{"type": r.object.kind, "name": r.name}
	}
	return map[string]any{"type": r.object.kind, "id": r.object.id}
}

func values(references []reference) []any {
	out := []any{}
	for _, r := range references {
		out = append(out, r.value())
	}
	return out
}

// role is the configuration of a role.
type role struct {
	label        string // of the block; the default is helpdesk
	organization string // the default is cloud
	name         string // the default is Helpdesk
	description  string
	entire       bool
	operators    []reference // the default is the operator, by name
	selected     []reference // the default is user3 by name and abc by ID, unless the role is entire
	excluded     []reference
}

// complete returns the role with its defaults.
func (r role) complete() role {
	r.label, r.organization = cmp.Or(r.label, "helpdesk"), cmp.Or(r.organization, cloud)
	r.name = cmp.Or(r.name, "Helpdesk")
	if r.operators == nil {
		r.operators = []reference{byName(operator)}
	}
	if r.selected == nil && !r.entire {
		r.selected = []reference{byName(user3), byID(abc)}
	}
	return r
}

func (r role) kind() string {
	if r.entire {
		return entire
	}
	return specific
}

func (r role) block() tfrun.Block {
	r = r.complete()
	return tfrun.Block{Type: roleType, Name: r.label, Attributes: map[string]any{
		"organization_id": r.organization, "name": r.name, "description": r.description, "role_type": r.kind(),
		"operators": values(r.operators), "selected_items": values(r.selected), "excluded_items": values(r.excluded),
	}}
}

// wanted returns the role as the server should hold it, without IDs that the server generates.
func (r role) wanted() vb365sim.RoleSnapshot {
	r = r.complete()
	return vb365sim.RoleSnapshot{
		OrganizationID: r.organization, Name: r.name, Description: r.description, RoleType: r.kind(),
		Operators: entries(r.operators), SelectedItems: entries(r.selected), ExcludedItems: entries(r.excluded),
	}
}

// entries returns the entries of a list that has these references.
func entries(references []reference) []vb365sim.EntrySnapshot {
	var out []vb365sim.EntrySnapshot
	for _, r := range references {
		out = append(out, vb365sim.EntrySnapshot{Type: r.object.kind, ObjectID: strings.ToLower(r.object.id)})
	}
	slices.SortFunc(out, func(a, b vb365sim.EntrySnapshot) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ObjectID, b.ObjectID))
	})
	return out
}

func blocks(roles ...role) []tfrun.Block {
	var out []tfrun.Block
	for _, r := range roles {
		out = append(out, r.block())
	}
	return out
}

// normal returns what the server holds, without generated IDs, unmanaged entries, second entries of one object, and
// selected items without an effect.
func normal(roles []vb365sim.RoleSnapshot) []vb365sim.RoleSnapshot {
	out := vb365sim.WithoutIDs(roles)
	for i := range out {
		if out[i].RoleType == entire {
			out[i].SelectedItems = nil
		}
		for _, list := range []*[]vb365sim.EntrySnapshot{&out[i].Operators, &out[i].SelectedItems, &out[i].ExcludedItems} {
			managed := slices.DeleteFunc(*list, func(e vb365sim.EntrySnapshot) bool { return e.ObjectID == "" })
			if *list = slices.Compact(managed); len(*list) == 0 {
				*list = nil
			}
		}
	}
	return out
}

// roleOf returns the role of a block. It is the inverse of role.block.
func roleOf(b tfrun.Block) role {
	text := func(name string) string { s, _ := b.Attributes[name].(string); return s }
	references := func(name string) []reference {
		out := []reference{}
		list, _ := b.Attributes[name].([]any)
		for _, e := range list {
			written, _ := e.(map[string]any)
			i := slices.IndexFunc(objects, func(o object) bool {
				return o.kind == written["type"] && (o.id == written["id"] || o.name != "" && o.name == written["name"])
			})
			out = append(out, reference{object: objects[i]})
		}
		return out
	}
	return role{
		label: b.Name, organization: text("organization_id"), name: text("name"), description: text("description"),
		entire: text("role_type") == entire, operators: references("operators"),
		selected: references("selected_items"), excluded: references("excluded_items"),
	}
}

// differences returns the differences between what the server holds and the configured roles.
func differences(roles []vb365sim.RoleSnapshot, configured []role) []string {
	want := []vb365sim.RoleSnapshot{}
	for _, r := range configured {
		want = append(want, r.wanted())
	}
	slices.SortFunc(want, func(a, b vb365sim.RoleSnapshot) int {
		return cmp.Or(cmp.Compare(a.OrganizationID, b.OrganizationID), cmp.Compare(a.Name, b.Name))
	})
	if got := normal(roles); !reflect.DeepEqual(got, want) {
		return []string{fmt.Sprintf("the server holds\n  %+v\nconfigured\n  %+v", got, want)}
	}
	return nil
}

// orphans returns the roles on the server that are missing from the state.
func orphans(vb *acctest.VB365, state *tfrun.Workspace) []string {
	known := map[any]bool{}
	for _, address := range state.Addresses() {
		known[state.Attributes(address)["id"]] = true
	}
	var out []string
	for _, r := range vb.Snapshot() {
		if !known[r.ID] {
			out = append(out, fmt.Sprintf("%s (%s)", r.Name, r.ID))
		}
	}
	return out
}
