// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func user(name string) emapi.Account {
	return emapi.Account{ID: "user " + name, Type: "User", Name: name}
}

func group(name string) emapi.Account {
	return emapi.Account{ID: "group " + name, Type: "Group", Name: name}
}

func external(name string) emapi.Account {
	return emapi.Account{ID: name, Type: "ExternalGroup", Name: name}
}

func TestRule12_AnAccountOfTheExactNameIsTheLogonsOrElseEachThatMayBeIt(t *testing.T) {
	for name, c := range map[string]struct {
		names    []string
		accounts []emapi.Account
		want     []string
		exact    bool
	}{
		"none":         {[]string{`TECH\svc`}, []emapi.Account{user(`TECH\fox`), user(`CORP\svc`)}, nil, false},
		"another case": {[]string{`tech\SVC`}, []emapi.Account{user(`TECH\svc`)}, []string{`TECH\svc`}, true},
		"another spelling": {
			[]string{`TECH\svc`}, []emapi.Account{user("svc@tech.local")}, []string{"svc@tech.local"}, false,
		},
		"several spellings": {
			[]string{`TECH\svc`}, []emapi.Account{user("svc"), user(`CORP\svc`), user(`.\svc`)}, []string{"svc", `.\svc`}, false,
		},
		"an exact name ends the guessing": {
			[]string{`TECH\svc`}, []emapi.Account{user("svc@tech.local"), user(`Tech\Svc`)}, []string{`Tech\Svc`}, true,
		},
		"the exact name is the configured one": {
			[]string{`TECH\svc`, "svc@tech.local"},
			[]emapi.Account{user("svc"), user("svc@tech.local")},
			[]string{"svc@tech.local"},
			true,
		},
		"both names are exact": {
			[]string{`TECH\svc`, "svc@tech.local"},
			[]emapi.Account{user(`TECH\svc`), user("svc@tech.local")},
			[]string{`TECH\svc`, "svc@tech.local"},
			true,
		},
		"either name may be it": {
			[]string{`TECH\svc`, "svc@corp.example"},
			[]emapi.Account{user(`CORP\svc`), user(`other.local\svc`)},
			[]string{`CORP\svc`, `other.local\svc`},
			false,
		},
		"other types of accounts": {
			[]string{`TECH\svc`},
			[]emapi.Account{group(`TECH\svc`), external(`TECH\svc`), {ID: "x", Type: "ExternalUser", Name: "svc@tech.local"}},
			nil, false,
		},
		"a logon without a name": {[]string{""}, []emapi.Account{user(""), user("svc")}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := LogonOf(c.names, c.accounts)
			var taken []string
			for _, a := range got.Accounts {
				taken = append(taken, a.Name)
			}
			if !slices.Equal(taken, c.want) || got.Exact != c.exact || !slices.Equal(got.Names, c.names) {
				t.Errorf("got %q (exact: %t) for %q, want %q (exact: %t)", taken, got.Exact, got.Names, c.want, c.exact)
			}
		})
	}
}

