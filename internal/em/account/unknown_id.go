// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// If a create may have created an account whose ID cannot be determined, the state stores an empty ID. The account is
// looked for when the state is next used. If it were forgotten, Terraform could no longer remove it.

// saveWithoutID saves the state of a create that returned no ID. It removes the resource from the state, unless the
// account may exist nevertheless.
func (m *model) saveWithoutID(ctx context.Context, resp *resource.CreateResponse, err error) diag.Diagnostics {
	var exists *emapi.AccountExistsError
	if !emapi.IsUncertain(err) || errors.As(err, &exists) {
		resp.State.RemoveResource(ctx)
		return nil
	}
	m.ID, m.UID = types.StringValue(""), types.StringValue("")
	m.made.Unproven = emapi.IsUnproven(err)
	return append(m.made.save(ctx, resp.Private), resp.State.Set(ctx, m)...)
}

// loadProvenance sets what the private state records about the create.
func (m *model) loadProvenance(ctx context.Context, private tfkit.PrivateReader) (diags diag.Diagnostics) {
	m.made, diags = loadProvenance(ctx, private)
	return diags
}

// findCreated sets the ID of m if it has none. If no account is exactly as requested, or if the server answered the
// request with a failure, the error is scopeset.ErrAccountGone: an account of that name may have been created outside
// Terraform.
func (m *model) findCreated(ctx context.Context, client *emapi.Client) error {
	if m.ID.ValueString() != "" {
		return nil
	}
	found, match, err := client.FindCreated(ctx, m.toSpec())
	switch {
	case err != nil:
		return err
	case found == nil:
		renamed, err := client.FindRenamed(ctx, m.toSpec())
		switch {
		case err != nil:
			return err
		case renamed == nil:
			return scopeset.ErrAccountGone
		}
		return &unprovenError{found: renamed, renamed: true, answered: m.made.Unproven}
	case m.made.Unproven || !match.Exact():
		return &unprovenError{found: found, match: match, answered: m.made.Unproven}
	}
	m.ID, m.UID = types.StringValue(found.ID), types.StringValue(found.UID())
	return nil
}

// unprovenError says that an account of the name exists, but that it is not proven to be the one that was created.
type unprovenError struct {
	found    *emapi.Account
	match    emapi.AccountMatch
	answered bool // with a failure
	renamed  bool // its name is in another domain
}

func (e *unprovenError) Error() string {
	switch {
	case e.renamed:
		return "its name is in another domain than the requested one"
	case e.answered:
		return "a request that failed does not prove that the account is its result"
	case e.match.Differs != "":
		return "it differs from the request: " + e.match.Differs
	case e.match.Hidden != "":
		return "the server does not show " + e.match.Hidden
	}
	return "it does not have all requested restore scopes"
}

func (e *unprovenError) Unwrap() error { return scopeset.ErrAccountGone }

// leftAlone returns a warning about an account that was left unchanged because of err, or nil for any other error.
func leftAlone(summary string, err error) diag.Diagnostics {
	var e *unprovenError
	if !errors.As(err, &e) {
		return nil
	}
	happened := "The server's answer to the request that created this account was lost, so its ID is not known."
	if e.answered {
		happened = "The server answered the request to create this account with a failure, and the result could not be " +
			"checked."
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(summary, fmt.Sprintf("%s Enterprise Manager "+
		"has the %s account %s with the ID %s, but it may have been created outside Terraform: %s. It was left unchanged. "+
		"If it is the account that Terraform created, import it by this ID or delete it manually.",
		happened, e.found.Type, e.found.Name, e.found.ID, e.Error()))}
}
