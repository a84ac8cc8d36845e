// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Add adds a scope to the account for each item and waits until the server lists them. It returns owned extended by the
// items that were added, or sent but not listed, even if there is an error. The caller holds Lock for the items. Items
// whose scopes look alike are added one after another.
func (a Account) Add(ctx context.Context, owned Owned, items []emapi.ScopeItem) (Owned, error) {
	for len(items) > 0 {
		now, later := Apart(items)
		addition := a.Send(ctx, owned, now)
		_, err := addition.Wait(ctx)
		owned = addition.Owned()
		if err != nil {
			return owned, err
		}
		items = later
	}
	return owned, nil
}

// Apart divides items into those that can be added in one request, because no two of their scopes look alike, and the
// others. The server may list the name of a hierarchy root that it does not list, so the root makes no difference.
func Apart(items []emapi.ScopeItem) (together, later []emapi.ScopeItem) {
	taken := map[string]bool{}
	for _, item := range items {
		name := lookName(item)
		if taken[name] {
			later = append(later, item)
		} else {
			together = append(together, item)
		}
		taken[name] = true
	}
	return together, later
}

// FinishCreate waits until the server lists the scopes that the account was created with: those items that Apart puts
// together. Then it adds the others. It returns the scopes that are listed, even if there is an error. It needs no
// lock, because no other resource knows the account yet.
func (a Account) FinishCreate(ctx context.Context, items []emapi.ScopeItem) (Owned, error) {
	created, later := Apart(items)
	var owned Owned
	scopes, err := a.client.AwaitAccountScopes(a.id, created).Wait(ctx)
	for i, s := range scopes {
		if s.ID != "" {
			a.Claim(created[i], s.ID)
			owned = owned.With(created[i], s.ID)
		}
	}
	if err != nil || len(later) == 0 {
		return owned, err
	}
	return a.Add(ctx, owned, later)
}

// Addition is a set of items for which scopes are added to an account or adopted.
type Addition struct {
	account  Account
	owned    Owned
	items    []*addedItem
	requests []request
	err      error // of send
}

type addedItem struct {
	item     emapi.ScopeItem
	before   []string // IDs of the scopes that were listed and match the item
	sent     bool     // or may have been
	unproven bool     // the server answered with a failure
	located  string   // ID of the scope, if the server returned its Location
	adopted  bool
	named    bool        // adopted by its name
	scope    emapi.Scope // its ID is empty until it is known
}

// request is one request and the items that it adds.
type request struct {
	pending *emapi.PendingScopes
	items   []*addedItem
}

// Send starts to add a scope for each item. A listed scope is adopted without a request if the lookup service finds
// only the item's object under that name. If it finds several objects, or if the scope belongs to an item of owned, the
// item is sent. No two items may look alike. The caller holds Lock for the items while it calls Send, and keeps
// LockItems until Wait returns. Wait also returns an error of sending.
func (a Account) Send(ctx context.Context, owned Owned, items []emapi.ScopeItem) *Addition {
	addition := &Addition{account: a, owned: owned}
	addition.err = addition.send(ctx, items)
	return addition
}

func (a *Addition) send(ctx context.Context, items []emapi.ScopeItem) error {
	listed, err := a.account.client.ScopesBefore(ctx, a.account.id, items)
	if err != nil {
		return err
	}
	var plain, ambiguous []*addedItem
	for _, item := range items {
		if err := a.account.checkFree(item); err != nil {
			return err
		}
		added := &addedItem{item: item}
		a.items = append(a.items, added)
		matches, err := a.account.Matches(ctx, listed, item)
		if err != nil {
			return err
		}
		for _, s := range matches {
			added.before = append(added.before, s.ID)
		}
		if err := a.adopt(ctx, added, matches); err != nil {
			return err
		}
		switch {
		case added.adopted:
		case len(matches) == 0:
			plain = append(plain, added)
		default:
			ambiguous = append(ambiguous, added)
		}
	}
	// An ambiguous item is sent in its own request, so that the answer and the new scope can only be for this item.
	for _, one := range ambiguous {
		if err := a.post(ctx, listed, one); err != nil {
			return err
		}
	}
	return a.post(ctx, listed, plain...)
}

