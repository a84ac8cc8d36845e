// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package role implements the data sources for the security roles of Enterprise Manager.
package role

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// model is one role.
type model struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
	UID  types.String `tfsdk:"uid"`
}

// listModel is the list of all roles.
type listModel struct {
	Roles []model   `tfsdk:"roles"`
	UIDs  types.Map `tfsdk:"uids"`
}

func fromRole(r emapi.Role) model {
	return model{ID: types.StringValue(r.ID), Name: types.StringValue(r.Name), UID: types.StringValue(r.UID())}
}

func fromRoles(roles []emapi.Role) listModel {
	m := listModel{Roles: make([]model, 0, len(roles))}
	uids := make(map[string]attr.Value, len(roles))
	for _, r := range roles {
		m.Roles = append(m.Roles, fromRole(r))
		uids[r.Name] = types.StringValue(r.UID())
	}
	m.UIDs = types.MapValueMust(types.StringType, uids)
	return m
}
