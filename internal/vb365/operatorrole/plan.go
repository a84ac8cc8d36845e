// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// ModifyPlan finds the objects of all references, applies the rules that need them or the state, and plans no change
// for what is only written in another way.
func (r *roleResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.VB365 == nil || req.Plan.Raw.IsNull() {
		return
	}
	state, plan, diags := tfkit.PlanModels[model](ctx, req)
	resp.Diagnostics.Append(diags...)
	known, diags := loadStandings(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state == nil || !state.Name.Equal(plan.Name) {
		resp.Diagnostics.Append(rules.NewName(path.Root("name"), plan.Name)...)
	}
	if state != nil && !state.OrganizationID.Equal(plan.OrganizationID) {
		state = nil // the role is replaced
	}
	if state == nil {
		known = nil
		resp.Diagnostics.Append(r.checkOrganization(ctx, plan)...)
	}
	resp.Diagnostics.Append(r.checkTeams(plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	all, diags := r.resolver(plan, known).resolve(ctx, plan)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(all.check()...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.keep(state, known, all)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// resolver returns a resolver for the planned references. It looks nothing up if the server or the organization is not
// known yet.
func (r *roleResource) resolver(plan *model, known standings) *resolver {
	found := &resolver{organizationID: plan.OrganizationID.ValueString(), known: known}
	if !plan.OrganizationID.IsUnknown() {
		found.client = r.VB365.Client
	}
	return found
}

// keep plans no change for lists that stand for the same objects as before, and for the entries that the provider does
// not manage. state is nil if the role is created.
func (m *model) keep(state *model, known standings, all resolution) {
	if state == nil {
		return
	}
	if state.RoleType.Equal(m.RoleType) {
		m.UnmanagedEntries = state.UnmanagedEntries
	}
	for _, l := range lists {
		if _, complete := toReferences(*m.list(l)); complete && sameObjects(known[l], all[l]) {
			*m.list(l) = *state.list(l)
		}
	}
}

// sameObjects reports whether the references stand for exactly these objects. Each of them stands for another object.
func sameObjects(known []standing, references []resolved) bool {
	have := map[vb365api.Key]bool{}
	for _, s := range known {
		have[s.key()] = true
	}
	for _, r := range references {
		if r.object.ID == "" || !have[r.object.Key()] {
			return false
		}
	}
	return len(references) == len(have)
}

// checkOrganization applies the rule about the organization of a new role.
func (r *roleResource) checkOrganization(ctx context.Context, plan *model) diag.Diagnostics {
	if r.VB365.Client == nil || plan.OrganizationID.IsUnknown() {
		return nil
	}
	id := plan.OrganizationID.ValueString()
	o, err := r.VB365.Client.GetOrganization(ctx, id)
	if err != nil {
		return diag.Diagnostics{
			lookup.OrganizationFailure(ctx, r.VB365.Client, "read the organization "+id, id, err),
		}
	}
	return rules.Organization(path.Root("organization_id"), o)
}

// checkTeams applies the rule about teams, which depends on the version of the API.
func (r *roleResource) checkTeams(plan *model) diag.Diagnostics {
	var diags diag.Diagnostics
	if r.VB365.Client == nil {
		return nil
	}
	for _, l := range lists {
		diags.Append(rules.Teams(path.Root(attributes[l]), *plan.list(l), r.VB365.Client.Version())...)
	}
	return diags
}

// checkSelected applies the rule about the selected items of each type of role.
func checkSelected(m *model) diag.Diagnostics {
	return rules.SelectedItems(path.Root("selected_items"), m.RoleType, m.SelectedItems)
}

const standingsKey = "objects"

// loadStandings reads from the private state what save has written.
func loadStandings(ctx context.Context, private tfkit.PrivateReader) (s standings, diags diag.Diagnostics) {
	diags = tfkit.LoadPrivate(ctx, private, standingsKey, &s)
	return s, diags
}

func (s standings) save(ctx context.Context, private tfkit.PrivateWriter) diag.Diagnostics {
	return tfkit.SavePrivate(ctx, private, standingsKey, s)
}
