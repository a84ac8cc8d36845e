// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package scopesexclusive has the resource that owns the whole list of an account's restore scopes.
package scopesexclusive

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var (
	_ resource.ResourceWithConfigure   = (*exclusiveResource)(nil)
	_ resource.ResourceWithIdentity    = (*exclusiveResource)(nil)
	_ resource.ResourceWithImportState = (*exclusiveResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*exclusiveResource)(nil)
)

// NewResource returns the resource veeam_em_account_scopes_exclusive.
func NewResource() resource.Resource { return &exclusiveResource{} }

type exclusiveResource struct{ tfkit.ResourceEM }

// Metadata names the resource.
func (r *exclusiveResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_account_scopes_exclusive"
}

// Create brings the list about.
func (r *exclusiveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	ctx, client, end := tfkit.BeginCreate(ctx, r.EM, req, resp, &m)
	defer end()
	if resp.Diagnostics.HasError() {
		return
	}
	owned, diags := r.enforce(ctx, client, &m, nil)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		// Nothing is owned by a list that was not brought about: what it added is found again by the next apply.
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(owned.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
}

// Read takes every scope that the account has into the list, so that the plan shows what it will remove.
func (r *exclusiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	ctx, client, end := tfkit.BeginRead(ctx, r.EM, req, resp, &m)
	defer end()
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	owned, err := refresh(ctx, r.EM, client, &m, owned)
	if errors.Is(err, scopeset.ErrAccountGone) {
		resp.Diagnostics.Append(tfkit.SaveIdentity(ctx, resp.Identity, &m)...)
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the restore scopes of the account "+m.AccountID.ValueString(), err))
		return
	}
	resp.Diagnostics.Append(owned.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
}

// Update brings the list about. If that fails the state keeps what it had, and gets the items that were added: the next refresh
// finds the others, but not which scope of a name is this list's own.
func (r *exclusiveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, m model
	ctx, client, end := tfkit.BeginUpdate(ctx, r.EM, req, resp, &state, &m)
	defer end()
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	owned, diags = r.enforce(ctx, client, &m, owned)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(owned.Save(ctx, resp.Private)...)
	if resp.Diagnostics.HasError() {
		state.Scopes = scopeset.Set(owned.Kept(scopeset.Items(state.Scopes), scopeset.Items(m.Scopes), nil))
		m = state
	}
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
}

// Delete removes nothing: it only stops enforcing.
func (r *exclusiveResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState takes the list of an account by the account's ID, or by the identity.
func (r *exclusiveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := req.ID
	if given == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		given = identity.AccountID.ValueString()
	}
	id, err := emapi.ParseGUID(given)
	if err != nil {
		resp.Diagnostics.AddError("Not an import ID of an account's restore scopes",
			err.Error()+". Write the ID of the account, for example d6701c3d-15f4-421d-b376-c0e2634bc1f4.")
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("account_id"), id)...)
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{AccountID: types.StringValue(id)})...)
	}
}

func (r *exclusiveResource) enforce(
	ctx context.Context, client *emapi.Client, m *model, owned scopeset.Owned,
) (scopeset.Owned, diag.Diagnostics) {
	what := "enforce the restore scopes of the account " + m.AccountID.ValueString()
	id, err := m.id()
	if err != nil {
		return owned, diag.Diagnostics{tfkit.Failure(what, err)}
	}
	items := scopeset.Items(m.Scopes)
	account := scopeset.Of(r.EM, client, id)
	unlock, err := account.Lock(ctx, items...)
	if err != nil {
		return owned, diag.Diagnostics{tfkit.Failure(what, err)}
	}
	defer unlock()
	e := &enforcement{client: client, account: account, items: items, owned: owned}
	var diags diag.Diagnostics
	if err := e.run(ctx); err != nil {
		diags.Append(tfkit.Failure(what, err))
	}
	for _, note := range e.notes {
		diags.AddWarning("A restore scope of the account "+id+" needs a look", note)
	}
	return e.owned, diags
}
