// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// ImportState imports a role by its ID, by its organization and name, or by its identity.
func (r *roleResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	given := tfkit.ImportID(ctx, req, resp, func(i identityModel) string { return i.ID.ValueString() })
	if resp.Diagnostics.HasError() {
		return
	}
	role, diags := r.importRole(ctx, given)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), role.ID)...)
	if role.OrganizationID != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("organization_id"), role.OrganizationID)...)
	}
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{ID: types.StringValue(role.ID)})...)
	}
}

// importRole returns the role that an import ID stands for. Its organization is empty if the import ID has none.
func (r *roleResource) importRole(ctx context.Context, given string) (role vb365api.Role, diags diag.Diagnostics) {
	if id, err := httpkit.ParseGUID(given); err == nil {
		return vb365api.Role{ID: id}, nil
	}
	organization, name, ok := strings.Cut(given, "/")
	if !ok || strings.Trim(organization, ".") == "" || name == "" {
		diags.AddError("Not an import ID of a restore operator role",
			fmt.Sprintf("%q does not identify a role. Write the ID of the role (97edf1c9-74a1-480d-8b60-29b9ef331bd9), or the "+
				"ID or name of its organization and its name (abc.onmicrosoft.com/Helpdesk).", given))
		return role, diags
	}
	client, diags := r.VB365.Connected()
	if diags.HasError() {
		return role, diags
	}
	id, diags := organizationID(ctx, client, organization)
	if diags.HasError() {
		return role, diags
	}
	listed, diags := rolesOf(ctx, client, id, "find the restore operator role "+name)
	if diags.HasError() {
		return role, diags
	}
	found := slices.DeleteFunc(slices.Clone(listed), func(r vb365api.Role) bool { return r.Name != name })
	switch len(found) {
	case 0:
		diags.AddError(noRole, fmt.Sprintf("The organization %s has no restore operator role with the name %q. Names must "+
			"match exactly, including case. Its roles are%s", organization, name, roleCandidates(name, listed)))
	case 1:
		return found[0], nil
	default:
		diags.AddError("Several restore operator roles match", fmt.Sprintf("The organization %s has %d restore operator "+
			"roles with the name %q. Import the role by its ID%s", organization, len(found), name, roleCandidates(name, found)))
	}
	return role, diags
}

// organizationID returns the ID of the organization with this ID or name.
func organizationID(ctx context.Context, client *vb365api.Client, wanted string) (string, diag.Diagnostics) {
	if id, err := httpkit.ParseGUID(wanted); err == nil {
		return id, nil
	}
	var diags diag.Diagnostics
	all, err := client.ListOrganizations(ctx)
	if err != nil {
		return "", diag.Diagnostics{tfkit.Failure("find the organization "+wanted, err)}
	}
	found := slices.DeleteFunc(slices.Clone(all), func(o vb365api.Organization) bool {
		return !strings.EqualFold(o.Name, wanted)
	})
	switch len(found) {
	case 0:
		diags.AddError("The server has no such organization",
			fmt.Sprintf("Veeam Backup for Microsoft 365 has no organization with the name %q. Its organizations are%s",
				wanted, tfkit.Candidates(wanted, lookup.OrganizationCandidates("name", all))))
	case 1:
		return found[0].ID, nil
	default:
		diags.AddError("Several organizations match",
			fmt.Sprintf("Veeam Backup for Microsoft 365 has %d organizations with the name %q. Write the ID of one of them%s",
				len(found), wanted, tfkit.Candidates(wanted, lookup.OrganizationCandidates("name", found))))
	}
	return "", diags
}
