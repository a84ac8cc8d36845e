// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// find returns the listed scope of the model. An account that no longer exists has no scopes.
func (r *scopeResource) find(ctx context.Context, client *emapi.Client, m *model, owned scopeset.Owned) (
	emapi.Scope, bool, error,
) {
	account, err := m.account(r.EM, client)
	if err != nil {
		return emapi.Scope{}, false, err
	}
	listed, err := account.Recent(ctx)
	if errors.Is(err, scopeset.ErrAccountGone) {
		return emapi.Scope{}, false, nil
	}
	if err != nil {
		return emapi.Scope{}, false, err
	}
	return pick(ctx, account, listed, m, owned)
}

func pick(ctx context.Context, account scopeset.Account, listed []emapi.Scope, m *model, owned scopeset.Owned) (
	emapi.Scope, bool, error,
) {
	if !m.HierarchyObjRef.IsNull() {
		s, found, err := account.ByID(ctx, listed, m.ID.ValueString(), m.toItem())
		if found || err != nil {
			return s, found, err
		}
		return account.Follow(ctx, owned, listed, m.toItem())
	}
	var found []emapi.Scope
	for _, s := range listed {
		if s.ID == m.ID.ValueString() && !s.Removing() && (m.ObjectName.IsNull() || s.Key() == m.listed().Key()) {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return emapi.Scope{}, false, nil
	case 1:
		return found[0], true, nil
	}
	return emapi.Scope{}, false, fmt.Errorf("the account has %d restore scopes with the ID %s, so the ID alone does not "+
		"identify one of them. Create the scope as a new resource instead of importing it", len(found), m.ID.ValueString())
}

// lookUp looks up the reference of an imported scope. The reference stays null if the lookup does not determine it.
func (r *scopeResource) lookUp(ctx context.Context, client *emapi.Client, m *model, s emapi.Scope) error {
	account, err := m.account(r.EM, client)
	if err != nil {
		return err
	}
	reference, err := account.Reference(ctx, s)
	if err == nil && !reference.Ref.IsZero() {
		m.HierarchyObjRef = emtype.ObjRef.Of(reference.Ref.String())
	}
	return err
}

// remove removes the scope, unless another resource has adopted it in this run. Other scopes of the account can be
// removed while it waits.
func (r *scopeResource) remove(ctx context.Context, client *emapi.Client, m *model, owned scopeset.Owned) (
	[]string, error,
) {
	account, err := m.account(r.EM, client)
	if err != nil {
		return nil, err
	}
	unlock, err := account.LockItems(ctx, m.toItem())
	if err != nil {
		return nil, err
	}
	defer unlock()
	if account.TakenOver(m.toItem(), m.ID.ValueString()) {
		return []string{scopeset.HandedOver(m.listed())}, nil
	}
	removal, warnings, err := startRemoval(ctx, account, m, owned)
	if removal != nil && err == nil {
		var more []string
		more, err = removal.Wait(ctx)
		warnings = append(warnings, more...)
	}
	if err != nil {
		account.Keep(m.toItem())
	}
	if err != nil && account.KeepsLast(ctx, err) {
		err = fmt.Errorf("%w. The account cannot be without any scope: add another scope first, or set "+
			"allow_restore_all_vms of the account to true", err)
	}
	return warnings, err
}

// startRemoval sends the request that removes the scope. It returns no removal to wait for if the scope no longer
// exists or has another owner.
func startRemoval(ctx context.Context, account scopeset.Account, m *model, owned scopeset.Owned) (
	*scopeset.Removal, []string, error,
) {
	unlock, err := account.Lock(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	listed, err := account.List(ctx)
	if errors.Is(err, scopeset.ErrAccountGone) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	s, found, err := pick(ctx, account, listed, m, owned)
	if err != nil {
		return nil, nil, err
	}
	if !found {
		return nil, nil, waitRemoving(ctx, account, m, listed)
	}
	stays, warnings, err := account.HandOver(ctx, listed, s, m.toItem())
	if err != nil || stays {
		return nil, warnings, err
	}
	removal, err := account.StartRemoval(ctx, listed, []emapi.Scope{s})
	return removal, warnings, err
}

// waitRemoving waits until the scope is gone if the server is already removing it.
func waitRemoving(ctx context.Context, account scopeset.Account, m *model, listed []emapi.Scope) error {
	mine := m.listed()
	for _, s := range listed {
		mine.Name = s.Name // it may have followed a rename of the object
		if s.Key() == mine.Key() && s.Removing() {
			return account.WaitGone(ctx, s)
		}
	}
	return nil
}

// ImportState imports a scope by account ID and scope ID, or by its identity.
func (r *scopeResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	given := tfkit.ImportID(ctx, req, resp, func(i identityModel) string {
		return i.AccountID.ValueString() + "/" + i.ID.ValueString()
	})
	if resp.Diagnostics.HasError() {
		return
	}
	accountID, id, err := parseImportID(given)
	if err != nil {
		resp.Diagnostics.AddError("Not an import ID of a restore scope", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("account_id"), accountID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	if resp.Identity != nil {
		identity := identityModel{AccountID: types.StringValue(accountID), ID: types.StringValue(id)}
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	}
}

func parseImportID(given string) (accountID, id string, err error) {
	first, second, _ := strings.Cut(given, "/")
	accountID, errAccount := emapi.ParseGUID(first)
	id, errScope := emapi.ParseGUID(second)
	if errAccount != nil || errScope != nil {
		return "", "", fmt.Errorf("%q does not identify a restore scope. Write <account ID>/<scope ID>, for example "+
			"de19303b-bcf3-428b-b113-ac0b2cf46bd7/bceb75f9-5c10-4f39-9eb5-c000a2fabaee. "+
			"The data source veeam_em_account lists the scopes of an account with their IDs", given)
	}
	return accountID, id, nil
}
