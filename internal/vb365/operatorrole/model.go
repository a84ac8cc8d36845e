// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"cmp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// model is a role in the configuration, the plan and the state.
type model struct {
	ID               types.String   `tfsdk:"id"`
	OrganizationID   types.String   `tfsdk:"organization_id"`
	Name             types.String   `tfsdk:"name"`
	Description      types.String   `tfsdk:"description"`
	RoleType         types.String   `tfsdk:"role_type"`
	Operators        types.Set      `tfsdk:"operators"`
	SelectedItems    types.Set      `tfsdk:"selected_items"`
	ExcludedItems    types.Set      `tfsdk:"excluded_items"`
	UnmanagedEntries types.List     `tfsdk:"unmanaged_entries"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

// identityModel is the identity of a role.
type identityModel struct {
	ID types.String `tfsdk:"id"`
}

// Limits implements [tfkit.Timed].
func (m *model) Limits() timeouts.Value { return m.Timeouts }

// Identity returns the identity of the role.
func (m *model) Identity() any { return identityModel{ID: m.ID} }

// label names the role in a message.
func (m *model) label() string {
	return "the restore operator role " + cmp.Or(m.Name.ValueString(), m.ID.ValueString())
}

// lists are the lists of a role, in the order in which messages name them.
var lists = []vb365api.List{vb365api.Operators, vb365api.SelectedItems, vb365api.ExcludedItems}

// attributes are the attributes for the lists.
var attributes = map[vb365api.List]string{
	vb365api.Operators: "operators", vb365api.SelectedItems: "selected_items", vb365api.ExcludedItems: "excluded_items",
}

// list returns the attribute for a list.
func (m *model) list(l vb365api.List) *types.Set {
	switch l {
	case vb365api.Operators:
		return &m.Operators
	case vb365api.SelectedItems:
		return &m.SelectedItems
	}
	return &m.ExcludedItems
}

var (
	referenceType = types.ObjectType{AttrTypes: map[string]attr.Type{
		rules.AttrType: types.StringType, rules.AttrID: types.StringType, rules.AttrName: types.StringType,
	}}
	unmanagedType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"list": types.StringType, "type": types.StringType, "id": types.StringType,
	}}
)

// toReferences returns the references in a set, and whether all of them are known.
func toReferences(set types.Set) (references []rules.Reference, known bool) {
	known = !set.IsUnknown()
	for _, e := range set.Elements() {
		element, _ := e.(types.Object)
		if r, ok := rules.ReferenceOf(element); ok {
			references = append(references, r)
		} else {
			known = false
		}
	}
	return references, known
}

// fromReferences is the inverse of toReferences. The set is empty and never null.
func fromReferences(references []rules.Reference) types.Set {
	elements := make([]attr.Value, 0, len(references))
	for _, r := range references {
		elements = append(elements, types.ObjectValueMust(referenceType.AttrTypes, map[string]attr.Value{
			rules.AttrType: types.StringValue(string(r.Type)),
			rules.AttrID:   tfkit.NullIfEmpty(r.ID), rules.AttrName: tfkit.NullIfEmpty(r.Name),
		}))
	}
	return types.SetValueMust(referenceType, elements)
}

// unmanaged is an entry that a reference cannot express.
type unmanaged struct {
	list     vb365api.List
	kind, id string
}

// fromUnmanaged returns the value of unmanaged_entries.
func fromUnmanaged(all []unmanaged) types.List {
	elements := make([]attr.Value, 0, len(all))
	for _, u := range all {
		elements = append(elements, types.ObjectValueMust(unmanagedType.AttrTypes, map[string]attr.Value{
			"list": types.StringValue(attributes[u.list]), "type": types.StringValue(u.kind), "id": types.StringValue(u.id),
		}))
	}
	return types.ListValueMust(unmanagedType, elements)
}

// fromSnapshot copies the role into the model. written are the references that the lists may keep, and before are the
// objects that they have stood for. It returns the objects that the references of the model stand for.
func (m *model) fromSnapshot(
	s *snapshot, written map[vb365api.List][][]rules.Reference, before standings,
) standings {
	m.ID = types.StringValue(s.role.ID)
	if id := s.role.OrganizationID; id != "" && !strings.EqualFold(id, m.OrganizationID.ValueString()) {
		m.OrganizationID = types.StringValue(id)
	}
	m.Name, m.Description = types.StringValue(s.role.Name), types.StringValue(s.role.Description)
	m.RoleType = types.StringValue(s.role.RoleType)
	after := standings{}
	for _, l := range lists {
		var references []rules.Reference
		references, after[l] = stand(s.objects(l), written[l], before[l])
		*m.list(l) = fromReferences(references)
	}
	m.UnmanagedEntries = fromUnmanaged(s.unmanaged())
	return after
}

// toSpec returns the wanted state of the role.
func (m *model) toSpec(all resolution) vb365api.RoleSpec {
	objects := func(l vb365api.List) []vb365api.Object {
		out := make([]vb365api.Object, 0, len(all[l])) // not nil: an empty list is part of the request
		for _, r := range all[l] {
			out = append(out, r.object)
		}
		return out
	}
	return vb365api.RoleSpec{
		Name: m.Name.ValueString(), Description: m.Description.ValueString(), RoleType: m.RoleType.ValueString(),
		Operators: objects(vb365api.Operators), SelectedItems: objects(vb365api.SelectedItems),
		ExcludedItems: objects(vb365api.ExcludedItems),
	}
}

// fromCreated copies a role that has just been created into its plan.
func (m *model) fromCreated(role vb365api.Role) {
	m.ID = types.StringValue(role.ID)
	m.UnmanagedEntries = fromUnmanaged(nil)
}

// written returns the references in the lists of the models, those of the first model first.
func written(models ...*model) map[vb365api.List][][]rules.Reference {
	out := map[vb365api.List][][]rules.Reference{}
	for _, m := range models {
		for _, l := range lists {
			references, _ := toReferences(*m.list(l))
			out[l] = append(out[l], references)
		}
	}
	return out
}
