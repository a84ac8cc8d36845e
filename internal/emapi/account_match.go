// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// AccountMatch is the result of comparing an account with an [AccountSpec]. Its zero value is an exact match.
type AccountMatch struct {
	// Differs names the settings that differ from the spec; "" if there are none.
	Differs string
	// Hidden names the settings that cannot be compared because the server does not show them, as older builds do; "" if
	// there are none.
	Hidden string
	// Unlisted is true if the account has fewer restore scopes than the spec. The server may list them later.
	Unlisted bool
}

// settleCreated is how long FindCreated waits for restore scopes to be listed. It is longer than settleScopes, because
// the user has to deal with an account that is not recognized.
const settleCreated = time.Minute

// Exact reports whether everything that the spec sets was compared and matches.
func (m AccountMatch) Exact() bool { return m == AccountMatch{} }

// FindCreated looks for the account that an earlier call of [Client.CreateAccount] may have created without learning
// its ID. An administrator may have created an account of the same type and name since then, so the caller should
// accept only an exact match. FindCreated waits up to a minute for restore scopes that the server does not list yet. If
// there is no account of that type and name, found is nil.
func (c *Client) FindCreated(ctx context.Context, spec AccountSpec) (found *Account, match AccountMatch, err error) {
	return c.lookFor(ctx, spec, settleCreated, func(_ *Account, match AccountMatch) bool {
		return !match.Unlisted || match.Hidden != ""
	})
}

// lookFor looks for the account that spec describes until enough returns true for what it finds, or until wait has
// passed.
func (c *Client) lookFor(
	ctx context.Context, spec AccountSpec, wait time.Duration, enough func(found *Account, match AccountMatch) bool,
) (found *Account, match AccountMatch, err error) {
	_, err = pollUntil(ctx, wait, func() (bool, error) {
		existing, err := c.FindAccount(ctx, spec.Type, spec.Name)
		if IsNotFound(err) {
			found, match = nil, AccountMatch{}
			return enough(found, match), nil
		}
		if err != nil {
			return false, err
		}
		found = existing
		match, err = c.match(ctx, existing, spec)
		return err == nil && enough(existing, match), err
	})
	return found, match, err
}

// match compares an account with spec. It is the only place that defines what a match is.
func (c *Client) match(ctx context.Context, a *Account, spec AccountSpec) (AccountMatch, error) {
	if a.Lacks != "" {
		return AccountMatch{}, &Error{Op: "read", Object: c.accountObject(a.ID), Err: errors.New(a.Lacks)}
	}
	m := a.matchSettings(spec)
	if m.Differs != "" {
		return AccountMatch{Differs: m.Differs}, nil
	}
	roles, scopes, err := c.rolesAndScopes(ctx, *a)
	if err != nil {
		return AccountMatch{}, err
	}
	uids := make([]string, len(roles))
	for i, role := range roles {
		uids[i] = role.UID()
	}
	guid := func(uid string) string { id, _ := guidOfUID(uid); return id }
	if !sameSet(uids, spec.RoleUIDs, guid) {
		return AccountMatch{Differs: "the roles"}, nil
	}
	others, missing, err := c.matchScopes(ctx, scopes, spec.Scopes)
	if others {
		return AccountMatch{Differs: "the restore scopes"}, err
	}
	m.Unlisted = missing
	return m, err
}

func (a *Account) matchSettings(spec AccountSpec) AccountMatch {
	var m AccountMatch
	if a.AllowRestoreAllVMs != spec.AllowRestoreAllVMs {
		m.Differs = "the restore of all VMs"
	}
	switch {
	case spec.FLR == nil:
	case a.FLR == nil:
		m.Hidden = "the file-level restore settings"
	case !a.FLR.Same(*spec.FLR):
		m.Differs = joinAnd(m.Differs, "the file-level restore settings")
	}
	switch {
	case spec.SQL == nil:
	case a.SQL == nil:
		m.Hidden = joinAnd(m.Hidden, "the SQL restore settings")
	case *a.SQL != *spec.SQL:
		m.Differs = joinAnd(m.Differs, "the SQL restore settings")
	}
	return m
}

// Same reports whether both settings restrict file-level restore in the same way.
func (s FLRSettings) Same(other FLRSettings) bool {
	return s.InplaceOnly == other.InplaceOnly && SameExtensions(s.ExtensionRestrictions, other.ExtensionRestrictions)
}

// SameExtensions reports whether two lists have the same file name extensions. The server may return extensions in
// another case, with a dot or white space, or separated by semicolons.
func SameExtensions(a, b []string) bool {
	return sameSet(splitExtensions(strings.Join(a, ",")), splitExtensions(strings.Join(b, ",")), func(e string) string {
		return strings.ToLower(strings.TrimLeft(e, "."))
	})
}

// splitExtensions returns the extensions of a list as the server spells them.
func splitExtensions(list string) []string {
	parts := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(e string) bool { return e == "" })
}

func joinAnd(a, b string) string {
	if a == "" {
		return b
	}
	return a + " and " + b
}

// rolesAndScopes reads the roles and the scopes in parallel, because an interrupted create has little time left.
func (c *Client) rolesAndScopes(ctx context.Context, a Account) (roles []Role, scopes []Scope, err error) {
	reads, ctx := errgroup.WithContext(ctx)
	reads.Go(func() (err error) {
		roles, err = c.RolesOf(ctx, a)
		return err
	})
	reads.Go(func() (err error) {
		scopes, err = c.ListScopes(ctx, a.ID)
		return err
	})
	err = reads.Wait()
	return roles, scopes, err
}

// matchScopes compares listed scopes with the items that they should stand for: others reports whether there is a scope
// of another object, and missing whether there is an item without a scope.
func (c *Client) matchScopes(ctx context.Context, listed []Scope, items []ScopeItem) (others, missing bool, err error) {
	rest := slices.Clone(items)
	for _, s := range listed {
		if s.Removing() {
			continue
		}
		i, err := c.itemOf(ctx, s, rest)
		if i < 0 || err != nil {
			return true, false, err
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return false, len(rest) > 0, nil
}

// itemOf returns the index of the item that a scope stands for, or -1 if there is none.
func (c *Client) itemOf(ctx context.Context, s Scope, items []ScopeItem) (int, error) {
	for i, item := range items {
		if matches, err := c.ScopeMatches(ctx, s, item.HierarchyObjRef, item.ObjectName); matches || err != nil {
			return i, err
		}
	}
	return -1, nil
}

// sameSet reports whether two lists have the same elements once normalized, regardless of order and repetition.
func sameSet(a, b []string, normal func(string) string) bool {
	set := func(list []string) []string {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = normal(s)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(set(a), set(b))
}
