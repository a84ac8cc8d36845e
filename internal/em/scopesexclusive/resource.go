// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package scopesexclusive implements the resource that manages the complete list of an account's restore scopes.
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

// Create enforces the list.
func (r *exclusiveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	ctx, client, end := tfkit.BeginCreate(ctx, r.EM, req, resp, &m)
	defer end()
	if resp.Diagnostics.HasError() {
		return
	}
	m.identify()
	owned, diags := r.enforce(ctx, client, &m, nil)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		// A list that was not enforced owns nothing. The next apply finds the scopes that this one added.
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(owned.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
}

// Read reads every scope of the account into the list, so that the plan shows which scopes it will remove.
func (r *exclusiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	ctx, client, end := tfkit.BeginRead(ctx, r.EM, req, resp, &m)
	defer end()
	prior := m
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	m.identify()
	owned, err := refresh(ctx, r.EM, client, &m, owned)
	if errors.Is(err, scopeset.ErrAccountGone) {
		resp.Diagnostics.Append(tfkit.SaveIdentity(ctx, resp.Identity, &m)...)
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(scopeset.Failure(
			ctx, client, "read the restore scopes of the account", m.AccountID.ValueString(), err))
		return
	}
	resp.Diagnostics.Append(owned.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.SaveRead(ctx, req, resp, prior, &m)...)
}

// Update enforces the list. If that fails, the state shows what the server then has.
func (r *exclusiveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, m model
	ctx, client, end := tfkit.BeginUpdate(ctx, r.EM, req, resp, &state, &m)
	defer end()
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.identify()
	before := owned
	owned, diags = r.enforce(ctx, client, &m, owned)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		owned = r.outcome(ctx, client, &state, &m, owned, before)
		m = state
	}
	resp.Diagnostics.Append(owned.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
}

// outcome reads the scopes into the state after a change to m that failed, even after an interrupt or a timeout. If
// they cannot be read, the state keeps its items and gets those that were added. The next refresh finds other changes,
// but it cannot determine which of several scopes with the same name belongs to this list.
func (r *exclusiveResource) outcome(
	ctx context.Context, client *emapi.Client, state, m *model, owned, before scopeset.Owned,
) scopeset.Owned {
	had := scopeset.Without(scopeset.Items(state.Scopes), scopeset.Items(m.Scopes))
	owned = owned.Replace(had, before)
	state.Scopes = scopeset.Set(owned.Kept(scopeset.Items(state.Scopes), scopeset.Items(m.Scopes), nil))
	ctx, cancel := tfkit.After(ctx)
	defer cancel()
	read := *state
	now, err := refresh(ctx, r.EM, client, &read, owned)
	if err != nil {
		return owned
	}
	*state = read
	return now
}

// Delete stops enforcing the list. It removes a scope only if another resource has added a scope for the same object in
// this run, because it could not know that the object had one.
func (r *exclusiveResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	ctx, client, end := tfkit.BeginDelete(ctx, r.EM, req, resp, &m)
	defer end()
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	id, err := m.id()
	if resp.Diagnostics.HasError() || err != nil {
		return
	}
	warnings, err := scopeset.Of(r.EM, client, id, scopeset.Exclusive).ReleaseAll(ctx, owned, scopeset.Items(m.Scopes))
	for _, w := range warnings {
		resp.Diagnostics.AddWarning("A restore scope of the account "+m.accountName(ctx, client)+" was removed", w)
	}
	if err != nil {
		resp.Diagnostics.Append(scopeset.Failure(ctx, client, "hand over the restore scopes of the account", id, err))
	}
}

// ImportState imports the list by the ID of the account, or by its identity.
func (r *exclusiveResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	given := tfkit.ImportID(ctx, req, resp, func(i identityModel) string { return i.AccountID.ValueString() })
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
	failure := func(err error) diag.Diagnostic {
		return scopeset.Failure(ctx, client, "enforce the restore scopes of the account", m.AccountID.ValueString(), err)
	}
	id, err := m.id()
	if err != nil {
		return owned, diag.Diagnostics{failure(err)}
	}
	items := scopeset.Items(m.Scopes)
	account := scopeset.Of(r.EM, client, id, scopeset.Exclusive)
	unlock, err := account.Lock(ctx, items...)
	if err != nil {
		return owned, diag.Diagnostics{failure(err)}
	}
	defer unlock()
	e := &enforcement{account: account, items: items, owned: owned}
	var diags diag.Diagnostics
	if err := e.run(ctx); err != nil {
		diags.Append(failure(err))
	}
	for _, note := range e.notes {
		diags.AddWarning("The server removed more than one restore scope of the account "+
			m.accountName(ctx, client)+" at once", note)
	}
	return e.owned, diags
}
