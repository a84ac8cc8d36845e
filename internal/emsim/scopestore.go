// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// rootNamesInTurn is the sequence of forms that RootNamesMixed repeats.
var rootNamesInTurn = []RootNames{RootNamesName, RootNamesUniqueID, RootNamesID}

// addScope adds a scope that appears in the list after the delay.
func (s *Store) addScope(a *Account, ref, name string, delay time.Duration) *Scope {
	sc := &Scope{
		ID: simkit.NewGUID(), Ref: ref, Name: s.scopeName(ref, name),
		ListedAt: time.Now().Add(delay), rootNames: s.opts.RootNames,
	}
	if parsed, err := parseRef(ref); err == nil {
		sc.Ref = parsed.String()
	}
	if s.opts.RootNames == RootNamesMixed {
		sc.rootNames = rootNamesInTurn[s.scopesIn%len(rootNamesInTurn)]
	}
	s.scopesIn++
	if s.opts.ProcessDelay >= 0 {
		sc.processedAt = sc.ListedAt.Add(s.opts.ProcessDelay)
	}
	if twin := s.twin(a, sc); s.opts.SharedScopeIDs && twin != nil {
		sc.ID = twin.ID
	}
	a.Scopes = append(a.Scopes, sc)
	return sc
}

// scopeName returns the Name of a new scope: the name that was sent, or the name of the object.
func (s *Store) scopeName(ref, sent string) string {
	object := s.Object(ref)
	if object != nil && (sent == "" || s.opts.ObjectNames == ObjectNamesInfrastructure) {
		return object.Name
	}
	return sent
}

// twin returns a scope of the account with the same name and type under a different root, or nil if there is none.
func (s *Store) twin(a *Account, sc *Scope) *Scope {
	mine, err := parseRef(sc.Ref)
	if err != nil {
		return nil
	}
	for _, other := range a.Scopes {
		theirs, err := parseRef(other.Ref)
		if err == nil && !other.removing() && other.Name == sc.Name &&
			theirs.rootID != mine.rootID && strings.EqualFold(theirs.objectType, mine.objectType) {
			return other
		}
	}
	return nil
}

// sameScope returns the account's scope for that object, or nil if there is none.
func (a *Account) sameScope(ref string) *Scope {
	for _, sc := range a.Scopes {
		if !sc.removing() && sameRef(sc.Ref, ref) {
			return sc
		}
	}
	return nil
}

// scopesOf returns the listed scopes with that ID. There can be more than one if IDs are shared.
func (a *Account) scopesOf(id string, now time.Time) []*Scope {
	var found []*Scope
	for _, sc := range a.Scopes {
		if strings.EqualFold(sc.ID, id) && sc.listed(now) {
			found = append(found, sc)
		}
	}
	return found
}

// remaining returns the number of scopes that have not been deleted, not counting the given scopes.
func (a *Account) remaining(without []*Scope) int {
	n := 0
	for _, sc := range a.Scopes {
		if !sc.removing() && !slices.Contains(without, sc) {
			n++
		}
	}
	return n
}

// takeScopes deletes scopes: immediately, or after a time in the state Removing.
func (s *Store) takeScopes(a *Account, gone []*Scope) {
	if s.opts.RemovingDelay <= 0 {
		a.Scopes = slices.DeleteFunc(a.Scopes, func(sc *Scope) bool { return slices.Contains(gone, sc) })
		return
	}
	until := time.Now().Add(s.opts.RemovingDelay)
	for _, sc := range gone {
		if !sc.removing() {
			sc.RemovingUntil = until
		}
	}
}

// rootName returns the HierarchyRootName of a scope. If the root is not a hierarchy root, such as the root of a file
// share, only its ID is known.
func (s *Store) rootName(sc *Scope, ref reference) string {
	root := s.Root(ref.rootID)
	if root == nil {
		return ref.rootID
	}
	switch sc.rootNames {
	case RootNamesUniqueID:
		return root.UniqueID
	case RootNamesName:
		return root.Name
	}
	return root.ID
}
