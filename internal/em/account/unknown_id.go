// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// If a create may have made an account whose ID cannot be determined, the state stores an empty ID. The account is
// looked for when the state is used next: if it were forgotten, no configuration could remove it any more.

// saveWithoutID makes the state of a create that gave no ID: nothing, unless the account may be there all the same.
func (m *model) saveWithoutID(ctx context.Context, state *tfsdk.State, err error) diag.Diagnostics {
	var exists *emapi.AccountExistsError
	if !emapi.IsUncertain(err) || errors.As(err, &exists) {
		state.RemoveResource(ctx)
		return nil
	}
	m.ID, m.UID = types.StringValue(""), types.StringValue("")
	return state.Set(ctx, m)
}

// findCreated gives m its ID if it has none. If there is no account that is exactly what was asked for, the error is
// scopeset.ErrAccountGone: another account of that name may be one that an administrator made.
func (m *model) findCreated(ctx context.Context, client *emapi.Client) error {
	if m.ID.ValueString() != "" {
		return nil
	}
	found, match, err := client.FindCreated(ctx, m.toSpec())
	switch {
	case err != nil:
		return err
	case found == nil:
		return scopeset.ErrAccountGone
	case !match.Exact():
		return &unprovenError{found: found, match: match}
	}
	m.ID, m.UID = types.StringValue(found.ID), types.StringValue(found.UID())
	return nil
}

// unprovenError says that there is an account of the name, and that nothing proves that it is the one that was created.
type unprovenError struct {
	found *emapi.Account
	match emapi.AccountMatch
}

func (e *unprovenError) Error() string {
	switch {
	case e.match.Differs != "":
		return "it is not what was asked for: " + e.match.Differs
	case e.match.Hidden != "":
		return "the server does not show " + e.match.Hidden
	}
	return "it does not have all restore scopes that were asked for"
}

func (e *unprovenError) Unwrap() error { return scopeset.ErrAccountGone }

// leftAlone warns of an account that was left alone because of err; nothing if err is of another kind.
func leftAlone(summary string, err error) diag.Diagnostics {
	var e *unprovenError
	if !errors.As(err, &e) {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(summary, fmt.Sprintf(
		"The server's answer to the creation of this account was lost, so that its ID is not known. Enterprise Manager has "+
			"the %s %s with the ID %s, but it may have been created outside Terraform: %s. It was left unchanged. "+
			"If it is the account that Terraform created, import it by this ID or delete it manually.",
		e.found.Type, e.found.Name, e.found.ID, e.Error()))}
}
