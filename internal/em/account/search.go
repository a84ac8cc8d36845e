// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// filter selects accounts. Its zero value selects all.
type filter struct {
	accountType string         // empty: any
	name        string         // without regard to case; empty: any
	nameRegex   *regexp.Regexp // nil: any
}

// search returns the accounts that match the filter, in the order of the server. It lists the accounts, or finds the
// name in the list that look-ups share, and sends one more request for each account with a matching name of which the
// list does not show everything. It omits the accounts whose ID or type is not known: see leftOut. It also returns what
// the server lists, for messages: everything, or the accounts of the name.
func search(ctx context.Context, client *emapi.Client, f filter) (found, listed []emapi.Account, err error) {
	if f.name == "" {
		listed, err = client.ListAccounts(ctx)
	} else {
		listed, err = client.AccountsNamed(ctx, f.name)
	}
	if err != nil {
		return nil, nil, err
	}
	named := slices.DeleteFunc(slices.Clone(listed), func(a emapi.Account) bool { return !f.matchesName(a.Name) })
	whole, err := complete(ctx, client, named)
	if err != nil {
		return nil, nil, err
	}
	read := make(map[string]emapi.Account, len(whole))
	for _, a := range whole {
		read[a.ID] = a
	}
	for i, a := range listed {
		if a, ok := read[a.ID]; ok {
			listed[i] = a
		}
	}
	otherType := func(a emapi.Account) bool {
		return a.Type == "" || f.accountType != "" && a.Type != f.accountType
	}
	return slices.DeleteFunc(whole, otherType), listed, nil
}

// leftOut returns a warning about the listed accounts that may match the filter, but of which the server shows too
// little to tell.
func leftOut(listed []emapi.Account, f filter) (diags diag.Diagnostics) {
	var odd []string
	for _, a := range listed {
		if a.Lacks != "" && (a.ID == "" || a.Type == "") && f.matchesName(a.Name) {
			odd = append(odd, fmt.Sprintf("- %s (%s): %s", cmp.Or(a.Name, "no name"), cmp.Or(a.ID, "no ID"), a.Lacks))
		}
	}
	if len(odd) > 0 {
		diags.AddWarning("Some accounts are left out",
			"Enterprise Manager does not show enough of these accounts:\n\n"+strings.Join(odd, "\n"))
	}
	return diags
}

func (f filter) matchesName(name string) bool {
	return (f.name == "" || emtype.AccountName.Same(f.name, name)) && (f.nameRegex == nil || f.nameRegex.MatchString(name))
}

// complete reads the accounts of which the list does not show everything. It omits those that have since been deleted,
// or have no ID.
func complete(ctx context.Context, client *emapi.Client, listed []emapi.Account) ([]emapi.Account, error) {
	return readEach(ctx, listed, func(ctx context.Context, a emapi.Account) (*emapi.Account, error) {
		if a.ID == "" {
			return nil, nil
		}
		whole, err := client.Complete(ctx, a)
		if emapi.IsNotFound(err) {
			return nil, nil
		}
		return &whole, err
	})
}

// readDetails reads the roles and scopes of the accounts. It omits accounts that have since been deleted. If only the
// roles or scopes of an account are not found, the account still exists, and the caller must not take the result for
// the whole list.
func readDetails(ctx context.Context, client *emapi.Client, accounts []emapi.Account) ([]snapshot, error) {
	return readEach(ctx, accounts, func(ctx context.Context, a emapi.Account) (*snapshot, error) {
		s := snapshot{account: &a}
		var err error
		if s.roles, err = client.RolesOf(ctx, a); err == nil {
			s.scopes, err = client.ListScopes(ctx, a.ID)
		}
		if emapi.IsNotFound(err) {
			if _, accountErr := client.GetAccount(ctx, a.ID); emapi.IsNotFound(accountErr) {
				return nil, nil
			}
		}
		return &s, err
	})
}

// readEach is emapi.ReadEach for accounts: if one fails, the error begins with the name of the account.
func readEach[T any](
	ctx context.Context, accounts []emapi.Account, read func(context.Context, emapi.Account) (*T, error),
) ([]T, error) {
	return emapi.ReadEach(ctx, accounts, func(ctx context.Context, a emapi.Account) (*T, error) {
		result, err := read(ctx, a)
		if err != nil {
			err = fmt.Errorf("%s: %w", a.Name, err)
		}
		return result, err
	})
}

// candidates lists accounts for an error.
func candidates(accounts []emapi.Account) []tfkit.Candidate {
	out := make([]tfkit.Candidate, 0, len(accounts))
	for _, a := range accounts {
		out = append(out, tfkit.Candidate{Name: a.Name, Text: strings.TrimSpace(a.Type+" "+a.Name) + " (" + a.ID + ")"})
	}
	return out
}
