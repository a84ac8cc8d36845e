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

// find returns the listed scope that the model stands for. An account that is gone has no scopes.
func find(ctx context.Context, client *emapi.Client, m *model) (emapi.Scope, bool, error) {
	id, err := m.accountID()
	if err != nil {
		return emapi.Scope{}, false, err
	}
	listed, err := scopeset.List(ctx, client, id)
	if errors.Is(err, scopeset.ErrAccountGone) {
		return emapi.Scope{}, false, nil
	}
	if err != nil {
		return emapi.Scope{}, false, err
	}
	return pick(ctx, client, listed, m)
}

func pick(ctx context.Context, client *emapi.Client, listed []emapi.Scope, m *model) (emapi.Scope, bool, error) {
	if !m.HierarchyObjRef.IsNull() {
		return scopeset.ByID(ctx, client, listed, m.ID.ValueString(), m.toItem())
	}
	var found []emapi.Scope
	for _, s := range listed {
		named := m.ObjectName.IsNull() || (s.Name == m.ObjectName.ValueString() && s.HierarchyRootName == m.HierarchyRootName.ValueString())
		if s.ID == m.ID.ValueString() && !s.Removing() && named {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return emapi.Scope{}, false, nil
	case 1:
		return found[0], true, nil
	}
	return emapi.Scope{}, false, fmt.Errorf("the account lists %d restore scopes under the ID %s, so that the ID alone does not tell which is meant. Add it as a new resource instead of importing it", len(found), m.ID.ValueString())
}

// lookUp finds the reference of an imported scope. It stays open where that cannot be told.
func lookUp(ctx context.Context, client *emapi.Client, m *model, s emapi.Scope) error {
	reference, err := scopeset.NewReferences(client).Of(ctx, s)
	if err == nil && !reference.Ref.IsZero() {
		m.HierarchyObjRef = emtype.ObjRef.Of(reference.Ref.String())
	}
	return err
}

// remove takes the scope away, unless another resource has taken it over in this run. Other scopes of the account can be removed
// while this one is awaited.
func (r *scopeResource) remove(ctx context.Context, client *emapi.Client, m *model) ([]string, error) {
	id, err := m.accountID()
	if err != nil {
		return nil, err
	}
	unlock, err := r.EM.Locks.Lock(ctx, scopeset.Keys(id, m.toItem())...)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if scopeset.HandedOver(r.EM, id, m.ID.ValueString(), m.toItem()) {
		return handedOver(m.ID.ValueString()), nil
	}
	removal, warnings, err := r.startRemoval(ctx, client, id, m)
	if removal != nil && err == nil {
		var more []string
		more, err = removal.Wait(ctx)
		warnings = append(warnings, more...)
	}
	if err != nil {
		scopeset.Keep(r.EM, id, m.toItem())
	}
	return warnings, err
}

func handedOver(scopeID string) []string {
	return []string{fmt.Sprintf("The scope %s now belongs to another resource of this configuration, which took it over in this run. It was not removed.", scopeID)}
}

// startRemoval sends what takes the scope away. There is no removal to wait for where the scope is gone or somebody else's.
func (r *scopeResource) startRemoval(ctx context.Context, client *emapi.Client, accountID string, m *model) (*scopeset.Removal, []string, error) {
	unlock, err := r.EM.Locks.Lock(ctx, tfkit.AccountKey(accountID))
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	listed, err := scopeset.List(ctx, client, accountID)
	if errors.Is(err, scopeset.ErrAccountGone) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	s, found, err := pick(ctx, client, listed, m)
	if err != nil {
		return nil, nil, err
	}
	if !found {
		return nil, nil, waitRemoving(ctx, client, accountID, listed, m.ID.ValueString())
	}
	if adopter, adopted := scopeset.OwnedInRun(r.EM, accountID, s); adopted {
		warnings, err := r.handOver(ctx, client, accountID, s, m, adopter)
		return nil, warnings, err
	}
	removal, err := scopeset.StartRemoval(ctx, client, accountID, listed, []emapi.Scope{s})
	return removal, nil, err
}

// handOver ends this resource's hold on a scope that another one took over in this run, since both name it alike. Where
// both mean one object there is nothing to remove. Where they do not (create_before_destroy after the object was made anew
// under its old name), the other's object gets a scope of its own before this one goes.
func (r *scopeResource) handOver(ctx context.Context, client *emapi.Client, accountID string, s emapi.Scope, m *model, adopter emapi.ScopeItem) ([]string, error) {
	if adopter.HierarchyObjRef.Same(m.toItem().HierarchyObjRef) {
		return handedOver(s.ID), nil
	}
	if _, err := (scopeset.Owned{}).With(m.toItem(), s.ID).Add(ctx, r.EM, client, accountID, []emapi.ScopeItem{adopter}); err != nil {
		return nil, err
	}
	listed, err := client.ListScopes(ctx, accountID)
	if err != nil {
		return nil, err
	}
	warnings, err := scopeset.Remove(ctx, client, accountID, listed, []emapi.Scope{s})
	return append(warnings, fmt.Sprintf("Another resource of this configuration had taken over the scope %s for %s, since both are named %q. "+
		"A scope of its own was added for it before this one was removed, so that no access was lost. Plan and apply once more to record the new scope's ID.",
		s.ID, adopter.HierarchyObjRef, adopter.ObjectName)), err
}

// waitRemoving waits for a scope that somebody is removing already.
func waitRemoving(ctx context.Context, client *emapi.Client, accountID string, listed []emapi.Scope, id string) error {
	for _, s := range listed {
		if s.ID == id && s.Removing() {
			return client.WaitScopeGone(ctx, accountID, s)
		}
	}
	return nil
}

// ImportState takes a scope by account ID and scope ID, or by its identity.
func (r *scopeResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := req.ID
	if given == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		given = identity.AccountID.ValueString() + "/" + identity.ID.ValueString()
	}
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
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{AccountID: types.StringValue(accountID), ID: types.StringValue(id)})...)
	}
}

func parseImportID(given string) (accountID, id string, err error) {
	first, second, _ := strings.Cut(given, "/")
	accountID, errAccount := emapi.ParseGUID(first)
	id, errScope := emapi.ParseGUID(second)
	if errAccount != nil || errScope != nil {
		return "", "", fmt.Errorf("%q is refused. Write <account ID>/<scope ID>, for example de19303b-bcf3-428b-b113-ac0b2cf46bd7/bceb75f9-5c10-4f39-9eb5-c000a2fabaee; "+
			"the data source veeam_em_account lists the scopes of an account with their IDs", given)
	}
	return accountID, id, nil
}
