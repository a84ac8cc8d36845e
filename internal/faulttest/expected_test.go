// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import "github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"

// expected is what each operation does with each fault. The columns are the faults, in their order.
//
// A list of entities that cannot be read is read once more, as references.
//
// A log on needs no session, and an answer without a body can neither be truncated nor have a wrong namespace: these
// cells are "always". A log off may take one minute, which a first request without an answer uses up.
var expected = faultkit.Table{
	// 503, 429, reset before and after the server carried out the request, time-out before and after, session expired
	// (401, 500), garbage, truncated, HTML 502, 404 without a body, wrong
	// namespace, 500 before and after.
	logOn: columns(`
		once   once   error  error  error  error  always always error  error  once   error  error  error  error`),
	"list the roles": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"list the accounts": columns(`
		once   once   once   once   once   once   once   once   once   once   once   error  once   once   once`),
	"read an account, in a refresh": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"read an account, in a change": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"list an account's roles, in a refresh": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"list an account's roles, in a change": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"list restore scopes, in a refresh": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"list restore scopes, in a change": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"list restore scopes, for a new account": columns(`
		once   once   once   once   once   once   once   once   error  once   once   error  error  once   once`),
	"list the hierarchy roots": columns(`
		once   once   once   once   once   once   once   once   once   once   once   error  once   once   once`),
	// The plan that Terraform repeats in the apply looks the object up first, and does without.
	"look an object up": columns(`
		once   once   once   once   once   once   once   once   once   once   once   once   once   once   once`),
	// After a 500, an account of the name may be another client's: the error asks to import it.
	"create an account": columns(`
		once   once   once   always always always once   error  once   always once   error  always error  error`),
	"switch the restore of all VMs": columns(`
		once   once   once   always always always once   error  once   always once   error  always error  always`),
	"add a role": columns(`
		once   once   once   always always always once   error  once   always once   error  always error  always`),
	"remove a role": columns(`
		once   once   once   once   once   once   once   error  error  always once   error  always error  error`),
	"add a scope (restore_scope)": columns(`
		once   once   once   always always always once   error  once   always once   error  always error  always`),
	"add a scope (account_scope)": columns(`
		once   once   once   always always always once   error  once   always once   error  always error  always`),
	"add a scope (exclusive)": columns(`
		once   once   once   always always always once   error  once   always once   error  always error  always`),
	"remove a scope (restore_scope)": columns(`
		once   once   once   once   once   once   once   error  error  always once   error  always error  error`),
	"remove a scope (account_scope)": columns(`
		once   once   once   once   once   once   once   error  error  always once   error  always error  error`),
	"remove a scope (exclusive)": columns(`
		once   once   once   once   once   once   once   error  error  always once   error  always error  error`),
	"delete an account": columns(`
		once   once   once   once   once   once   once   error  error  always once   error  always error  error`),
	logOff: columns(`
		once   once   once   once   error  error  always error  error  always once   error  always error  error`),
}

func columns(row string) []string { return faultkit.Columns(row) }
