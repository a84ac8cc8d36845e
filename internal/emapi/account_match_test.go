// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"
	"time"
)

func TestMatchSettings_ComparesWhatWasAskedFor(t *testing.T) {
	const flr, sql = "the file-level restore settings", "the SQL restore settings"
	asked := AccountSpec{
		AllowRestoreAllVMs: true,
		FLR:                &FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"Pdf", "doc", "doc"}},
		SQL:                &SQLSettings{DenyInplaceRestore: true},
	}
	for name, c := range map[string]struct {
		change func(*Account, *AccountSpec)
		want   AccountMatch
	}{
		"the same": {func(*Account, *AccountSpec) {}, AccountMatch{}},
		"not all VMs": {
			func(a *Account, _ *AccountSpec) { a.AllowRestoreAllVMs = false }, AccountMatch{Differs: "the restore of all VMs"},
		},
		"not only in place": {
			func(a *Account, _ *AccountSpec) { a.FLR.InplaceOnly = false }, AccountMatch{Differs: flr},
		},
		"one extension": {
			func(a *Account, _ *AccountSpec) { a.FLR.ExtensionRestrictions = []string{"pdf"} }, AccountMatch{Differs: flr},
		},
		"SQL in place": {
			func(a *Account, _ *AccountSpec) { a.SQL.DenyInplaceRestore = false }, AccountMatch{Differs: sql},
		},
		"no FLR shown":     {func(a *Account, _ *AccountSpec) { a.FLR = nil }, AccountMatch{Hidden: flr}},
		"no SQL shown":     {func(a *Account, _ *AccountSpec) { a.SQL = nil }, AccountMatch{Hidden: sql}},
		"no FLR asked for": {func(_ *Account, s *AccountSpec) { s.FLR = nil }, AccountMatch{}},
		"no SQL asked for": {func(_ *Account, s *AccountSpec) { s.SQL = nil }, AccountMatch{}},
	} {
		a := &Account{
			AllowRestoreAllVMs: true,
			FLR:                &FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc", "pdf"}},
			SQL:                &SQLSettings{DenyInplaceRestore: true},
		}
		spec := asked
		c.change(a, &spec)
		equal(t, name, a.matchSettings(spec), c.want)
	}
}

// The server may list scopes late: fewer than were asked for are no reason against an account, others are.
func TestCreateAccount_AdoptsAnAccountThatMayGetItsScopesAndNoneThatHasOthers(t *testing.T) {
	listed := listedScope{scopeID, vm01.ObjectName, rootID, "Vm", "Unprocessed"}
	other := listedScope{scopeID, "VM02", rootID, "Vm", "Unprocessed"}
	for name, c := range map[string]struct {
		scopes  []listedScope
		adopted bool
	}{
		"no scope":             {nil, true},
		"the scope":            {[]listedScope{listed}, true},
		"another scope":        {[]listedScope{other}, false},
		"the scope and others": {[]listedScope{listed, other}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.scopes = c.scopes
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
					commit()
					drop(w)
					return true
				}
				asked := spec
				asked.Scopes = []ScopeItem{vm01}
				id, err := newFake(t, s.serve).client().CreateAccount(t.Context(), asked)
				if c.adopted {
					ok(t, err)
					equal(t, "the ID", id, accountID)
					return
				}
				wants(t, err, "exists already", "is not what was asked for: the restore scopes")
				equal(t, "the ID", id, "")
			})
		})
	}
}

var sqlSettings = regexp.MustCompile("<SqlSettings>.*</SqlSettings>")

func TestFindCreated_WaitsForScopesAloneAndNoLongerThanAMinute(t *testing.T) {
	for name, c := range map[string]struct {
		scopes      []ScopeItem
		hides       bool
		want        AccountMatch
		least, most time.Duration
	}{
		"nothing to wait for": {},
		"a scope": {
			scopes: []ScopeItem{vm01}, want: AccountMatch{Unlisted: true},
			least: time.Minute, most: time.Minute + pollMax,
		},
		"a hidden setting": {hides: true, want: AccountMatch{Hidden: "the SQL restore settings"}},
		"both": {
			scopes: []ScopeItem{vm01}, hides: true, want: AccountMatch{Hidden: "the SQL restore settings", Unlisted: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.commit("")
				asked := spec
				asked.Scopes, asked.SQL = c.scopes, &SQLSettings{}
				if c.hides {
					s.accounts[accountID] = sqlSettings.ReplaceAllString(s.accounts[accountID], "")
				}
				took := stopwatch(t)
				found, match, err := newFake(t, s.serve).client().FindCreated(t.Context(), asked)
				ok(t, err)
				equal(t, "the account", found.ID, accountID)
				equal(t, "the match", match, c.want)
				equal(t, "exact", match.Exact(), c.want == AccountMatch{})
				took(c.least, c.most)
			})
		})
	}
}

func TestFindCreated_GivesNothingAtOnceIfThereIsNoSuchAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took := stopwatch(t)
		found, match, err := newFake(t, newStore().serve).client().FindCreated(t.Context(), spec)
		ok(t, err)
		if found != nil || !match.Exact() {
			t.Errorf("found %+v, %+v", found, match)
		}
		took(0, 0)
	})
}
