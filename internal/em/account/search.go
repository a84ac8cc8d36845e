// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// filter chooses accounts. Its zero value takes all.
type filter struct {
	accountType string         // empty: any
	name        string         // without regard to case; empty: any
	nameRegex   *regexp.Regexp // nil: any
}

// parallelReads bounds the requests that one list sends side by side.
const parallelReads = 8

// search lists the accounts that the filter takes, in the server's order, all of each read: one request, and one more for each
// account of a fitting name where the server lists references only. With them come all that the server lists, for an error.
func search(ctx context.Context, client *emapi.Client, f filter) (found, listed []emapi.Account, err error) {
	listed, err = client.ListAccounts(ctx)
	if err != nil {
		return nil, nil, err
	}
	named := slices.DeleteFunc(slices.Clone(listed), func(a emapi.Account) bool { return !f.takesName(a.Name) })
	whole, err := complete(ctx, client, named)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range whole { // what is known by now of those of that name
		listed[slices.IndexFunc(listed, func(b emapi.Account) bool { return a.ID == b.ID })] = a
	}
	return slices.DeleteFunc(whole, func(a emapi.Account) bool { return f.accountType != "" && a.Type != f.accountType }), listed, nil
}

func (f filter) takesName(name string) bool {
	return (f.name == "" || emtype.AccountName.Same(f.name, name)) && (f.nameRegex == nil || f.nameRegex.MatchString(name))
}

// complete reads what the list gave a reference to. Accounts that are gone by then are left out.
func complete(ctx context.Context, client *emapi.Client, listed []emapi.Account) ([]emapi.Account, error) {
	out := slices.Clone(listed)
	gone := make([]bool, len(listed))
	reads, ctx := errgroup.WithContext(ctx)
	reads.SetLimit(parallelReads)
	for i, a := range listed {
		if a.Type != "" {
			continue
		}
		reads.Go(func() error {
			whole, err := client.GetAccount(ctx, a.ID)
			if emapi.IsNotFound(err) {
				gone[i] = true
				return nil
			}
			if err == nil {
				out[i] = *whole
			}
			return err
		})
	}
	if err := reads.Wait(); err != nil {
		return nil, err
	}
	present := out[:0]
	for i, a := range out {
		if !gone[i] {
			present = append(present, a)
		}
	}
	return present, nil
}

// candidates lists accounts for an error.
func candidates(accounts []emapi.Account) []tfkit.Candidate {
	out := make([]tfkit.Candidate, 0, len(accounts))
	for _, a := range accounts {
		out = append(out, tfkit.Candidate{Name: a.Name, Text: strings.TrimSpace(a.Type+" "+a.Name) + " (" + a.ID + ")"})
	}
	return out
}
