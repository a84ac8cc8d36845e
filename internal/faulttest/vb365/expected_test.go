// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import "github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"

// expected is what each operation does with each fault. The columns are the faults, in their order.
//
// A log on needs no session, and an answer without a body can neither be truncated nor have another schema: these cells
// are "always". An object that cannot be read by its ID is looked for in the list. A deletion that failed counts as
// done if the role is gone. If a token cannot be refreshed, the provider logs on again,
// and cannot log off the earlier session if its access token has ended.
var expected = faultkit.Table{
	// 503, 429, reset before and after the server carried out the request, time-out before and after, access token
	// expired, refresh token expired too, garbage, truncated, HTML 502, 404 without a body, other schema, 500 before and
	// after, the error codes ProxyOffline before and Timeout after.
	logOn: columns(`
		once   once   error  error  error  error  always always error
		error  once   error  error  error  error  error  error`),
	refreshing: columns(`
		once   once   once   once   once   once   always always once
		once   once   once   always once   once   once   once`),
	listRoles: columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"read a role, in a refresh": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	readChange: columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"read a role, for a new role": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"list the operators, in a refresh": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"list the selected items, in a refresh": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"list the excluded items, in a refresh": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"list the selected items, in a change": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"list the operators, for a new role": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"read the organization": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"list the organizations, for an import": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"list the roles, for an import": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"look up a user by name": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"look up a user by ID": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   always error  always always always always`),
	"look up a group by name": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"look up a group by ID": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   always error  always always always always`),
	"look up a site by name": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"look up a site by ID": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   always error  always always always always`),
	"look up a team by name": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   error  error  error  error  once   once`),
	"look up a team by ID": columns(`
		once   once   once   once   once   once   once   once   error
		once   once   always error  always always always always`),
	creating: columns(`
		once   once   once   always always always once   once   once
		always once   error  always once   always once   always`),
	"change a role": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  error  once   once`),
	"change the lists": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  error  once   once`),
	"change to EntireOrganization": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  error  once   once`),
	"change to SpecificObjects": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  error  once   once`),
	"add an entry (operators)": columns(`
		once   once   once   always always always once   once   once
		always once   error  always once   always once   always`),
	addSelected: columns(`
		once   once   once   always always always once   once   once
		always once   error  always once   always once   always`),
	"add an entry (excluded_items)": columns(`
		once   once   once   always always always once   once   once
		always once   error  always once   always once   always`),
	"remove an entry (operators)": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  error  once   once`),
	"remove an entry (selected_items)": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  error  once   once`),
	"remove an entry (excluded_items)": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  error  once   once`),
	"delete a role": columns(`
		once   once   once   once   once   once   once   once   error
		always once   error  always error  always once   always`),
	logOff: columns(`
		once   once   once   once   error  error  once   once   error
		always once   error  always error  error  once   once`),
}

func columns(row string) []string { return faultkit.Columns(row) }
