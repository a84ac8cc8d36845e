// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// ImportState imports an account by its ID, its UID, its type and name, or its identity.
func (r *accountResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	given := tfkit.ImportID(ctx, req, resp, func(i identityModel) string { return i.ID.ValueString() })
	if resp.Diagnostics.HasError() {
		return
	}
	id, ok := r.importID(ctx, given, resp)
	if !ok {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{ID: types.StringValue(id)})...)
	}
}

func (r *accountResource) importID(ctx context.Context, given string, resp *resource.ImportStateResponse) (
	string, bool,
) {
	id, accountType, name, err := parseImportID(given)
	if err != nil {
		resp.Diagnostics.AddError("Not an import ID of an account", err.Error())
		return "", false
	}
	if id != "" {
		return id, true
	}
	client, diags := r.EM.Connected()
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return "", false
	}
	account, err := client.FindAccount(ctx, accountType, name)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure(fmt.Sprintf("find the %s account %s", accountType, name), err))
		return "", false
	}
	return account.ID, true
}

// parseImportID parses an import ID. It returns either the ID of the account or its type and name.
func parseImportID(given string) (id, accountType, name string, err error) {
	if id, err := emapi.ParseGUID(strings.TrimPrefix(given, string(emapi.AccountUID))); err == nil {
		return id, "", "", nil
	}
	accountType, name, _ = strings.Cut(given, "/")
	for _, known := range emapi.AccountTypes {
		if accountType == known && strings.TrimSpace(name) != "" {
			return "", accountType, name, nil
		}
	}
	return "", "", "", fmt.Errorf("%q does not identify an account. Write the ID of the account "+
		"(d6701c3d-15f4-421d-b376-c0e2634bc1f4), its UID (%sd6701c3d-15f4-421d-b376-c0e2634bc1f4), "+
		"or its type and name (User/TECH\\william.fox; the types are %s)",
		given, emapi.AccountUID, strings.Join(emapi.AccountTypes, ", "))
}
