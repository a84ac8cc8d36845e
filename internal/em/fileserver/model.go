// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package fileserver implements the data sources for the file servers of Enterprise Manager, whose references stand for
// file shares in restore scopes.
package fileserver

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// model is a file server.
type model struct {
	ID              types.String `tfsdk:"id"`
	UID             types.String `tfsdk:"uid"`
	Name            types.String `tfsdk:"name"`
	ServerType      types.String `tfsdk:"server_type"`
	HierarchyObjRef types.String `tfsdk:"hierarchy_obj_ref"`
}

// listModel is the list of all file servers.
type listModel struct {
	FileServers []model `tfsdk:"file_servers"`
}

func fromServer(f emapi.FileServer) model {
	return model{
		ID:              types.StringValue(f.ID),
		UID:             types.StringValue(f.UID()),
		Name:            types.StringValue(f.Name),
		ServerType:      tfkit.NullIfEmpty(f.ServerType),
		HierarchyObjRef: tfkit.NullIfEmpty(f.HierarchyObjRef),
	}
}

func fromServers(servers []emapi.FileServer) listModel {
	m := listModel{FileServers: make([]model, 0, len(servers))}
	for _, f := range servers {
		m.FileServers = append(m.FileServers, fromServer(f))
	}
	return m
}

// key returns the attribute by which the file server is looked up, and its value.
func (m model) key() (attribute, value string) {
	if m.ID.IsNull() {
		return "name", m.Name.ValueString()
	}
	return "id", m.ID.ValueString()
}

// matches compares without regard to case, because names of file servers are host names and paths on Windows.
func (m model) matches(f emapi.FileServer) bool {
	attribute, wanted := m.key()
	return emapi.SameNameFold(valueOf(attribute, f), wanted)
}

func valueOf(attribute string, f emapi.FileServer) string {
	if attribute == "id" {
		return f.ID
	}
	return f.Name
}

// save copies the server's answer into the model. The configured value keeps its spelling.
func (m *model) save(f emapi.FileServer) {
	configured := *m
	*m = fromServer(f)
	if configured.ID.IsNull() {
		m.Name = configured.Name
	} else {
		m.ID = configured.ID
	}
}

// candidates returns the file servers as candidates for a lookup by the attribute.
func candidates(attribute string, servers []emapi.FileServer) []tfkit.Candidate {
	out := make([]tfkit.Candidate, 0, len(servers))
	for _, f := range servers {
		out = append(out, tfkit.Candidate{Name: valueOf(attribute, f), Text: f.Name + " (id " + f.ID + ")"})
	}
	return out
}
