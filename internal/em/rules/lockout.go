// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
)

// Logon is the logon of the provider, for rule 12.
type Logon struct {
	// Names are the spellings of its user name.
	Names []string
	// Accounts are the User accounts that are taken for the account that the provider is logged on as.
	Accounts []emapi.Account
	// Exact reports whether these accounts are called exactly like one of the names, without regard to case.
	Exact bool
}

// LogonOf is the part of rule 12 that finds the account of the logon. If no User account is called exactly like one of
// the names of the logon, every User account whose name can be another spelling of it is taken for the logon's.
func LogonOf(names []string, accounts []emapi.Account) Logon {
	called := func(same func(name, accountName string) bool) []emapi.Account {
		var found []emapi.Account
		for _, a := range accounts {
			if a.Type == "User" && slices.ContainsFunc(names, func(name string) bool { return same(name, a.Name) }) {
				found = append(found, a)
			}
		}
		return found
	}
	if exact := called(func(a, b string) bool { return a != "" && emapi.SameNameFold(a, b) }); len(exact) > 0 {
		return Logon{Names: names, Accounts: exact, Exact: true}
	}
	return Logon{Names: names, Accounts: called(emapi.MayBeSameUser)}
}

// Has reports whether the account is taken for the account that the provider is logged on as.
func (l Logon) Has(account emapi.Account) bool {
	return slices.ContainsFunc(l.Accounts, func(a emapi.Account) bool { return a.Same(account) })
}

const lockedOut = "The provider would lock itself out"

// SelfLockout is rule 12: the account that the provider is logged on as is not deleted and keeps the Portal
// Administrator role, because the provider could not undo the change. It is stricter than the server. The account is
// one that would be deleted or lose the role.
func SelfLockout(p path.Path, logon Logon, account emapi.Account) diag.Diagnostics {
	if !logon.Has(account) {
		return nil
	}
	const lost = "Without the Portal Administrator role the provider could no longer change any account, including this " +
		"one. "
	if logon.Exact {
		return rulekit.Refuse(p, lockedOut, "%s is the account that the provider is logged on as. "+lost+
			"To make this change, log on as another Portal Administrator, or set allow_self_lockout = true in em if this is "+
			"intended.", account.Name)
	}
	like := "that"
	if len(logon.Names) > 1 {
		like = "one of them"
	}
	return rulekit.Refuse(p, lockedOut,
		"%s may be the account that the provider is logged on as: %s can be another spelling of "+
			"it, and no User account is called exactly like %s. "+lost+"To make this change, log on as another Portal "+
			"Administrator, or set allow_self_lockout = true in em if the account belongs to another user or this is intended.",
		account.Name, strings.Join(logon.Names, " or "), like)
}

// GroupLockout is rule 12 for a provider whose right comes through a group, because no User account with the Portal
// Administrator role can be the logon's: the last group account with the role is not deleted and keeps it. It is
// stricter than the server. The group is one that would be deleted or lose the role, losing are the other groups that
// do in the same run, and holders are the accounts that have the role now.
func GroupLockout(
	p path.Path, logon Logon, group emapi.Account, losing, holders []emapi.Account,
) diag.Diagnostics {
	loses := append([]emapi.Account{group}, losing...)
	keeps := func(holder emapi.Account) bool {
		return logon.Has(holder) || holder.IsGroup() &&
			!slices.ContainsFunc(loses, func(a emapi.Account) bool { return a.Same(holder) })
	}
	if slices.ContainsFunc(holders, keeps) {
		return nil
	}
	also := ""
	if len(losing) > 0 {
		names := make([]string, 0, len(losing))
		for _, a := range losing {
			names = append(names, a.Name)
		}
		slices.Sort(names)
		also = fmt.Sprintf("This run also takes the role from %s. ", strings.Join(names, ", "))
	}
	return rulekit.Refuse(p, lockedOut,
		"The %s account %s is the last group with the Portal Administrator role. %sNo User "+
			"account with this role can be the one that the provider is logged on as, %s, so the provider has the role through "+
			"a group. Without it the provider could no longer change any account, including this one. To make this change, "+
			"first give the role to another group of the provider or to its own account, and apply that change separately. "+
			"Alternatively, set allow_self_lockout = true in em if this is intended.",
		group.Type, group.Name, also, strings.Join(logon.Names, " or "))
}
