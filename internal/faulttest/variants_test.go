// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

type variant = faultkit.Variant[emsim.Options]

// Names of variants.
const (
	saysLittle = "a server that returns little information"
	saysMore   = "a server that returns more than the reference shows"
	lateScopes = "a server that lists and removes scopes late"
)

var variants = []variant{
	{
		Name: saysLittle,
		Change: func(o *emsim.Options) {
			o.OmitLocation, o.ReferencesOnly, o.AccountNameCase = true, true, emsim.CaseUpper
			o.UnknownSessionStatus = http.StatusInternalServerError
		},
		Affected: []string{
			"list the accounts", "read an account, in a refresh", "read an account, in a change", "list the hierarchy roots",
			"create an account", logOff,
		},
		Sessions: true,
		Except: map[string]map[string]faultkit.Exception{
			// The provider retries the log off after its answer was lost. The server no longer knows the session and answers
			// 500, which could also mean that the log off failed.
			logOff: {"reset after": {Verdict: faultkit.Failure, Says: "HTTP 500"}},
		},
	},
	{
		Name: saysMore,
		Change: func(o *emsim.Options) {
			o.ShortEntityNames, o.OddAccount, o.PageSize = true, true, 100
		},
		Affected: []string{"list the accounts", "list the hierarchy roots", "create an account"},
	},
	{
		Name: lateScopes,
		Change: func(o *emsim.Options) {
			o.ScopeDelay, o.ScopeStagger, o.RemovingDelay = 90*time.Second, 10*time.Second, time.Minute
		},
		Affected: []string{
			"list restore scopes, in a change", "list restore scopes, for a new account", "create an account",
			"add a scope (restore_scope)", "add a scope (account_scope)", "add a scope (exclusive)",
			"remove a scope (restore_scope)", "remove a scope (account_scope)", "remove a scope (exclusive)",
		},
	},
}

func TestMatrix_OtherKindsOfServersHaveTheSameTable(t *testing.T) {
	for _, v := range variants {
		t.Run(v.Name, func(t *testing.T) { matrix.Run(t, acctest.StartEMWithoutTLS, v) })
	}
}
