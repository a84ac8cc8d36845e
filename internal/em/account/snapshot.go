// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// snapshot is an account as the server returns it, with its roles and scopes.
type snapshot struct {
	account *emapi.Account
	roles   []emapi.Role
	scopes  []emapi.Scope
}

// read reads an account with two concurrent requests, or three with its scopes. If the account itself is not found, the
// error is scopeset.ErrAccountGone, whatever the other requests return. If only its roles or scopes are not found, the
// account still exists.
func read(ctx context.Context, client *emapi.Client, id string, withScopes bool) (*snapshot, error) {
	var s snapshot
	work := []func() error{
		func() (err error) { s.account, err = client.GetAccount(ctx, id); return err },
		func() (err error) { s.roles, err = client.ListAccountRoles(ctx, id); return err },
	}
	if withScopes {
		work = append(work, func() (err error) { s.scopes, err = client.ListScopes(ctx, id); return err })
	}
	errs := tfkit.Parallel(work...)
	if emapi.IsNotFound(errs[0]) {
		return nil, fmt.Errorf("%w: %w", scopeset.ErrAccountGone, errs[0])
	}
	if errs[0] != nil {
		return nil, errs[0]
	}
	return &s, errors.Join(errs...)
}
