// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// A scope that the server accepted, or may have accepted, and does not list yet has no ID. The state then has an empty one,
// and the private state tells which scopes of its name were there before, so that it is known again when it appears.

const unlistedKey = "unlisted"

type unlisted struct {
	Before []string `json:"before"` // scope IDs
}

type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// markUnlisted makes m the state of a scope without an ID.
func (m *model) markUnlisted() {
	m.ID = types.StringValue("")
	for _, v := range []*types.String{&m.Platform, &m.HierarchyObjectType, &m.HierarchyRootName, &m.State} {
		*v = types.StringValue("")
	}
}

func (u unlisted) encode() []byte {
	raw, err := json.Marshal(u)
	if err != nil {
		return nil // a list of strings always has a JSON form
	}
	return raw
}

// known tells whether the scope has an ID. One that was not listed when it was made is looked for, for a while, and gets it here.
func known(ctx context.Context, client *emapi.Client, m *model, private privateState, diags *diag.Diagnostics) bool {
	if m.ID.ValueString() != "" {
		return true
	}
	raw, more := private.GetKey(ctx, unlistedKey)
	diags.Append(more...)
	if diags.HasError() || len(raw) == 0 {
		return false
	}
	var u unlisted
	err := json.Unmarshal(raw, &u)
	if err == nil {
		err = u.await(ctx, client, m)
	}
	if err != nil {
		diags.Append(tfkit.Failure("look for the restore scope "+m.name()+" of the account "+m.AccountID.ValueString(), err))
	}
	return m.ID.ValueString() != ""
}

// await gives m its ID as soon as the scope is listed; m stays as it is where that does not happen in time.
func (u unlisted) await(ctx context.Context, client *emapi.Client, m *model) error {
	accountID, err := m.accountID()
	if err != nil {
		return err
	}
	s, found, err := scopeset.AwaitLate(ctx, client, accountID, m.toItem(), u.Before)
	if found {
		m.fromScope(s)
	}
	return err
}
