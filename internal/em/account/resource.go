// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package account implements the resource, the list resource and the data sources for accounts of Enterprise Manager.
package account

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var (
	_ resource.ResourceWithConfigure   = (*accountResource)(nil)
	_ resource.ResourceWithIdentity    = (*accountResource)(nil)
	_ resource.ResourceWithImportState = (*accountResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*accountResource)(nil)
)

// NewResource returns the resource veeam_em_account.
func NewResource() resource.Resource { return &accountResource{} }

type accountResource struct{ tfkit.ResourceEM }

// Metadata names the resource.
func (r *accountResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_account"
}

// Create creates the account. It saves the ID as soon as the account exists, so that a later failure leaves no orphan.
func (r *accountResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	ctx, client, end := tfkit.BeginCreate(ctx, r.EM, req, resp, &m)
	defer end()
	if resp.Diagnostics.HasError() {
		return
	}

	plan := m
	m.nameNew()
	id, err := client.CreateAccount(ctx, m.toSpec())
	if id == "" {
		resp.Diagnostics.Append(createFailure(&m, err, r.EM.ServerPlatform))
		resp.Diagnostics.Append(m.saveWithoutID(ctx, resp, err)...)
		return
	}
	m.ID = types.StringValue(id)
	m.UID = types.StringValue((&emapi.Account{ID: id}).UID())
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("finish creating the account "+m.name(), err))
		return
	}
	s, deleted, diags := (&creation{em: r.EM, client: client, id: id, plan: &m}).settle(ctx)
	resp.Diagnostics.Append(diags...)
	if deleted {
		resp.State.RemoveResource(ctx)
	}
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(m.recognize(s)...)
	resp.Diagnostics.Append(m.made.save(ctx, resp.Private)...)
	mine, err := scopeset.Of(r.EM, client, id, scopeset.Inline).FinishCreate(ctx, scopeset.Items(m.RestoreScope))
	resp.Diagnostics.Append(mine.Save(ctx, resp.Private)...)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("confirm the restore scopes of the new account "+m.name(), err))
		return
	}
	m.save(s)
	m.keepNames(&plan)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
}

// Read refreshes the state from the server.
func (r *accountResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	ctx, client, end := tfkit.BeginRead(ctx, r.EM, req, resp, &m)
	defer end()
	prior := m
	mine, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(m.loadProvenance(ctx, req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}

	err := m.findCreated(ctx, client)
	scopes := scopeset.Of(r.EM, client, m.ID.ValueString(), scopeset.Inline)
	var others scopeset.Others
	if err == nil {
		scopes.Visit() // until the account is planned
		mine, err = refresh(ctx, client, scopes, &m, mine)
	}
	if err == nil {
		others, err = scopes.OtherOwners(ctx, mine, scopeset.Items(m.RestoreScope))
	}
	scopes.EndRead()
	if err != nil {
		scopes.EndVisit()
	}
	if errors.Is(err, scopeset.ErrAccountGone) {
		resp.Diagnostics.Append(leftAlone("The account "+m.name()+" is no longer managed", err)...)
		resp.Diagnostics.Append(tfkit.SaveIdentity(ctx, resp.Identity, &m)...)
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("read the account "+m.name(), err))
		return
	}
	resp.Diagnostics.Append(mine.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(others.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.SaveRead(ctx, req, resp, prior, &m)...)
}

// Update changes the account in place. If it fails part-way, the state shows what the server then has.
func (r *accountResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	ctx, client, end := tfkit.BeginUpdate(ctx, r.EM, req, resp, &state, &plan)
	defer end()
	mine, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	others, diags := scopeset.LoadOthers(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(plan.loadProvenance(ctx, req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}

	done, diags := r.guardApply(ctx, client, &state, &plan)
	defer done()
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	id := state.ID.ValueString()
	scopes := scopeset.Of(r.EM, client, id, scopeset.Inline)
	unlock, err := scopes.Lock(ctx, append(scopeset.Items(state.RestoreScope), scopeset.Items(plan.RestoreScope)...)...)
	if err != nil {
		resp.Diagnostics.Append(tfkit.Failure("change the account "+plan.name(), err))
		return
	}
	defer unlock()
	c := &change{client: client, id: id, scopes: scopes, state: &state, plan: &plan, owned: mine, others: others}
	failed := c.apply(ctx)
	for _, note := range c.notes {
		resp.Diagnostics.AddWarning("Changing the restore scopes of "+plan.name()+" affected another scope or resource", note)
	}
	result := c.outcome(ctx, failed, &resp.Diagnostics)
	resp.Diagnostics.Append(c.owned.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(scopeset.Others{}.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, result)...)
}

// Delete deletes the account. It deletes nothing if the account no longer exists, or if it may not be the account that
// Terraform created.
func (r *accountResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	ctx, client, end := tfkit.BeginDelete(ctx, r.EM, req, resp, &m)
	defer end()
	resp.Diagnostics.Append(m.loadProvenance(ctx, req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}

	err := m.findCreated(ctx, client)
	if err == nil {
		done, diags := r.guardApply(ctx, client, &m, nil)
		defer done()
		if resp.Diagnostics.Append(diags...); diags.HasError() {
			return
		}
		err = remove(ctx, r.EM, client, m.ID.ValueString())
	}
	switch {
	case errors.Is(err, scopeset.ErrAccountGone):
		resp.Diagnostics.Append(leftAlone("The account "+m.name()+" was not deleted", err)...)
	case err != nil:
		resp.Diagnostics.Append(tfkit.Failure("delete the account "+m.name(), err))
	}
}

func remove(ctx context.Context, em *tfkit.EM, client *emapi.Client, id string) error {
	unlock, err := scopeset.Of(em, client, id, scopeset.Inline).Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return client.DeleteAccount(ctx, id)
}
