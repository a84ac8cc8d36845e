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

// snapshot is what the server says of an account.
type snapshot struct {
	account *emapi.Account
	roles   []emapi.Role
	scopes  []emapi.Scope
}

// read asks the server for an account, side by side: two requests, three where its scopes are wanted. Where the account is
// gone the error is scopeset.ErrAccountGone, whatever the other requests met; what is not found besides means nothing of the kind.
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
