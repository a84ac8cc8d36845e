// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// variant is a kind of server that the matrix is run on. The zero value is the default server.
type variant struct {
	name   string
	change func(*emsim.Options)
	// affected lists the operations that depend on the kind of server. All their cells are run, but only some of the
	// others.
	affected []string
	// sessions reports whether the faults of the session depend on the kind of server.
	sessions bool
	// except holds the differences from the table of the default server, by operation and fault.
	except map[string]map[string]exception
}

// exception is the verdict for an operation and a fault on a kind of server, and the words that the error may contain.
type exception struct{ verdict, says string }

// Names of variants.
const (
	saysLittle = "a server that returns little information"
	saysMore   = "a server that returns more than the reference shows"
	lateScopes = "a server that lists and removes scopes late"
)

var variants = []variant{
	{
		name: saysLittle,
		change: func(o *emsim.Options) {
			o.OmitLocation, o.ReferencesOnly, o.AccountNameCase = true, true, emsim.CaseUpper
			o.UnknownSessionStatus = http.StatusInternalServerError
		},
		affected: []string{
			"list the accounts", "read an account, in a refresh", "read an account, in a change", "list the hierarchy roots",
			"create an account", logOff,
		},
		sessions: true,
		except: map[string]map[string]exception{
			// The provider retries the log off after its answer was lost. The server no longer knows the session and answers
			// 500, which could also mean that the log off failed.
			logOff: {"reset after": {failure, "HTTP 500"}},
		},
	},
	{
		name: saysMore,
		change: func(o *emsim.Options) {
			o.ShortEntityNames, o.OddAccount, o.PageSize = true, true, 100
		},
		affected: []string{"list the accounts", "list the hierarchy roots", "create an account"},
	},
	{
		name: lateScopes,
		change: func(o *emsim.Options) {
			o.ScopeDelay, o.ScopeStagger, o.RemovingDelay = 90*time.Second, 10*time.Second, time.Minute
		},
		affected: []string{
			"list restore scopes, in a change", "list restore scopes, for a new account", "create an account",
			"add a scope (restore_scope)", "add a scope (account_scope)", "add a scope (exclusive)",
			"remove a scope (restore_scope)", "remove a scope (account_scope)", "remove a scope (exclusive)",
		},
	},
}

func TestMatrix_OtherKindsOfServersHaveTheSameTable(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) { runMatrix(t, acctest.StartEMWithoutTLS, v) })
	}
}

// runs reports whether the cells of an operation and a fault are run.
func (v variant) runs(operation, fault int) bool {
	o, f := operations[operation], faults[fault]
	switch {
	case v.sessions && f.session && f.unknownSession == 0: // on such a server it is the same as the next fault
		return false
	case isReduced() && v.name != "": // the code is that of the other cells
		return (operation+fault)%(5*reduced) == 0
	case isReduced():
		return (operation+fault)%reduced == 0
	case v.name == "" || *allCells:
		return true
	}
	return v.affects(o) || v.sessions && f.session || (operation+fault)%3 == 0
}

func (v variant) affects(o operation) bool { return slices.Contains(v.affected, o.name) }

func (v variant) expected(o operation, f fault) string {
	if differs := v.except[o.name][f.name]; differs.verdict != "" {
		return differs.verdict
	}
	return expected.at(o.name, slices.IndexFunc(faults, func(other fault) bool { return other.name == f.name }))
}
