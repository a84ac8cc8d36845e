// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// createFailure returns the error for a role that could not be created.
func createFailure(plan *model, err error) diag.Diagnostic {
	var exists *vb365api.RoleExistsError
	if errors.As(err, &exists) {
		return diag.NewAttributeErrorDiagnostic(path.Root("name"), "The restore operator role already exists",
			fmt.Sprintf("The organization already has a restore operator role with the name %q: %s. Nothing was changed. "+
				"To manage the role with this resource, import it:\n\n"+
				"  import {\n    to = veeam_vb365_restore_operator_role.NAME # this resource\n    id = %q\n  }\n\n"+
				"If this is the role that the same plan replaces, create_before_destroy is the cause: it does not work for roles "+
				"of one organization, because the old role has the name until it is deleted.",
				plan.Name.ValueString(), idList(exists.Roles), exists.Roles[0].ID))
	}
	if vb365api.IsUncertain(err) {
		err = fmt.Errorf("%w\n\nThe server may have created the role nevertheless. If it has, the next apply says so and "+
			"shows how to import the role", err)
	}
	return tfkit.Failure("create "+plan.label(), err)
}

// twins returns an error about other roles with the name of a new role.
func twins(m *model, others []vb365api.Role) diag.Diagnostics {
	if len(others) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("name"),
		"The organization has several restore operator roles with the name "+m.Name.ValueString(),
		fmt.Sprintf("This resource created the role with the ID %s, and the server also has: %s. It had none of that name "+
			"before. Either the server carried out a request whose response was lost, or another client created a role at the "+
			"same time. The operators of each role may restore, so check which one to keep, and delete the others in the "+
			"console. To keep the role of this resource, run terraform untaint. To keep another one, run terraform state rm, "+
			"import that role, and delete the role of this resource.", m.ID.ValueString(), idList(others)))}
}

// idList names roles of the same name.
func idList(roles []vb365api.Role) string {
	ids := make([]string, 0, len(roles))
	for _, r := range roles {
		ids = append(ids, r.ID)
	}
	if len(ids) == 1 {
		return "the role with the ID " + ids[0]
	}
	return "the roles with the IDs " + strings.Join(ids, ", ")
}

// compare returns an error if other unmanaged entries came or went during an update. Without it, Terraform would report
// a bug in the provider. Everything else of a successful update is as planned.
func compare(plan, result *model) diag.Diagnostics {
	if plan.UnmanagedEntries.IsUnknown() || plan.UnmanagedEntries.Equal(result.UnmanagedEntries) {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("During the update, "+plan.label()+" was changed outside Terraform",
		"All planned changes were made, but the role now differs from the plan. Plan again to see the difference.")}
}

// noOrganization is the error for an imported role whose organization is not known.
func noOrganization(m *model) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The organization of "+m.label()+" is not known",
		"The server does not return the organization of the role. Import the role as <organization>/<role name>.")
}

// warnings returns the warnings of a refresh: one about renamed objects, and one about entries that a reference cannot
// express. Each names all of them, because Terraform shows only the first of several warnings with the same summary.
func warnings(m *model, s *snapshot, objects standings) diag.Diagnostics {
	var diags diag.Diagnostics
	var renamed, odd []string
	for _, l := range lists {
		for _, o := range objects[l] {
			if now := o.newName(); now != "" {
				renamed = append(renamed, fmt.Sprintf("%s: %s %s %s (id %s)", attributes[l], o.Type, o.Name, now, o.ID))
			}
		}
	}
	for _, u := range s.unmanaged() {
		odd = append(odd, fmt.Sprintf("%s: type %q (entry %s)", attributes[u.list], u.kind, u.id))
	}
	if len(renamed) > 0 {
		diags.AddWarning("Objects in "+m.label()+" have been renamed",
			"The references keep standing for the same objects, and nothing changes. You can write the new names, or the "+
				"IDs, in the configuration:\n\n  - "+strings.Join(renamed, "\n  - "))
	}
	if len(odd) > 0 {
		diags.AddWarning("The provider does not manage all entries of "+m.label(),
			"The role has entries that the API cannot express. They give access as well. Updates keep them; change them in "+
				"the console or in PowerShell:\n\n  - "+strings.Join(odd, "\n  - "))
	}
	return diags
}
