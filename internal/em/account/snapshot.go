// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"

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
// gone the error is the account's own, whatever the other requests met.
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
	if errs[0] != nil {
		return nil, errs[0]
	}
	return &s, errors.Join(errs...)
}

// present returns those of items that the account has a scope for, and which scope stands for each. An item whose scope is
// known by its ID is there only while that very scope is; another one of the same name is somebody else's.
func present(ctx context.Context, client *emapi.Client, listed []emapi.Scope, items []emapi.ScopeItem, known owned) ([]emapi.ScopeItem, owned, error) {
	var there []emapi.ScopeItem
	var found owned
	for _, item := range items {
		if id := known.id(item); id != "" {
			_, ok, err := scopeset.ByID(ctx, client, listed, id, item)
			if err != nil {
				return nil, nil, err
			}
			if ok {
				there = append(there, item)
				found = found.with(item, id)
			}
			continue
		}
		matches, err := scopeset.Matches(ctx, client, listed, item)
		if err != nil {
			return nil, nil, err
		}
		if len(matches) > 0 {
			there = append(there, item)
		}
		if len(matches) == 1 {
			found = found.with(item, matches[0].ID)
		}
	}
	return there, found, nil
}