// adopt adopts the scope that another resource gave up for the item, or the one that matches the item by its name.
func (a *Addition) adopt(ctx context.Context, added *addedItem, matches []emapi.Scope) error {
	id := a.account.released(added.item)
	if i := slices.IndexFunc(matches, func(s emapi.Scope) bool { return s.ID == id }); id != "" && i >= 0 {
		added.scope, added.adopted = matches[i], true
		return nil
	}
	s, ok, err := a.account.byName(ctx, a.owned, matches, added.item)
	if err != nil || !ok {
		return err
	}
	if a.account.kept(added.item) {
		return fmt.Errorf("another resource of this configuration still has the restore scope %s (%s), "+
			"because its removal failed in this run. No request was sent. "+
			"Apply again: the other resource then gives up the scope, and this one adopts it", s.Name, s.ID)
	}
	added.scope, added.adopted, added.named = s, true, true
	return nil
}

func (a *Addition) post(ctx context.Context, listed []emapi.Scope, added ...*addedItem) error {
	if len(added) == 0 {
		return nil
	}
	items := make([]emapi.ScopeItem, 0, len(added))
	for _, one := range added {
		items = append(items, one.item)
	}
	pending, err := a.account.client.AddScopes(ctx, a.account.id, listed, items)
	for _, one := range added {
		one.sent = err == nil || emapi.IsUncertain(err)
		one.unproven = emapi.IsUnproven(err)
	}
	if err == nil {
		a.requests = append(a.requests, request{pending, added})
		added[0].located = pending.Located() // of a single item
	}
	return err
}

// Wait waits until every item that was sent is listed. It returns the scopes of the items in order. The ID of a scope
// is empty if it is not known.
func (a *Addition) Wait(ctx context.Context) ([]emapi.Scope, error) {
	errs := []error{a.err}
	for _, r := range a.requests {
		errs = append(errs, a.wait(ctx, r))
	}
	scopes := make([]emapi.Scope, 0, len(a.items))
	for _, added := range a.items {
		scopes = append(scopes, added.scope)
		if added.scope.ID != "" {
			a.account.Claim(added.item, added.scope.ID)
		}
		switch {
		case added.named:
			a.owned = a.owned.WithAdopted(added.item, added.scope.ID)
		case added.scope.ID != "":
			a.owned = a.owned.With(added.item, added.scope.ID)
		case added.sent:
			a.owned = a.owned.withSent(added.item, added.located, added.before, added.unproven)
		}
	}
	return scopes, errors.Join(errs...)
}

// wait waits for one request. It is not documented what a server does with an object that already has a scope: it may
// list a second scope, refuse the request, or keep the existing scope. In the last case no new scope ever appears.
// Adopting an existing scope would then be a guess, which could grant access to an object that was not reviewed.
func (a *Addition) wait(ctx context.Context, r request) error {
	if err := a.settle(ctx, r); err != nil {
		return err
	}
	scopes, err := r.pending.Wait(ctx)
	for i, s := range scopes {
		r.items[i].scope, r.items[i].unproven = s, emapi.IsUnproven(err)
	}
	first := r.items[0]
	if err == nil || len(first.before) == 0 {
		return err
	}
	return fmt.Errorf("%w. The account already had scopes of that name (%s), and several objects have the name. If the "+
		"server added no second scope, one of these scopes stands for %s: import that scope",
		err, strings.Join(first.before, ", "), first.item.HierarchyObjRef)
}

// settle makes wait look for other new scopes of the same name if the server did not return the Location of the new
// one, and other objects have its name: another process may be adding a scope for one of those.
func (a *Addition) settle(ctx context.Context, r request) error {
	if r.pending.Located() != "" {
		return nil
	}
	for _, added := range r.items {
		alone, err := a.account.standsAlone(ctx, added.item)
		if err != nil {
			return err
		}
		if !alone {
			r.pending.Settle()
			return nil
		}
	}
	return nil
}

// Owned returns what the caller owned before, and what it owns since Wait.
func (a *Addition) Owned() Owned { return a.owned }

// Adopted reports whether the scope of the first item was adopted.
func (a *Addition) Adopted() bool { return len(a.items) > 0 && a.items[0].adopted }
