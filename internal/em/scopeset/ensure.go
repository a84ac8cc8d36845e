// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package scopeset is what every resource that handles restore scopes shares: giving an account the scopes that it
// should have without doubling one, and taking one away without losing another.
//
// Enterprise Manager lists a scope by its hierarchy root, type and name, and never gives back the reference that it was
// made from. Two objects of one root and type may have the same name, so that a listed scope can stand for either.
package scopeset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Result is the scope of one item.
type Result struct {
	Item  emapi.ScopeItem
	Scope emapi.Scope
	// Adopted tells that the scope was listed before and nothing was sent for it.
	Adopted bool
}

// Lock serialises the changes of an account, and of those of its scopes that are named like one of items, until unlock is
// called. Everything that adds or removes scopes holds it while it does.
func Lock(ctx context.Context, em *tfkit.EM, accountID string, items ...emapi.ScopeItem) (unlock func(), err error) {
	return em.Locks.Lock(ctx, append(Keys(accountID, items...), tfkit.AccountKey(accountID))...)
}

// Keys are the lock keys of the items: two items share one where their scopes could only be told apart by ID. They sort
// before the account's own key, so that the account can be locked while they are held.
func Keys(accountID string, items ...emapi.ScopeItem) []string {
	keys := make([]string, 0, len(items))
	for _, item := range items {
		ref, err := emapi.ParseObjRef(item.HierarchyObjRef)
		if err != nil {
			ref = emapi.ObjRef{Object: item.HierarchyObjRef}
		}
		keys = append(keys, "a scope "+accountID+" "+strings.ToLower(ref.Platform+" "+ref.Type+" "+ref.RootID)+" "+item.ObjectName)
	}
	return keys
}

// Matches returns the listed scopes that an item could be the origin of, those that are being removed left out.
func Matches(ctx context.Context, client *emapi.Client, listed []emapi.Scope, item emapi.ScopeItem) ([]emapi.Scope, error) {
	ref, err := emapi.ParseObjRef(item.HierarchyObjRef)
	if err != nil {
		return nil, err
	}
	var found []emapi.Scope
	for _, s := range listed {
		if s.Removing() {
			continue
		}
		ok, err := client.ScopeMatches(ctx, s, ref, item.ObjectName)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, s)
		}
	}
	return found, nil
}

// ByID returns the listed scope with that ID which an item could be the origin of. An ID can be listed several times,
// with other roots, and a scope may carry the object's new name after a rename: so the name decides only where the ID,
// root and type are not enough.
func ByID(ctx context.Context, client *emapi.Client, listed []emapi.Scope, id string, item emapi.ScopeItem) (emapi.Scope, bool, error) {
	ref, err := emapi.ParseObjRef(item.HierarchyObjRef)
	if err != nil {
		return emapi.Scope{}, false, err
	}
	var found []emapi.Scope
	for _, s := range listed {
		if s.ID != id || s.Removing() {
			continue
		}
		ok, err := client.ScopeMatches(ctx, s, ref, s.Name)
		if err != nil {
			return emapi.Scope{}, false, err
		}
		if ok {
			found = append(found, s)
		}
	}
	if i := slices.IndexFunc(found, func(s emapi.Scope) bool { return s.Name == item.ObjectName }); i >= 0 {
		return found[i], true, nil
	}
	if len(found) == 1 {
		return found[0], true, nil
	}
	return emapi.Scope{}, false, nil
}

// Addition is a number of items on their way to being scopes of an account.
type Addition struct {
	em        *tfkit.EM
	client    *emapi.Client
	accountID string
	owned     Owned
	results   []Result
	before    [][]string // of each item, the IDs of the scopes that were listed under its name
	sent      []sentItems
}

// Sent tells whether the server has accepted item i, or may have: whether a scope of it may appear that was not listed Before.
func (a *Addition) Sent(i int, err error) bool {
	return emapi.IsUncertain(err) || slices.ContainsFunc(a.sent, func(s sentItems) bool { return slices.Contains(s.indices, i) })
}

// Before lists the IDs of the scopes that were listed under the name of item i before anything was sent.
func (a *Addition) Before(i int) []string { return a.before[i] }

// sentItems is one request, and which results it is for.
type sentItems struct {
	pending *emapi.PendingScopes
	indices []int
	// ambiguous tells that a scope of the item's name was listed before.
	ambiguous bool
}

