// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package hierarchy has the data sources and functions of the virtual infrastructure: its roots, its objects, and the references
// that restore scopes name objects by.
package hierarchy

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// rootModel is a hierarchy root.
type rootModel struct {
	ID       types.String `tfsdk:"id"`
	UID      types.String `tfsdk:"uid"`
	UniqueID types.String `tfsdk:"unique_id"`
	Name     types.String `tfsdk:"name"`
	HostType types.String `tfsdk:"host_type"`
}

// rootsModel is all hierarchy roots.
type rootsModel struct {
	HierarchyRoots []rootModel `tfsdk:"hierarchy_roots"`
}

func fromRoot(r emapi.HierarchyRoot) rootModel {
	return rootModel{
		ID:       types.StringValue(r.ID),
		UID:      types.StringValue(r.UID()),
		UniqueID: stated(r.UniqueID),
		Name:     types.StringValue(r.Name),
		HostType: stated(r.HostType),
	}
}

func fromRoots(roots []emapi.HierarchyRoot) rootsModel {
	m := rootsModel{HierarchyRoots: make([]rootModel, 0, len(roots))}
	for _, r := range roots {
		m.HierarchyRoots = append(m.HierarchyRoots, fromRoot(r))
	}
	return m
}

// stated is null for what the server left out.
func stated(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// key tells which attribute the root is looked up by, and its value.
func (m rootModel) key() (attribute, value string) {
	switch {
	case !m.Name.IsNull():
		return "name", m.Name.ValueString()
	case !m.ID.IsNull():
		return "id", m.ID.ValueString()
	default:
		return "unique_id", m.UniqueID.ValueString()
	}
}

// matches compares without regard to case: names of roots are host names, the rest are GUIDs.
func (m rootModel) matches(r emapi.HierarchyRoot) bool {
	attribute, wanted := m.key()
	return strings.EqualFold(valueOf(attribute, r), wanted)
}

func valueOf(attribute string, r emapi.HierarchyRoot) string {
	switch attribute {
	case "name":
		return r.Name
	case "id":
		return r.ID
	default:
		return r.UniqueID
	}
}

// save takes what the server says into the model; what is configured keeps its spelling.
func (m *rootModel) save(r emapi.HierarchyRoot) {
	configured := *m
	*m = fromRoot(r)
	switch attribute, _ := configured.key(); attribute {
	case "name":
		m.Name = configured.Name
	case "id":
		m.ID = configured.ID
	default:
		m.UniqueID = configured.UniqueID
	}
}

// rootCandidates lists roots for a look-up by that attribute.
func rootCandidates(attribute string, roots []emapi.HierarchyRoot) []tfkit.Candidate {
	out := make([]tfkit.Candidate, 0, len(roots))
	for _, r := range roots {
		text := r.Name + " (id " + r.ID + ")"
		if r.UniqueID != "" {
			text = r.Name + " (id " + r.ID + ", unique_id " + r.UniqueID + ")"
		}
		out = append(out, tfkit.Candidate{Name: valueOf(attribute, r), Text: text})
	}
	return out
}
