// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// model is a restore scope as configuration, plan and state have it.
type model struct {
	ID                  types.String   `tfsdk:"id"`
	AccountID           emtype.Value   `tfsdk:"account_id"`
	HierarchyObjRef     emtype.Value   `tfsdk:"hierarchy_obj_ref"`
	ObjectName          types.String   `tfsdk:"object_name"`
	Platform            types.String   `tfsdk:"platform"`
	HierarchyObjectType types.String   `tfsdk:"hierarchy_object_type"`
	HierarchyRootName   types.String   `tfsdk:"hierarchy_root_name"`
	State               types.String   `tfsdk:"state"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
}

// identityModel is the identity of a restore scope.
type identityModel struct {
	AccountID types.String `tfsdk:"account_id"`
	ID        types.String `tfsdk:"id"`
}

// Identity returns the identity of the scope, or nil if its account has no valid ID.
func (m *model) Identity() any {
	id, err := m.accountID()
	if err != nil {
		return nil
	}
	return identityModel{AccountID: types.StringValue(id), ID: m.ID}
}

// toItem is the item to send; its reference is empty where the state does not know it (after an import).
func (m *model) toItem() emapi.ScopeItem {
	ref, _ := emapi.ParseObjRef(m.HierarchyObjRef.ValueString()) // rule 10 has seen it; null after an import
	return emapi.ScopeItem{HierarchyObjRef: ref, ObjectName: m.ObjectName.ValueString()}
}

// fromScope takes what the server lists into the model. The name stays the configured one: whether a listed name follows
// a rename of the object is the server's affair.
func (m *model) fromScope(s emapi.Scope) {
	m.ID = types.StringValue(s.ID)
	if m.ObjectName.IsNull() {
		m.ObjectName = types.StringValue(s.Name)
	}
	m.Platform = types.StringValue(s.Platform)
	m.HierarchyObjectType = types.StringValue(s.HierarchyObjectType)
	m.HierarchyRootName = types.StringValue(s.HierarchyRootName)
	m.State = types.StringValue(s.State)
}

// accountID is the account's ID in lower case, as it goes into paths, locks and the identity.
func (m *model) accountID() (string, error) { return emapi.ParseGUID(m.AccountID.ValueString()) }

// account is the account of the scope.
func (m *model) account(em *tfkit.EM, client *emapi.Client) (scopeset.Account, error) {
	id, err := m.accountID()
	return scopeset.Of(em, client, id), err
}

// name is how diagnostics call the scope.
func (m *model) name() string {
	if m.ObjectName.ValueString() == "" {
		return m.ID.ValueString()
	}
	return m.ObjectName.ValueString()
}
