// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"errors"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// ErrAccountGone says that the server itself answered 404 when the account was asked for.
var ErrAccountGone = errors.New("the account is gone")

// List lists the scopes of an account. If the list is not found it reads the account itself: only if that is not found either
// is the account gone, and the error ErrAccountGone.
func List(ctx context.Context, client *emapi.Client, accountID string) ([]emapi.Scope, error) {
	listed, err := client.ListScopes(ctx, accountID)
	return listed, goneError(ctx, client, accountID, err)
}

func goneError(ctx context.Context, client *emapi.Client, accountID string, err error) error {
	if !emapi.IsNotFound(err) {
		return err
	}
	if _, accountErr := client.GetAccount(ctx, accountID); emapi.IsNotFound(accountErr) {
		return fmt.Errorf("%w: %w", ErrAccountGone, accountErr)
	}
	return err
}
