// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// accountTypes is the API's AccountTypeEnumeration.
var accountTypes = []string{"User", "Group", "ExternalUser", "ExternalGroup"}

var errNoScopes = errors.New(
	"the restore scope must be provided in HierarchyScopeObjects if AllowRestoreAllVms is false")

// accountFromSpec applies every rule for the create spec, except that the name must not be in use.
func (s *Store) accountFromSpec(spec *node) (*Account, []scopeItem, error) {
	a := &Account{
		Type:               spec.textOf("AccountType"),
		Name:               spec.textOf("AccountName"),
		AllowRestoreAllVms: spec.boolOf("AllowRestoreAllVms"),
		FlrInplaceOnly:     spec.kid("FlrSettings").boolOf("FlrInplaceOnly"),
		FlrExtensions:      spec.kid("FlrSettings").textOf("FlrExtentionRestrictions"),
		DenyInPlaceRestore: spec.kid("SqlSettings").boolOf("DenyInPlaceRestore"),
	}
	if err := checkAccountName(s.opts.Platform, a.Type, a.Name); err != nil {
		return nil, nil, err
	}
	ids, err := rolesFromSpec(spec.kid("Roles"))
	if err != nil {
		return nil, nil, err
	}
	a.Roles = ids
	if a.FlrInplaceOnly && !hasExtension(a.FlrExtensions) {
		return nil, nil, errors.New("FlrExtentionRestrictions must be provided if FlrInplaceOnly is true")
	}
	items, err := s.createItems(spec.kid("HierarchyScopeObjects"))
	if err != nil {
		return nil, nil, err
	}
	if !a.AllowRestoreAllVms && spec.kid("HierarchyScopeObjects") == nil {
		return nil, nil, errNoScopes
	}
	return a, items, nil
}

// createItems reads the scopes of a create spec. It ignores items that have two empty values, because the vendor's
// example contains such a placeholder.
func (s *Store) createItems(objects *node) ([]scopeItem, error) {
	if objects == nil {
		return nil, nil
	}
	filled := &node{name: objects.name}
	for _, item := range objects.kids {
		if item.textOf("HierarchyObjRef") != "" || item.textOf("ObjectName") != "" {
			filled.kids = append(filled.kids, item)
		}
	}
	return s.scopeItems(filled)
}

func checkAccountName(platform Platform, accountType, name string) error {
	if !slices.Contains(accountTypes, accountType) {
		return fmt.Errorf("account type %q is not one of %s", accountType, strings.Join(accountTypes, ", "))
	}
	if strings.TrimSpace(name) == "" {
		return errors.New("the account name is empty")
	}
	switch accountType {
	case "ExternalGroup":
		return nil
	case "ExternalUser":
		return checkTwoParts(name, "@", "Username@Suffix")
	}
	if platform == PlatformLinux && !strings.ContainsAny(name, `@\`) {
		return nil // a local account
	}
	if platform == PlatformLinux {
		return checkTwoParts(name, "@", "Name@Domain")
	}
	return checkTwoParts(name, `\`, `Domain\Name`)
}

func checkTwoParts(name, separator, form string) error {
	parts := strings.Split(name, separator)
	if len(parts) != 2 || strings.TrimSpace(parts[0]) == "" || strings.TrimSpace(parts[1]) == "" {
		return fmt.Errorf("the account name %q must be specified in the %s format", name, form)
	}
	return nil
}

// rolesFromSpec returns the IDs of the roles without duplicates.
func rolesFromSpec(list *node) ([]string, error) {
	var ids []string
	for _, kid := range list.kids {
		uid := kid.textOf("EnterpriseRoleUid")
		r, ok := roleOfUID(uid)
		if !ok {
			return nil, fmt.Errorf("role %q does not exist", uid)
		}
		if !slices.Contains(ids, r.id) {
			ids = append(ids, r.id)
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("at least one role must be specified")
	}
	return ids, nil
}

// hasExtension reports whether the list contains anything other than commas and white space.
func hasExtension(list string) bool { return strings.Trim(list, ", \t") != "" }
