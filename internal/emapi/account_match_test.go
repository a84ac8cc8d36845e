// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

func TestAccountSame_ComparesTypesAndNamesOnlyIfAnIDIsNotKnown(t *testing.T) {
	fox := Account{ID: accountID, Type: "User", Name: `TECH\fox`}
	for name, c := range map[string]struct {
		other Account
		want  bool
	}{
		"the same ID, another name":   {Account{ID: accountID, Type: "User", Name: `TECH\wolf`}, true},
		"another ID, the same name":   {Account{ID: otherAccount, Type: "User", Name: `TECH\fox`}, false},
		"no ID, the same name":        {Account{Type: "User", Name: `tech\FOX`}, true},
		"no ID, another name":         {Account{Type: "User", Name: `TECH\wolf`}, false},
		"no ID, the name of a group":  {Account{Type: "Group", Name: `TECH\fox`}, false},
		"no ID, another type or name": {Account{Type: "Group", Name: `TECH\wolf`}, false},
	} {
		equal(t, name, fox.Same(c.other), c.want)
		equal(t, name+", reversed", c.other.Same(fox), c.want)
	}
	equal(t, "two without an ID", Account{Type: "User", Name: "fox"}.Same(Account{Type: "User", Name: "wolf"}), false)
}

func TestMatchSettings_ComparesOnlyTheSettingsInTheSpec(t *testing.T) {
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
		"the same settings": {func(*Account, *AccountSpec) {}, AccountMatch{}},
		"another AllowRestoreAllVMs": {
			func(a *Account, _ *AccountSpec) { a.AllowRestoreAllVMs = false }, AccountMatch{Differs: "the restore of all VMs"},
		},
		"another InplaceOnly": {
			func(a *Account, _ *AccountSpec) { a.FLR.InplaceOnly = false }, AccountMatch{Differs: flr},
		},
		"fewer extensions": {
			func(a *Account, _ *AccountSpec) { a.FLR.ExtensionRestrictions = []string{"pdf"} }, AccountMatch{Differs: flr},
		},
		"another DenyInplaceRestore": {
			func(a *Account, _ *AccountSpec) { a.SQL.DenyInplaceRestore = false }, AccountMatch{Differs: sql},
		},
		"the account shows no FLR": {func(a *Account, _ *AccountSpec) { a.FLR = nil }, AccountMatch{Hidden: flr}},
		"the account shows no SQL": {func(a *Account, _ *AccountSpec) { a.SQL = nil }, AccountMatch{Hidden: sql}},
		"the spec has no FLR":      {func(_ *Account, s *AccountSpec) { s.FLR = nil }, AccountMatch{}},
		"the spec has no SQL":      {func(_ *Account, s *AccountSpec) { s.SQL = nil }, AccountMatch{}},
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

func TestSameExtensions_IgnoresCaseDotsWhiteSpaceSeparatorsAndOrder(t *testing.T) {
	for _, c := range []struct {
		a, b []string
		want bool
	}{
		{nil, []string{}, true},
		{[]string{"doc", "pdf"}, []string{"PDF", "Doc", "doc"}, true},
		{[]string{"doc", "pdf"}, []string{".doc", " .pdf "}, true},
		{[]string{"doc", "pdf"}, []string{"doc;pdf"}, true},
		{[]string{"doc", "pdf"}, []string{"doc,pdf", ""}, true},
		{[]string{"tar.gz"}, []string{".TAR.GZ"}, true},
		{[]string{"tar.gz"}, []string{"targz"}, false},
		{[]string{"foo bar"}, []string{"foo", "bar"}, false},
		{[]string{"doc", "pdf"}, []string{"doc"}, false},
		{[]string{"doc"}, nil, false},
	} {
		if got := SameExtensions(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %t, want %t", c.a, c.b, got, c.want)
		}
		if got := SameExtensions(c.b, c.a); got != c.want {
			t.Errorf("%q and %q: %t, want %t", c.b, c.a, got, c.want)
		}
	}
}

// The server may list scopes late: missing scopes do not prevent an adoption, and other scopes do.
func TestCreateAccount_AdoptsAnAccountWithMissingScopesButNotWithOtherScopes(t *testing.T) {
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
				wants(t, err, "already exists", "differs from the request in the restore scopes")
				equal(t, "the ID", id, "")
			})
		})
	}
}

var sqlSettings = regexp.MustCompile("<SqlSettings>.*</SqlSettings>")

func TestFindCreated_WaitsUpToAMinuteAndOnlyForScopes(t *testing.T) {
	for name, c := range map[string]struct {
		scopes      []ScopeItem
		hides       bool
		want        AccountMatch
		least, most time.Duration
	}{
		"everything matches": {},
		"a missing scope": {
			scopes: []ScopeItem{vm01}, want: AccountMatch{Unlisted: true},
			least: time.Minute, most: time.Minute + httpkit.PollMax,
		},
		"a hidden setting": {hides: true, want: AccountMatch{Hidden: "the SQL restore settings"}},
		"a missing scope and a hidden setting": {
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

func TestFindCreated_ReturnsNilImmediatelyIfThereIsNoSuchAccount(t *testing.T) {
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
