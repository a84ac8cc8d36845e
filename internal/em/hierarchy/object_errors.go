// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// String is how diagnostics call the object.
func (m objectModel) String() string {
	if m.byRef() {
		return m.HierarchyObjRef.ValueString()
	}
	return fmt.Sprintf("the %s %q under the hierarchy root %s",
		m.Type.ValueString(), m.Name.ValueString(), m.HierarchyRootID.ValueString())
}

// refused reports whether the lookup service refused the request: it may not know the root or the type.
func refused(err error) bool {
	return hasStatus(err, 404) || hasStatus(err, 400)
}

func hasStatus(err error, status int) bool {
	var e *emapi.Error
	return errors.As(err, &e) && e.Status == status
}

// missing returns the error for an object that was not found. The error lists the roots if the root is unknown, and
// otherwise the objects of that type, as far as they can be read. refusal is the server's error if it refused the
// lookup.
func missing(ctx context.Context, client *emapi.Client, m objectModel, refusal error) diag.Diagnostic {
	root, kind := m.place()
	at, rootAt := path.Root("name"), path.Root("hierarchy_root_id")
	if m.byRef() {
		at, rootAt = path.Root("hierarchy_obj_ref"), path.Root("hierarchy_obj_ref")
	}
	roots, err := client.HierarchyRoots(ctx)
	known := slices.ContainsFunc(roots, func(r emapi.HierarchyRoot) bool { return strings.EqualFold(r.ID, root) })
	switch {
	case err == nil && !known:
		return diag.NewAttributeErrorDiagnostic(rootAt, "The server has no such hierarchy root",
			fmt.Sprintf("Enterprise Manager has no hierarchy root with the ID %s. It looks up only objects under hierarchy "+
				"roots. For file shares, use the data source veeam_em_file_server. Its hierarchy roots are%s",
				root, tfkit.Candidates(root, rootCandidates("id", roots))))
	case refusal != nil && (err != nil || !hasStatus(refusal, 404)):
		return tfkit.Failure("look up "+m.String(), refusal)
	}
	detail := "Enterprise Manager does not find " + m.String() + "."
	if !m.byRef() && strings.Contains(m.Name.ValueString(), "*") {
		detail += " The name must match exactly; * is not a wildcard."
	}
	return diag.NewAttributeErrorDiagnostic(at, "The server has no such object",
		detail+candidates(ctx, client, m, root, kind))
}

// candidates says which objects of the type the root has.
func candidates(ctx context.Context, client *emapi.Client, m objectModel, root, kind string) string {
	others, err := client.Lookup(ctx, root, "*", kind)
	switch {
	case err == nil && len(others) > 0:
		return fmt.Sprintf(" The objects of type %s under this root are%s",
			kind, tfkit.Candidates(m.Name.ValueString(), objectCandidates(others)))
	case err == nil:
		return fmt.Sprintf(" This root has no objects of type %s. The types are, for VMware: %s; for Cloud Director: %s; "+
			"for Hyper-V: %s.", kind, typesOf("VMware"), typesOf("vCloud"), typesOf("Hyperv"))
	}
	return ""
}

// ambiguous returns the error for several objects that match. Several objects with one reference would be a defect of
// the server.
func ambiguous(m objectModel, found []emapi.HierarchyItem) diag.Diagnostic {
	at, what := path.Root("name"), "Set hierarchy_obj_ref instead"
	if m.byRef() {
		at, what = path.Root("hierarchy_obj_ref"), "The lookup service returns"
	}
	return diag.NewAttributeErrorDiagnostic(at, "Several objects match",
		fmt.Sprintf("Enterprise Manager finds %d objects for %s. %s%s",
			len(found), m, what, tfkit.Candidates(m.Name.ValueString(), objectCandidates(found))))
}

// typesOf returns the object types of a platform.
func typesOf(platform string) string { return strings.Join(emapi.PlatformTypes[platform], ", ") }
