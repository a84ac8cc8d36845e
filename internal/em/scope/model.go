// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// model is a restore scope in the configuration, the plan and the state.
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

// Limits implements [tfkit.Timed].
func (m *model) Limits() timeouts.Value { return m.Timeouts }

// Identity returns the identity of the scope, or nil if its account has no valid ID.
func (m *model) Identity() any {
	id, err := m.accountID()
	if err != nil {
		return nil
	}
	return identityModel{AccountID: types.StringValue(id), ID: m.ID}
}

// toItem returns the item to send. Its reference is empty if the state does not have it, after an import.
func (m *model) toItem() emapi.ScopeItem {
	ref, _ := emapi.ParseObjRef(m.HierarchyObjRef.ValueString()) // rule 10 has checked it; null after an import
	return emapi.ScopeItem{HierarchyObjRef: ref, ObjectName: m.ObjectName.ValueString()}
}

// fromScope copies a listed scope into the model. The name stays as configured, because servers differ in whether the
// listed name follows a rename of the object.
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

// accountID returns the account's ID in lower case, the form for paths, locks and the identity.
func (m *model) accountID() (string, error) { return emapi.ParseGUID(m.AccountID.ValueString()) }

// account returns the account of the scope.
func (m *model) account(em *tfkit.EM, client *emapi.Client) (scopeset.Account, error) {
	id, err := m.accountID()
	return scopeset.Of(em, client, id, scopeset.Single), err
}

// listed returns the scope as the state shows it.
func (m *model) listed() emapi.Scope {
	return emapi.Scope{
		ID: m.ID.ValueString(), Name: m.ObjectName.ValueString(), Platform: m.Platform.ValueString(),
		HierarchyObjectType: m.HierarchyObjectType.ValueString(), HierarchyRootName: m.HierarchyRootName.ValueString(),
		State: m.State.ValueString(),
	}
}

// name returns the name of the scope for diagnostics: the object name, or the ID if the name is not known.
func (m *model) name() string {
	if m.ObjectName.ValueString() == "" {
		return m.ID.ValueString()
	}
	return m.ObjectName.ValueString()
}

// accountName returns the name of the account for a warning.
func (m *model) accountName(ctx context.Context, client *emapi.Client) string {
	return client.AccountName(ctx, m.AccountID.ValueString(), nil)
}

func (m *model) failure(ctx context.Context, client *emapi.Client, what string, err error) diag.Diagnostic {
	return scopeset.Failure(ctx, client, what, m.AccountID.ValueString(), err)
}
