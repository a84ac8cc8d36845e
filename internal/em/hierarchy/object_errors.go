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
	return fmt.Sprintf("the %s %q under the hierarchy root %s", m.Type.ValueString(), m.Name.ValueString(), m.HierarchyRootID.ValueString())
}

// refused tells whether the look-up service refused to look: the root or the type may be unknown to it.
func refused(err error) bool {
	return hasStatus(err, 404) || hasStatus(err, 400)
}

func hasStatus(err error, status int) bool {
	var e *emapi.Error
	return errors.As(err, &e) && e.Status == status
}

// missing says that there is no such object, and what there is instead: of the roots where the root is unknown, else of the
// objects of that type. What cannot be found out is left unsaid. refusal is the server's where it refused to look.
func missing(ctx context.Context, client *emapi.Client, m objectModel, refusal error) diag.Diagnostic {
	root, kind := m.place()
	at, rootAt := path.Root("name"), path.Root("hierarchy_root_id")
	if m.byRef() {
		at, rootAt = path.Root("hierarchy_obj_ref"), path.Root("hierarchy_obj_ref")
	}
	roots, err := client.HierarchyRoots(ctx)
	switch known := slices.ContainsFunc(roots, func(r emapi.HierarchyRoot) bool { return strings.EqualFold(r.ID, root) }); {
	case err == nil && !known:
		return diag.NewAttributeErrorDiagnostic(rootAt, "The server has no such hierarchy root",
			fmt.Sprintf("Enterprise Manager has no hierarchy root %s, and looks up objects under hierarchy roots alone (not file shares, for example). It has%s",
				root, tfkit.Candidates(root, rootCandidates("id", roots))))
	case refusal != nil && (err != nil || !hasStatus(refusal, 404)):
		return tfkit.Failure("look up "+m.String(), refusal)
	}
	detail := "Enterprise Manager does not find " + m.String() + "."
	if !m.byRef() && strings.Contains(m.Name.ValueString(), "*") {
		detail += " The name is taken to the letter: * stands for itself."
	}
	return diag.NewAttributeErrorDiagnostic(at, "The server has no such object", detail+instead(ctx, client, m, root, kind))
}

// instead says which objects of the type the root has.
func instead(ctx context.Context, client *emapi.Client, m objectModel, root, kind string) string {
	others, err := client.Lookup(ctx, root, "*", kind)
	switch {
	case err == nil && len(others) > 0:
		return fmt.Sprintf(" Objects of type %s there%s", kind, tfkit.Candidates(m.Name.ValueString(), objectCandidates(others)))
	case err == nil:
		return fmt.Sprintf(" There is no object of type %s at all. The types are, for VMware: %s; for Cloud Director: %s; for Hyper-V: %s.",
			kind, typesOf("VMware"), typesOf("vCloud"), typesOf("Hyperv"))
	}
	return ""
}

// ambiguous says that the name stands for several objects. A reference that does would be a defect of the server.
func ambiguous(m objectModel, found []emapi.HierarchyItem) diag.Diagnostic {
	at, what := path.Root("name"), "Give the hierarchy_obj_ref of the one that is meant"
	if m.byRef() {
		at, what = path.Root("hierarchy_obj_ref"), "The look-up service gives"
	}
	return diag.NewAttributeErrorDiagnostic(at, "Several objects match",
		fmt.Sprintf("Enterprise Manager finds %d objects for %s. %s%s", len(found), m, what, tfkit.Candidates(m.Name.ValueString(), objectCandidates(found))))
}

// typesOf lists the types of objects that a platform has.
func typesOf(platform string) string { return strings.Join(emapi.PlatformTypes[platform], ", ") }
