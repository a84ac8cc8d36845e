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

// List lists the scopes of an account. Where the list is not found the account itself is asked for: only then is it gone, and
// the error ErrAccountGone.
func List(ctx context.Context, client *emapi.Client, accountID string) ([]emapi.Scope, error) {
	listed, err := client.ListScopes(ctx, accountID)
	if !emapi.IsNotFound(err) {
		return listed, err
	}
	if _, accountErr := client.GetAccount(ctx, accountID); emapi.IsNotFound(accountErr) {
		return nil, fmt.Errorf("%w: %w", ErrAccountGone, accountErr)
	}
	return nil, err
}
