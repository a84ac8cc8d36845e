// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package scope implements the resource and the list resource for a single restore scope of an account.
package scope

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var (
	_ resource.ResourceWithConfigure   = (*scopeResource)(nil)
	_ resource.ResourceWithIdentity    = (*scopeResource)(nil)
	_ resource.ResourceWithImportState = (*scopeResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*scopeResource)(nil)
)

// NewResource returns the resource veeam_em_account_scope.
func NewResource() resource.Resource { return &scopeResource{} }

type scopeResource struct{ tfkit.ResourceEM }

// Metadata names the resource.
func (r *scopeResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_account_scope"
	// The identity contains the ID of the scope, which changes if the resource follows an adopted scope.
	resp.ResourceBehavior.MutableIdentity = true
}

// Create adds the scope and waits until the server lists it.
func (r *scopeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	ctx, client, end := tfkit.BeginCreate(ctx, r.EM, req, resp, &m)
	defer end()
	if resp.Diagnostics.HasError() {
		return
	}

	added, scope, err := r.add(ctx, client, &m)
	if err != nil {
		resp.Diagnostics.Append(m.failure(ctx, client, "add the restore scope "+m.name()+" to the account", err))
		if added == nil || len(added.Owned().Unlisted()) == 0 {
			resp.State.RemoveResource(ctx)
			return
		}
		m.markUnlisted()
		resp.Diagnostics.Append(added.Owned().Save(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
		return
	}
	if added.Adopted() {
		resp.Diagnostics.AddWarning("The restore scope "+m.name()+" was adopted",
			fmt.Sprintf("The account %s already has a restore scope %q (%s) for this object. "+
				"This resource now manages the scope. No request was sent.", m.accountName(ctx, client), m.name(), scope.ID))
	}
	m.fromScope(scope)
	resp.Diagnostics.Append(added.Owned().Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
}

// Read finds the scope by its ID. If that scope no longer exists, the resource is removed from the state, even if
// another scope of the same name is listed.
func (r *scopeResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	ctx, client, end := tfkit.BeginRead(ctx, r.EM, req, resp, &m)
	defer end()
	prior := m
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(r.awaitListed(ctx, client, &m, owned)...)
	if m.ID.ValueString() == "" {
		resp.Diagnostics.Append(tfkit.SaveIdentity(ctx, resp.Identity, &m)...)
		if !resp.Diagnostics.HasError() {
			resp.State.RemoveResource(ctx)
		}
		return
	}
	s, found, err := r.find(ctx, client, &m, owned)
	if err != nil {
		resp.Diagnostics.Append(m.failure(ctx, client, "read the restore scope "+m.name()+" of the account", err))
		return
	}
	if !found {
		resp.Diagnostics.Append(tfkit.SaveIdentity(ctx, resp.Identity, &m)...)
		resp.State.RemoveResource(ctx)
		return
	}
	imported := m.HierarchyObjRef.IsNull() && m.ObjectName.IsNull()
	if s.ID != m.ID.ValueString() {
		resp.Diagnostics.Append(owned.WithAdopted(m.toItem(), s.ID).Save(ctx, resp.Private)...)
	}
	m.fromScope(s)
	if imported {
		if err := r.lookUp(ctx, client, &m, s); err != nil {
			resp.Diagnostics.Append(tfkit.Failure("look up the object of the restore scope "+m.name(), err))
			return
		}
	}
	resp.Diagnostics.Append(tfkit.SaveRead(ctx, req, resp, prior, &m)...)
}

// Update saves what needs no request: timeouts, and the reference that an import could not determine.
func (r *scopeResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m model
	ctx, client, end := tfkit.BeginUpdate(ctx, r.EM, req, resp, nil, &m)
	defer end()
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	s, found, err := r.find(ctx, client, &m, owned)
	switch {
	case err != nil:
		resp.Diagnostics.Append(m.failure(ctx, client, "read the restore scope "+m.name()+" of the account", err))
	case !found:
		resp.Diagnostics.AddError("The restore scope "+m.name()+" is not the planned one",
			fmt.Sprintf("The account %s has no restore scope with the ID %s and this hierarchy root and type. "+
				"Plan again to see the scopes that it has.", m.accountName(ctx, client), m.ID.ValueString()))
	default:
		m.State = types.StringValue(s.State)
		resp.Diagnostics.Append(tfkit.Save(ctx, &resp.State, resp.Identity, &m)...)
	}
}

// Delete removes the scope and waits until the server no longer lists it.
func (r *scopeResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	ctx, client, end := tfkit.BeginDelete(ctx, r.EM, req, resp, &m)
	defer end()
	owned, diags := scopeset.LoadOwned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || left(ctx, req.Private, &m, resp) {
		return
	}

	resp.Diagnostics.Append(r.awaitListed(ctx, client, &m, owned)...)
	if m.ID.ValueString() == "" {
		return
	}
	warnings, err := r.remove(ctx, client, &m, owned)
	for _, w := range warnings {
		resp.Diagnostics.AddWarning("Removing the restore scope "+m.name()+" affected another scope or resource", w)
	}
	if err != nil {
		resp.Diagnostics.Append(m.failure(ctx, client, "remove the restore scope "+m.name()+" of the account", err))
	}
}

// add adopts or adds the scope and waits until the server lists it. Other scopes of the account can be added while it
// waits. The addition is nil if nothing was tried.
func (r *scopeResource) add(ctx context.Context, client *emapi.Client, m *model) (
	*scopeset.Addition, emapi.Scope, error,
) {
	account, err := m.account(r.EM, client)
	if err != nil {
		return nil, emapi.Scope{}, err
	}
	account.Created(m.toItem())
	unlock, err := account.LockItems(ctx, m.toItem())
	if err != nil {
		return nil, emapi.Scope{}, err
	}
	defer unlock()
	addition, err := send(ctx, account, m.toItem())
	if err != nil {
		return nil, emapi.Scope{}, err
	}
	scopes, err := addition.Wait(ctx)
	if err != nil || len(scopes) != 1 {
		return addition, emapi.Scope{}, err
	}
	return addition, scopes[0], nil
}

func send(ctx context.Context, account scopeset.Account, item emapi.ScopeItem) (*scopeset.Addition, error) {
	unlock, err := account.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return account.Send(ctx, nil, []emapi.ScopeItem{item}), nil
}
