// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Failure returns the error diagnostic for an operation on scopes of an account that failed. what ends where the name
// of the account follows, for example "list the restore scopes of the account".
func Failure(ctx context.Context, client *emapi.Client, what, accountID string, err error) diag.Diagnostic {
	name := client.AccountName(ctx, accountID, err)
	if byID := "account " + strings.ToLower(accountID); strings.Contains(err.Error(), byID) {
		err = &namedError{err, byID, "account " + name}
	}
	return tfkit.Failure(what+" "+name, err)
}

// namedError is an error whose text calls the account by its name instead of its ID.
type namedError struct {
	error
	byID, byName string
}

// Error returns the text of the error.
func (e *namedError) Error() string { return strings.ReplaceAll(e.error.Error(), e.byID, e.byName) }

// Unwrap returns the error with the ID.
func (e *namedError) Unwrap() error { return e.error }
