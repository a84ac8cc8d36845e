// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// dataModel is an account as the data sources return it.
type dataModel struct {
	ID                 types.String `tfsdk:"id"`
	UID                types.String `tfsdk:"uid"`
	AccountType        types.String `tfsdk:"account_type"`
	AccountName        types.String `tfsdk:"account_name"`
	Roles              types.Set    `tfsdk:"roles"`
	RoleNames          types.Set    `tfsdk:"role_names"`
	AllowRestoreAllVMs types.Bool   `tfsdk:"allow_restore_all_vms"`
	FLRSettings        types.Object `tfsdk:"flr_settings"`
	SQLSettings        types.Object `tfsdk:"sql_settings"`
	Scopes             []scopeModel `tfsdk:"scopes"`
}

// scopeModel is a restore scope as the server lists it.
type scopeModel struct {
	ID                  types.String `tfsdk:"id"`
	Name                types.String `tfsdk:"name"`
	Platform            types.String `tfsdk:"platform"`
	HierarchyObjectType types.String `tfsdk:"hierarchy_object_type"`
	HierarchyRootName   types.String `tfsdk:"hierarchy_root_name"`
	State               types.String `tfsdk:"state"`
}

// accountsModel is the model of the list data source: the filter and the accounts that match it.
type accountsModel struct {
	AccountType types.String `tfsdk:"account_type"`
	NameRegex   types.String `tfsdk:"name_regex"`
	Details     types.Bool   `tfsdk:"details"`
	Accounts    []dataModel  `tfsdk:"accounts"`
}

// save copies the server's answer into the model. Configured values keep their spelling.
func (m *dataModel) save(s *snapshot) {
	if m.ID.IsNull() {
		m.ID = types.StringValue(s.account.ID)
	}
	if m.AccountName.IsNull() {
		m.AccountName = types.StringValue(s.account.Name)
	}
	m.UID = types.StringValue(s.account.UID())
	m.AccountType = types.StringValue(s.account.Type)
	m.AllowRestoreAllVMs = types.BoolNull()
	if s.account.Lacks == "" {
		m.AllowRestoreAllVMs = types.BoolValue(s.account.AllowRestoreAllVMs)
	}
	m.Roles = rolesFrom(s.roles)
	m.RoleNames = roleNamesFrom(s.roles)
	m.FLRSettings = types.ObjectNull(flrTypes)
	if s.account.FLR != nil {
		m.FLRSettings = flrFrom(s.account.FLR)
	}
	m.SQLSettings = types.ObjectNull(sqlTypes)
	if s.account.SQL != nil {
		m.SQLSettings = sqlFrom(s.account.SQL)
	}
	m.Scopes = make([]scopeModel, 0, len(s.scopes))
	for _, scope := range s.scopes {
		m.Scopes = append(m.Scopes, fromScope(scope))
	}
}

func fromScope(s emapi.Scope) scopeModel {
	return scopeModel{
		ID:                  types.StringValue(s.ID),
		Name:                types.StringValue(s.Name),
		Platform:            types.StringValue(s.Platform),
		HierarchyObjectType: types.StringValue(s.HierarchyObjectType),
		HierarchyRootName:   types.StringValue(s.HierarchyRootName),
		State:               types.StringValue(s.State),
	}
}

// summariesFrom returns accounts whose details are null.
func summariesFrom(accounts []emapi.Account) []dataModel {
	out := make([]dataModel, 0, len(accounts))
	for _, a := range accounts {
		out = append(out, dataModel{
			ID:          types.StringValue(a.ID),
			UID:         types.StringValue(a.UID()),
			AccountType: types.StringValue(a.Type),
			AccountName: types.StringValue(a.Name),
			Roles:       types.SetNull(types.StringType),
			RoleNames:   types.SetNull(types.StringType),
			FLRSettings: types.ObjectNull(flrTypes),
			SQLSettings: types.ObjectNull(sqlTypes),
		})
	}
	return out
}

// fromSnapshots returns accounts with their details.
func fromSnapshots(read []snapshot) []dataModel {
	out := make([]dataModel, len(read))
	for i := range read {
		out[i].save(&read[i])
	}
	return out
}
