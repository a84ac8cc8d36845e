// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"slices"
	"strings"
	"time"
)

// rootNamesInTurn are the forms that RootNamesMixed goes through.
var rootNamesInTurn = []RootNames{RootNamesName, RootNamesUniqueID, RootNamesID}

// addScope adds a scope that appears in the list after the delay.
func (s *Store) addScope(a *Account, ref, name string, delay time.Duration) *Scope {
	sc := &Scope{ID: newGUID(), Ref: ref, Name: s.scopeName(ref, name), ListedAt: time.Now().Add(delay), rootNames: s.opts.RootNames}
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

// scopeName is the Name of a new scope: what was sent, or what the object is called.
func (s *Store) scopeName(ref, sent string) string {
	object := s.Object(ref)
	if object != nil && (sent == "" || s.opts.ObjectNames == ObjectNamesInfrastructure) {
		return object.Name
	}
	return sent
}

// twin is a scope of the account with the same name and type under another root.
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

// sameScope is the scope of the account for that object, nil if there is none.
func (a *Account) sameScope(ref string) *Scope {
	for _, sc := range a.Scopes {
		if !sc.removing() && sameRef(sc.Ref, ref) {
			return sc
		}
	}
	return nil
}

// scopesOf are the listed scopes of that ID; more than one where IDs are shared.
func (a *Account) scopesOf(id string, now time.Time) []*Scope {
	var found []*Scope
	for _, sc := range a.Scopes {
		if strings.EqualFold(sc.ID, id) && sc.listed(now) {
			found = append(found, sc)
		}
	}
	return found
}

// remaining counts the scopes that were not deleted, without those given.
func (a *Account) remaining(without []*Scope) int {
	n := 0
	for _, sc := range a.Scopes {
		if !sc.removing() && !slices.Contains(without, sc) {
			n++
		}
	}
	return n
}

// takeScopes deletes scopes: at once, or after a time in State Removing.
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

// rootName is what the list shows as HierarchyRootName. A root that is no
// hierarchy root, such as a file share's, has nothing but its ID.
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
