// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// An account that the server made, or may have made, and of which nobody could find out the ID has an empty one in the state.
// It is looked for when the state is used next: forgotten, it would be an account that no configuration can take away again.

// saveLost makes the state of a create that gave no ID: nothing, unless the account may be there all the same.
func (m *model) saveLost(ctx context.Context, state *tfsdk.State, err error) diag.Diagnostics {
	var exists *emapi.AccountExistsError
	if !emapi.IsUncertain(err) || errors.As(err, &exists) {
		state.RemoveResource(ctx)
		return nil
	}
	m.ID, m.UID = types.StringValue(""), types.StringValue("")
	return state.Set(ctx, m)
}

// findLost gives m its ID where it has none. Only an account that is what was asked for is taken: another one of that name is
// somebody else's. Where there is none the error is scopeset.ErrAccountGone.
func (m *model) findLost(ctx context.Context, client *emapi.Client) error {
	if m.ID.ValueString() != "" {
		return nil
	}
	found, err := client.FindAccount(ctx, m.AccountType.ValueString(), m.AccountName.ValueString())
	if emapi.IsNotFound(err) {
		return scopeset.ErrAccountGone
	}
	if err != nil {
		return err
	}
	s, err := read(ctx, client, found.ID, false)
	if err != nil {
		return err
	}
	if !rolesFrom(s.roles).Equal(m.Roles) || s.account.AllowRestoreAllVMs != m.AllowRestoreAllVMs.ValueBool() {
		return scopeset.ErrAccountGone
	}
	m.ID, m.UID = types.StringValue(s.account.ID), types.StringValue(s.account.UID())
	return nil
}
