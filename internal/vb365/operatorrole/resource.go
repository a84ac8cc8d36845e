// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package operatorrole implements the resource, the list resource and the data sources for restore operator roles of
// Veeam Backup for Microsoft 365.
package operatorrole

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var (
	_ resource.ResourceWithConfigure      = (*roleResource)(nil)
	_ resource.ResourceWithIdentity       = (*roleResource)(nil)
	_ resource.ResourceWithImportState    = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*roleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*roleResource)(nil)
)

// NewResource returns the resource veeam_vb365_restore_operator_role.
func NewResource() resource.Resource { return &roleResource{} }

type roleResource struct{ tfkit.ResourceVB365 }

// Metadata names the resource.
func (r *roleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_restore_operator_role"
}

// Create creates the role. It saves the ID as soon as the role exists, so that a later failure leaves no orphan.
func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	ctx, client, end := tfkit.BeginCreate(ctx, r.VB365, req, resp, &plan)
	defer end()
	if resp.Diagnostics.HasError() {
		return
	}

	all, diags := r.resolver(&plan, nil).resolve(ctx, &plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	want := plan.toSpec(all)
	created, err := client.CreateRole(ctx, plan.OrganizationID.ValueString(), want)
	if err != nil {
		resp.Diagnostics.Append(createFailure(&plan, err))
		return
	}
	m := plan
	m.fromCreated(created.Role)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
	resp.Diagnostics.Append(all.standings().save(ctx, resp.Private)...)

	c := &change{client: client, organizationID: plan.OrganizationID.ValueString(), id: created.Role.ID, want: want}
	if err := c.finishCreate(ctx, created.Found); err != nil {
		resp.Diagnostics.Append(tfkit.Failure("finish creating "+m.label(), err))
	}
	resp.Diagnostics.Append(twins(&m, created.Twins)...)
	if c.reread(ctx) {
		after := m.fromSnapshot(c.now, written(&plan), all.standings())
		resp.Diagnostics.Append(after.save(ctx, resp.Private)...)
		resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
	}
}

// Read refreshes the state from the server.
func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	ctx, client, end := tfkit.BeginRead(ctx, r.VB365, req, resp, &m)
	defer end()
	prior := m
	before, diags := loadStandings(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	s, err := read(ctx, client, m.OrganizationID.ValueString(), m.ID.ValueString())
	switch {
	case vb365api.IsNotFound(err):
		resp.Diagnostics.Append(tfkit.SaveIdentity(ctx, resp.Identity, &m)...)
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(tfkit.Failure("read "+m.label(), err))
		return
	}
	after := m.fromSnapshot(s, written(&m), before)
	if m.OrganizationID.ValueString() == "" {
		resp.Diagnostics.Append(noOrganization(&m))
		return
	}
	resp.Diagnostics.Append(warnings(&m, s, after)...)
	resp.Diagnostics.Append(after.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.SaveRead(ctx, req, resp, prior, &m)...)
}

// Update changes the role in place. If it fails part-way, the state shows what the server then has.
func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	ctx, client, end := tfkit.BeginUpdate(ctx, r.VB365, req, resp, &state, &plan)
	defer end()
	known, diags := loadStandings(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	all, diags := r.resolver(&plan, known).resolve(ctx, &plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := &change{client: client, organizationID: state.OrganizationID.ValueString(), id: state.ID.ValueString()}
	if err := c.update(ctx, &plan, all); err != nil {
		resp.Diagnostics.Append(tfkit.Failure("change "+plan.label(), err))
	}
	if !c.reread(ctx) {
		return
	}
	result := plan
	before := all.standings().with(known)
	after := result.fromSnapshot(c.now, written(&plan, &state), before)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(compare(&plan, &result)...)
	}
	resp.Diagnostics.Append(after.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &result)...)
}

// Delete deletes the role.
func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	ctx, client, end := tfkit.BeginDelete(ctx, r.VB365, req, resp, &m)
	defer end()
	if resp.Diagnostics.HasError() {
		return
	}
	if err := client.DeleteRole(ctx, m.OrganizationID.ValueString(), m.ID.ValueString()); err != nil {
		resp.Diagnostics.Append(tfkit.Failure("delete "+m.label(), err))
	}
}
