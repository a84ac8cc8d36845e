// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// resolved is a reference with the object that it stands for.
type resolved struct {
	rules.Reference
	// object is the zero value if it is not known. If it is an entry already, only its type and ID are set.
	object vb365api.Object
	entry  bool // whether the role has the object already
}

// resolution is the references of all lists of a role.
type resolution map[vb365api.List][]resolved

// forRules returns the references of a list as the rules take them.
func (all resolution) forRules(l vb365api.List) []rules.Resolved {
	out := make([]rules.Resolved, 0, len(all[l]))
	for _, r := range all[l] {
		known := rules.Resolved{Reference: r.Reference}
		if r.object.ID != "" {
			known.Object = r.object.Key()
		}
		out = append(out, known)
	}
	return out
}

// standings returns what the private state records about the references.
func (all resolution) standings() standings {
	out := standings{}
	for _, l := range lists {
		for _, r := range all[l] {
			out[l] = append(out[l], standing{Type: r.object.Type, ID: r.object.ID, Name: r.Name, Current: r.object.Name})
		}
	}
	return out
}

// check applies the rules about objects that are in a list twice, or both selected and excluded.
func (all resolution) check() diag.Diagnostics {
	var diags diag.Diagnostics
	for _, l := range lists {
		diags.Append(rules.Distinct(path.Root(attributes[l]), all.forRules(l))...)
	}
	diags.Append(rules.NotSelected(path.Root("excluded_items"),
		all.forRules(vb365api.SelectedItems), all.forRules(vb365api.ExcludedItems))...)
	return diags
}

// resolver finds the objects that references stand for.
type resolver struct {
	client         *vb365api.Client // nil: look nothing up
	organizationID string
	known          standings // the entries of the role
}

// resolve finds the objects of all known references of a role. It looks up those that are no entries yet, all at once,
// and returns an error for each that does not stand for exactly one object.
func (r *resolver) resolve(ctx context.Context, m *model) (resolution, diag.Diagnostics) {
	all := resolution{}
	var work []func() error
	var failed []diag.Diagnostics
	for _, l := range lists {
		references, _ := toReferences(*m.list(l))
		all[l] = make([]resolved, len(references))
		for i, reference := range references {
			target := &all[l][i]
			target.Reference = reference
			if found, ok := r.known.find(l, reference); ok {
				target.object, target.entry = vb365api.Object{Type: found.Type, ID: found.ID}, true
			} else if r.client != nil {
				at := len(failed)
				failed = append(failed, nil)
				work = append(work, func() error {
					target.object, failed[at] = r.lookUp(ctx, path.Root(attributes[l]), reference)
					return nil
				})
			}
		}
	}
	tfkit.Parallel(work...)
	var diags diag.Diagnostics
	for _, d := range failed {
		diags.Append(d...)
	}
	return all, diags
}

// lookUp returns the only object of the organization that a reference stands for.
func (r *resolver) lookUp(ctx context.Context, p path.Path, reference rules.Reference) (
	vb365api.Object, diag.Diagnostics,
) {
	wanted := lookup.Object{
		Type: reference.Type, OrganizationID: r.organizationID,
		Attribute: lookup.AttributesOf(reference.Type).Name, Wanted: reference.Name,
	}
	if reference.ID != "" {
		wanted.Attribute, wanted.Wanted = lookup.ID, reference.ID
	}
	some, err := wanted.Some(ctx, r.client)
	if err != nil {
		what := "look up the " + reference.String()
		return vb365api.Object{}, diag.Diagnostics{
			lookup.OrganizationFailure(ctx, r.client, what, r.organizationID, err),
		}
	}
	found := slices.DeleteFunc(slices.Clone(some), func(o vb365api.Object) bool { return !wanted.Matches(o) })
	if len(found) == 1 {
		return found[0], nil
	}
	return vb365api.Object{}, rules.OneObject(p, reference, len(found), lookup.ObjectCandidates(wanted.Attribute, some))
}
