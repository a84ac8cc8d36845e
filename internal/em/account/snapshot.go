// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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

// listScopes lists the scopes of an account.
type listScopes func(ctx context.Context, accountID string) ([]emapi.Scope, error)

// read is show for an account that the resource manages: it fails if the server does not show everything.
func read(ctx context.Context, client *emapi.Client, id string, scopes listScopes) (*snapshot, error) {
	s, err := show(ctx, client, id, scopes)
	if err == nil && s.account.Lacks != "" {
		err = &unmanageableError{"the server does not show everything of it: " + s.account.Lacks}
	}
	return s, err
}

// show reads an account with its roles and, unless scopes is nil, its scopes, and sends the requests concurrently. It
// requests the roles only if the account does not show them, which a server either always does or never. If the account
// itself is not found, the error is scopeset.ErrAccountGone, whatever the other requests return. If only its roles or
// scopes are not found, the account still exists.
func show(ctx context.Context, client *emapi.Client, id string, scopes listScopes) (*snapshot, error) {
	var s snapshot
	apart := client.ListsRolesApart()
	work := []func() error{func() (err error) { s.account, err = client.ShowAccount(ctx, id); return err }}
	if apart {
		work = append(work, func() (err error) { s.roles, err = client.ListAccountRoles(ctx, id); return err })
	}
	if scopes != nil {
		work = append(work, func() (err error) { s.scopes, err = scopes(ctx, id); return err })
	}
	errs := tfkit.Parallel(work...)
	if emapi.IsNotFound(errs[0]) {
		return nil, fmt.Errorf("%w: %w", scopeset.ErrAccountGone, errs[0])
	}
	if errs[0] != nil {
		return nil, errs[0]
	}
	if !apart {
		var err error
		s.roles, err = client.RolesOf(ctx, *s.account)
		errs = append(errs, err)
	}
	return &s, errors.Join(errs...)
}

// unmanageableError says why the resource cannot manage an account.
type unmanageableError struct{ reason string }

func (e *unmanageableError) Error() string { return e.reason }

// manageable returns an error if the resource cannot manage an account, as far as the account is known.
func manageable(a emapi.Account) error {
	switch {
	case a.ID == "":
		return &unmanageableError{"its ID is not known: " + a.Lacks}
	case a.Type != "" && !slices.Contains(emapi.AccountTypes, a.Type):
		return &unmanageableError{fmt.Sprintf("its type is %s, and the provider manages only accounts of the types %s",
			a.Type, strings.Join(emapi.AccountTypes, ", "))}
	}
	return nil
}