// Add begins to give the account a scope for each item. A scope that is listed already is taken over without a request where
// the lookup service says that its name stands for the item's object alone; where it stands for several, or for
// another item of the caller's own, the item is sent. The caller holds Lock, and keeps the locks of Keys until Wait returns. On an error
// what was done before it can still be waited for.
func Add(ctx context.Context, em *tfkit.EM, client *emapi.Client, accountID string, items []emapi.ScopeItem, owned Owned) (*Addition, error) {
	a := &Addition{em: em, client: client, accountID: accountID, owned: owned, results: make([]Result, len(items)), before: make([][]string, len(items))}
	listed, err := client.ListScopes(ctx, accountID)
	if err != nil {
		return a, err
	}
	var plain, ambiguous []int
	for i, item := range items {
		a.results[i].Item = item
		matches, err := Matches(ctx, client, listed, item)
		if err != nil {
			return a, err
		}
		for _, s := range matches {
			a.before[i] = append(a.before[i], s.ID)
		}
		adopted, err := a.adopt(ctx, i, matches)
		if err != nil {
			return a, err
		}
		switch {
		case adopted:
		case len(matches) == 0:
			plain = append(plain, i)
		default:
			ambiguous = append(ambiguous, i)
		}
	}
	// An ambiguous item goes alone, so that its answer and its new scope are its own.
	for _, i := range ambiguous {
		if err := a.send(ctx, true, i); err != nil {
			return a, err
		}
	}
	return a, a.send(ctx, false, plain...)
}

// adopt takes over the one free scope among those that match item i, where its name stands for the item's object alone.
func (a *Addition) adopt(ctx context.Context, i int, matches []emapi.Scope) (bool, error) {
	if len(matches) != 1 || slices.Contains(a.owned.IDsLike(a.results[i].Item), matches[0].ID) {
		return false, nil
	}
	alone, err := standsAlone(ctx, a.client, a.results[i].Item)
	if err != nil || !alone {
		return false, err
	}
	if a.em.Claimed.Kept(Keys(a.accountID, a.results[i].Item)...) {
		return false, fmt.Errorf("another resource of this configuration still has the restore scope %s (%s), since its removal failed in this run. "+
			"Nothing was sent. Apply again, so that the one gives it up and the other takes it over", matches[0].Name, matches[0].ID)
	}
	a.results[i].Scope, a.results[i].Adopted = matches[0], true
	return true, nil
}

func (a *Addition) send(ctx context.Context, ambiguous bool, indices ...int) error {
	if len(indices) == 0 {
		return nil
	}
	items := make([]emapi.ScopeItem, 0, len(indices))
	for _, i := range indices {
		items = append(items, a.results[i].Item)
	}
	pending, err := a.client.AddScopes(ctx, a.accountID, items)
	if pending != nil {
		a.sent = append(a.sent, sentItems{pending: pending, indices: indices, ambiguous: ambiguous})
	}
	return err
}

// Wait waits until every item that was sent is listed. Results come in the order of the items; on an error those that are done.
func (a *Addition) Wait(ctx context.Context) ([]Result, error) {
	var errs []error
	for _, sent := range a.sent {
		errs = append(errs, a.wait(ctx, sent))
	}
	done := slices.DeleteFunc(a.results, func(r Result) bool { return r.Scope.ID == "" })
	for _, r := range done {
		a.em.Claimed.Add(a.accountID, r.Scope, r.Item)
	}
	return done, errors.Join(errs...)
}

// wait waits for one request. What a server does with an object that has a scope already is not documented: it may list a
// second scope, refuse, or keep the one there is. In the last case no new scope ever appears; to take one that was there for
// the item's would be a guess, which could hand out another object than the one that was reviewed.
func (a *Addition) wait(ctx context.Context, sent sentItems) error {
	scopes, err := sent.pending.Wait(ctx)
	for n, s := range scopes {
		a.results[sent.indices[n]].Scope = s
	}
	if err == nil || !sent.ambiguous {
		return err
	}
	i := sent.indices[0]
	return fmt.Errorf("%w. Scopes of that name were there before (%s), and the name stands for several objects: where the server made no second scope, "+
		"one of these is for %s, and an import of the right one takes it over", err, strings.Join(a.before[i], ", "), a.results[i].Item.HierarchyObjRef)
}

// standsAlone tells whether the lookup service knows the item's object as the only one of its root, name and type.
func standsAlone(ctx context.Context, client *emapi.Client, item emapi.ScopeItem) (bool, error) {
	ref, err := emapi.ParseObjRef(item.HierarchyObjRef)
	if err != nil {
		return false, err
	}
	objects, err := Named(ctx, client, ref.RootID, item.ObjectName, ref.Type)
	if err != nil || len(objects) != 1 {
		return false, err
	}
	found, err := emapi.ParseObjRef(objects[0].ObjectRef)
	return err == nil && found.Object == ref.Object && strings.EqualFold(found.RootID, ref.RootID), nil
}

// Named returns the objects of that root, name and type which the lookup service knows; none where it does not know the root.
// The service compares names without regard to case and takes * for any, a scope's name is compared to the letter.
func Named(ctx context.Context, client *emapi.Client, rootID, name, objectType string) ([]emapi.HierarchyItem, error) {
	objects, err := client.Lookup(ctx, rootID, name, objectType)
	if emapi.IsNotFound(err) {
		return nil, nil
	}
	return slices.DeleteFunc(objects, func(o emapi.HierarchyItem) bool { return o.ObjectName != name }), err
}
