// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package hierarchy implements the data sources and functions for the virtual infrastructure: hierarchy roots, objects,
// and the references to objects that restore scopes use.
package hierarchy

import (
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

	BackupServerID   types.String `tfsdk:"backup_server_id"`
	BackupServerName types.String `tfsdk:"backup_server_name"`
}

// Descriptions of attributes of a hierarchy root.
const (
	backupServerIDText = "ID (GUID) of the backup server that the root belongs to. Null if the server does not return it."

	backupServerNameText = "Name of the backup server that the root belongs to. Null if the server does not return it."
)

// rootsModel is the list of all hierarchy roots.
type rootsModel struct {
	HierarchyRoots []rootModel `tfsdk:"hierarchy_roots"`
}

func fromRoot(r emapi.HierarchyRoot) rootModel {
	return rootModel{
		ID:       types.StringValue(r.ID),
		UID:      types.StringValue(r.UID()),
		UniqueID: tfkit.NullIfEmpty(r.UniqueID),
		Name:     types.StringValue(r.Name),
		HostType: tfkit.NullIfEmpty(r.HostType),

		BackupServerID:   tfkit.NullIfEmpty(r.BackupServerID),
		BackupServerName: tfkit.NullIfEmpty(r.BackupServerName),
	}
}

func fromRoots(roots []emapi.HierarchyRoot) rootsModel {
	m := rootsModel{HierarchyRoots: make([]rootModel, 0, len(roots))}
	for _, r := range roots {
		m.HierarchyRoots = append(m.HierarchyRoots, fromRoot(r))
	}
	return m
}

// key returns the attribute by which the root is looked up, and its value.
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

// matches compares without regard to case, because names of roots are host names and the other values are GUIDs.
func (m rootModel) matches(r emapi.HierarchyRoot) bool {
	attribute, wanted := m.key()
	return emapi.SameNameFold(valueOf(attribute, r), wanted)
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

// save copies the server's answer into the model. The configured value keeps its spelling.
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

// rootCandidates returns the roots as candidates for a lookup by the attribute.
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
