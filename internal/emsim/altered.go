// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// shownName returns an account name as the server spells it.
func (o *Options) shownName(name string) string {
	return applyCase(o.AccountNameCase, o.AccountNames.spell(o.NameForm.of(name)))
}

// of returns a name in this form.
func (f NameForm) of(name string) string {
	switch f {
	case NameFormNFC:
		return norm.NFC.String(name)
	case NameFormNFD:
		return norm.NFD.String(name)
	}
	return name
}

func (n AccountNames) spell(name string) string {
	if n == AccountNamesTrimmed {
		return strings.TrimSpace(name)
	}
	domain, user, found := strings.Cut(name, `\`)
	label, _, isDNS := strings.Cut(domain, ".")
	switch {
	case found && isDNS && n == AccountNamesNetBIOS:
		return strings.ToUpper(label) + `\` + user
	case found && !isDNS && n == AccountNamesDNS:
		return strings.ToLower(label) + `.local\` + user
	}
	return name
}

// hasAccount reports whether an account of that type has the name in the server's spelling.
func (s *Store) hasAccount(accountType, name string) bool {
	return slices.ContainsFunc(s.accounts, func(a *Account) bool {
		return a.Type == accountType && strings.EqualFold(s.opts.shownName(a.Name), s.opts.shownName(name))
	})
}

// form returns a list of extensions, which is separated by commas, in this form.
func (e Extensions) form(list string) string {
	switch {
	case list == "":
		return ""
	case e == ExtensionsUpper:
		return strings.ToUpper(list)
	case e == ExtensionsDots:
		return "." + strings.Join(strings.Split(list, ","), ", .")
	case e == ExtensionsSemicolons:
		return strings.ReplaceAll(list, ",", ";")
	}
	return list
}

// alter returns a new account as the server creates it.
func (o *Options) alter(a Account) Account {
	if o.AllVMs != AllVMsAsSent {
		a.AllowRestoreAllVms = true
	}
	switch o.DroppedSettings {
	case SettingsFLR:
		a.FlrInplaceOnly, a.FlrExtensions = false, ""
	case SettingsSQL:
		a.DenyInPlaceRestore = false
	}
	if o.AddedRole != "" && !a.hasRole(o.AddedRole) {
		a.Roles = append(slices.Clone(a.Roles), o.AddedRole)
	}
	if len(a.Roles) > 1 {
		a.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(id string) bool { return id == o.DroppedRole })
	}
	return a
}
