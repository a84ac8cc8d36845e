// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// objectModel is an object of the virtual infrastructure, looked up by its reference or by root, type and name.
type objectModel struct {
	HierarchyObjRef types.String `tfsdk:"hierarchy_obj_ref"`
	HierarchyRootID types.String `tfsdk:"hierarchy_root_id"`
	Type            types.String `tfsdk:"type"`
	Name            types.String `tfsdk:"name"`
}

func (m objectModel) byRef() bool { return !m.HierarchyObjRef.IsNull() }

// place returns the ID of the hierarchy root and the type of the object.
func (m objectModel) place() (root, kind string) {
	if m.byRef() {
		ref, _ := emapi.ParseObjRef(m.HierarchyObjRef.ValueString()) // rule 10 has checked it
		return ref.RootID, ref.Type
	}
	return m.HierarchyRootID.ValueString(), m.Type.ValueString()
}

// find returns the objects that match the model. The lookup service treats * as a wildcard and may ignore case, but a
// restore scope needs the exact name. Therefore only objects whose names match exactly, including case, count.
func (m objectModel) find(ctx context.Context, client *emapi.Client) ([]emapi.HierarchyItem, error) {
	var items []emapi.HierarchyItem
	var err error
	if m.byRef() {
		items, err = client.LookupRef(ctx, m.HierarchyObjRef.ValueString())
	} else {
		items, err = client.Lookup(ctx, m.HierarchyRootID.ValueString(), m.Name.ValueString(), m.Type.ValueString())
	}
	var found []emapi.HierarchyItem
	for _, item := range items {
		if m.matches(item) {
			found = append(found, item)
		}
	}
	return found, err
}

func (m objectModel) matches(item emapi.HierarchyItem) bool {
	if m.byRef() {
		return emtype.ObjRef.Same(item.ObjectRef, m.HierarchyObjRef.ValueString())
	}
	return emapi.SameName(item.ObjectName, m.Name.ValueString())
}

// save copies the server's answer into the model. Configured values keep their spelling.
func (m *objectModel) save(item emapi.HierarchyItem) {
	if !m.byRef() {
		m.HierarchyObjRef = types.StringValue(item.ObjectRef)
		return
	}
	root, kind := m.place()
	if item.ObjectType != "" {
		kind = item.ObjectType
	}
	m.HierarchyRootID = types.StringValue(root)
	m.Type = types.StringValue(kind)
	m.Name = types.StringValue(item.ObjectName)
}

func objectCandidates(items []emapi.HierarchyItem) []tfkit.Candidate {
	out := make([]tfkit.Candidate, 0, len(items))
	for _, item := range items {
		out = append(out, tfkit.Candidate{Name: item.ObjectName, Text: item.ObjectName + " (" + item.ObjectRef + ")"})
	}
	return out
}
