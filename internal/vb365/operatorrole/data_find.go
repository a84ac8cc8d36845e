// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// find returns the role that the data source asks for, or an error that lists candidates.
func (m roleData) find(ctx context.Context, client *vb365api.Client) (vb365api.Role, diag.Diagnostics) {
	if !m.ID.IsNull() {
		return findByID(ctx, client, m.ID.ValueString())
	}
	organization, name := m.OrganizationID.ValueString(), m.Name.ValueString()
	listed, diags := rolesOf(ctx, client, organization, "find the restore operator role "+name)
	if diags.HasError() {
		return vb365api.Role{}, diags
	}
	found := slices.DeleteFunc(slices.Clone(listed), func(r vb365api.Role) bool { return r.Name != name })
	at := path.Root("name")
	switch len(found) {
	case 0:
		diags.AddAttributeError(at, noRole, fmt.Sprintf("%s has no restore operator role with the name %q. Names must match "+
			"exactly, including case. Its roles are%s", roleOwner(organization), name, roleCandidates(name, listed)))
	case 1:
		return found[0], nil
	default:
		way := "Set id instead"
		if organization == "" {
			way = "Set organization_id as well, or set id instead"
		}
		diags.AddAttributeError(at, "Several restore operator roles match", fmt.Sprintf("%s has %d restore operator roles "+
			"with the name %q. %s%s", roleOwner(organization), len(found), name, way, roleCandidates(name, found)))
	}
	return vb365api.Role{}, diags
}

// noRole is the summary of the error for a role that does not exist.
const noRole = "The server has no such restore operator role"

// roleOwner is what has the roles in an error.
func roleOwner(organization string) string {
	if organization == "" {
		return tfkit.BackupFor365.Name
	}
	return "The organization " + organization
}

func findByID(ctx context.Context, client *vb365api.Client, id string) (vb365api.Role, diag.Diagnostics) {
	role, err := client.GetRole(ctx, "", id)
	if err == nil {
		return role, nil
	}
	if vb365api.IsNotFound(err) {
		if listed, listErr := client.ListRoles(ctx); listErr == nil {
			return vb365api.Role{}, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("id"), noRole,
				fmt.Sprintf("%s has no restore operator role with the id %q. Its roles are%s", roleOwner(""), id,
					roleCandidates("", listed)))}
		}
	}
	return vb365api.Role{}, diag.Diagnostics{tfkit.Failure("read the restore operator role "+id, err)}
}

// rolesOf lists the roles of an organization or, if its ID is empty, of all organizations. what names the operation
// in an error.
func rolesOf(
	ctx context.Context, client *vb365api.Client, organization, what string,
) ([]vb365api.Role, diag.Diagnostics) {
	if organization == "" {
		roles, err := client.ListRoles(ctx)
		if err != nil {
			return nil, diag.Diagnostics{tfkit.Failure(what, err)}
		}
		return roles, nil
	}
	roles, err := client.ListOrganizationRoles(ctx, organization)
	if err != nil {
		return nil, diag.Diagnostics{lookup.OrganizationFailure(ctx, client, what, organization, err)}
	}
	return roles, nil
}

// listsOf reads the lists of a role. What the server has as selected items of an EntireOrganization role has no
// effect and does not count.
func listsOf(
	ctx context.Context, client *vb365api.Client, r vb365api.Role,
) (map[vb365api.List][]vb365api.Entry, error) {
	var operators, selected, excluded []vb365api.Entry
	read := func(list vb365api.List, entries *[]vb365api.Entry) func() error {
		return func() (err error) { *entries, err = client.ListEntries(ctx, r.ID, list); return err }
	}
	work := []func() error{read(vb365api.Operators, &operators), read(vb365api.ExcludedItems, &excluded)}
	if r.RoleType != vb365api.EntireOrganization {
		work = append(work, read(vb365api.SelectedItems, &selected))
	}
	err := errors.Join(tfkit.Parallel(work...)...)
	return map[vb365api.List][]vb365api.Entry{
		vb365api.Operators: operators, vb365api.SelectedItems: selected, vb365api.ExcludedItems: excluded,
	}, err
}

// roleCandidates lists roles for an error.
func roleCandidates(wanted string, roles []vb365api.Role) string {
	out := make([]tfkit.Candidate, 0, len(roles))
	for _, r := range roles {
		text := fmt.Sprintf("%s (id %s, organization_id %s)", r.Name, r.ID, r.OrganizationID)
		out = append(out, tfkit.Candidate{Name: r.Name, Text: text})
	}
	return tfkit.Candidates(wanted, out)
}