func TestRule12_TheProvidersOwnAccountRemainsPortalAdministrator(t *testing.T) {
	const (
		lost = " Without the Portal Administrator role the provider could no longer change any account, including this " +
			"one. To make this change, log on as another Portal Administrator, or set allow_self_lockout = true in em if "
		exact = `TECH\svc is the account that the provider is logged on as.` + lost + "this is intended."
		maybe = "svc@tech.local may be the account that the provider is logged on as: "
		other = lost + "the account belongs to another user or this is intended."
	)
	one, both := []string{`tech\SVC`}, []string{`tech\SVC`, "svc"}
	refused := func(detail string) []refusal {
		return []refusal{{at: at, summary: "The provider would lock itself out", details: []string{detail}}}
	}
	for name, c := range map[string]struct {
		names    []string
		accounts []emapi.Account
		account  emapi.Account
		want     []refusal
	}{
		"another account": {one, []emapi.Account{user(`TECH\svc`)}, user(`TECH\fox`), nil},
		"one that may not be it, because another is": {
			one, []emapi.Account{user(`TECH\svc`), user("svc@tech.local")}, user("svc@tech.local"), nil,
		},
		"the exact name": {one, []emapi.Account{user(`TECH\svc`)}, user(`TECH\svc`), refused(exact)},
		"without an ID": {
			one, []emapi.Account{user(`tech\svc`)}, emapi.Account{Type: "User", Name: `TECH\svc`}, refused(exact),
		},
		"without an ID, another type": {
			one, []emapi.Account{user(`tech\svc`)}, emapi.Account{Type: "Group", Name: `TECH\svc`}, nil,
		},
		"the server's spelling is exact": {
			one,
			[]emapi.Account{{ID: "1", Type: "User", Name: `TECH\svc`}},
			emapi.Account{ID: "1", Type: "User", Name: `tech.local\svc`},
			refused(`tech.local\svc is the account that the provider is logged on as.`),
		},
		"another spelling": {
			one,
			[]emapi.Account{user("svc@tech.local")},
			user("svc@tech.local"),
			refused(maybe + `tech\SVC can be another spelling of it, and no User account is called exactly like that.` + other),
		},
		"another spelling of two": {
			both,
			[]emapi.Account{user("svc@tech.local")},
			user("svc@tech.local"),
			refused(maybe + `tech\SVC or svc can be another spelling of it, and no User account is called exactly like one of ` +
				"them." + other),
		},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, SelfLockout(at, LogonOf(c.names, c.accounts), c.account), c.want...)
		})
	}
}

func TestRule12_TheLastGroupRemainsPortalAdministratorIfTheRightComesThroughAGroup(t *testing.T) {
	refused := func(also string) []refusal {
		return []refusal{{at: at, summary: "The provider would lock itself out", details: []string{
			`The Group account TECH\Admins is the last group with the Portal Administrator role. ` + also +
				`No User account with this role can be the one that the provider is logged on as, TECH\svc or svc2, so the ` +
				"provider has the role through a group. Without it the provider could no longer change any account, including " +
				"this one. To make this change, first give the role to another group of the provider or to its own account, " +
				"and apply that change separately. Alternatively, set allow_self_lockout = true in em if this is intended.",
		}}}
	}
	const alsoFrom = "This run also takes the role from "
	admins, x, y, fox := group(`TECH\Admins`), group("x"), group("y"), user(`TECH\fox`)
	own, maybe, second := user(`TECH\svc`), user("svc"), user("svc2")
	foreign := emapi.Account{ID: "x", Type: "ExternalUser", Name: "svc@tech.local"}
	type list = []emapi.Account
	for name, c := range map[string]struct {
		accounts, losing, holders list
		want                      []refusal
	}{
		"no other account":                    {nil, nil, list{admins}, refused("")},
		"nothing has it":                      {nil, nil, nil, refused("")},
		"another group":                       {nil, nil, list{admins, x}, nil},
		"an external group":                   {nil, nil, list{external("x")}, nil},
		"another group that loses it, too":    {nil, list{x}, list{x}, refused(alsoFrom + "x. ")},
		"two of three":                        {nil, list{x}, list{x, y}, nil},
		"all of three":                        {nil, list{y, x}, list{x, y}, refused(alsoFrom + "x, y. ")},
		"the logon's account":                 {list{own}, nil, list{own}, nil},
		"one that may be it":                  {list{maybe}, nil, list{maybe}, nil},
		"one that may be it, and another is":  {list{maybe, second}, nil, list{maybe}, refused("")},
		"the logon's account has other roles": {list{own}, nil, list{admins}, refused("")},
		"another user":                        {list{fox}, nil, list{fox}, refused("")},
		"an external user of its name":        {list{foreign}, nil, list{foreign}, refused("")},
	} {
		t.Run(name, func(t *testing.T) {
			logon := LogonOf([]string{`TECH\svc`, "svc2"}, c.accounts)
			check(t, GroupLockout(at, logon, admins, c.losing, c.holders), c.want...)
		})
	}
}
