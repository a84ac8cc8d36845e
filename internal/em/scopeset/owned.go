// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Owned records in the private state of a resource which scope stands for which of its items, because the server does
// not return references.
type Owned []ownedScope

// ownedScope is the scope of an item. It has no ID if the server accepted the item, or may have accepted it, but has
// not listed its scope yet. The ID in the Location of the response then identifies the new scope when it appears, or
// else the IDs of the scopes that existed before do.
type ownedScope struct {
	item    emapi.ScopeItem
	id      string
	located string   // ID in the Location; empty if there was none
	before  []string // IDs of the matching scopes that were listed before the item was sent
	adopted bool     // the scope was found by its name, so another scope of that name can replace it
	// unproven says that the server answered the request with a failure, so that the scope of another process can appear.
	unproven bool
}

// storedScope is an ownedScope as the private state stores it.
type storedScope struct {
	Ref      string   `json:"hierarchy_obj_ref"`
	Name     string   `json:"object_name"`
	ID       string   `json:"scope_id"`
	Located  string   `json:"location_id,omitempty"`
	Before   []string `json:"listed_before,omitempty"`
	Adopted  bool     `json:"adopted,omitempty"`
	Unproven bool     `json:"unproven,omitempty"`
}

const ownedKey = "restore_scope"

// LoadOwned reads what Save has written. It returns nil if there is nothing.
func LoadOwned(ctx context.Context, private tfkit.PrivateReader) (Owned, diag.Diagnostics) {
	var stored []storedScope
	diags := tfkit.LoadPrivate(ctx, private, ownedKey, &stored)
	var o Owned
	for _, s := range stored {
		o = append(o, ownedScope{newItem(s.Ref, s.Name), s.ID, s.Located, s.Before, s.Adopted, s.Unproven})
	}
	return o, diags
}

// Save writes o into the private state.
func (o Owned) Save(ctx context.Context, private tfkit.PrivateWriter) diag.Diagnostics {
	stored := make([]storedScope, 0, len(o))
	for _, s := range o {
		ref := s.item.HierarchyObjRef.String()
		stored = append(stored, storedScope{ref, s.item.ObjectName, s.id, s.located, s.before, s.adopted, s.unproven})
	}
	return tfkit.SavePrivate(ctx, private, ownedKey, stored)
}

func (o Owned) index(item emapi.ScopeItem) int {
	return slices.IndexFunc(o, func(s ownedScope) bool { return s.item.Same(item) })
}

// ID returns the ID of the scope that stands for the item, or "".
func (o Owned) ID(item emapi.ScopeItem) string {
	if i := o.index(item); i >= 0 {
		return o[i].id
	}
	return ""
}

// With returns o with the scope of the item set to id.
func (o Owned) With(item emapi.ScopeItem, id string) Owned {
	return append(o.Without(item), ownedScope{item: item, id: id})
}

// WithAdopted is like With for a scope that was found by its name.
func (o Owned) WithAdopted(item emapi.ScopeItem, id string) Owned {
	return append(o.Without(item), ownedScope{item: item, id: id, adopted: true})
}

// withSent returns o with the item recorded as sent but not listed. located is the ID in the Location of the response,
// before are the IDs of the matching scopes that were listed before, and unproven says that the response was a failure.
func (o Owned) withSent(item emapi.ScopeItem, located string, before []string, unproven bool) Owned {
	return append(o.Without(item), ownedScope{item: item, located: located, before: before, unproven: unproven})
}

// mayBe reports whether a listed scope that matches the item can be the one that was sent.
func (s ownedScope) mayBe(listed emapi.Scope) bool {
	if s.located != "" {
		return listed.ID == s.located
	}
	return !slices.Contains(s.before, listed.ID)
}

// Without returns o without the item.
func (o Owned) Without(item emapi.ScopeItem) Owned {
	return slices.DeleteFunc(slices.Clone(o), func(s ownedScope) bool { return s.item.Same(item) })
}

// Replace returns o with the entries of the items replaced by those in known, if there are any.
func (o Owned) Replace(items []emapi.ScopeItem, known Owned) Owned {
	for _, item := range items {
		o = o.Without(item)
		if i := known.index(item); i >= 0 {
			o = append(o, known[i])
		}
	}
	return o
}

// Unlisted returns the items that were sent but are not listed yet.
func (o Owned) Unlisted() []emapi.ScopeItem {
	var items []emapi.ScopeItem
	for _, s := range o {
		if s.id == "" {
			items = append(items, s.item)
		}
	}
	return items
}

// Kept returns the items that exist after a failed change from before to after: the items of before that were not
// removed, and the items of after whose scope is known. It does not include an item that the change did not reach, even
// if the server lists a scope of the same name.
func (o Owned) Kept(before, after, removed []emapi.ScopeItem) []emapi.ScopeItem {
	items := Without(before, removed)
	for _, item := range Without(after, items) {
		if o.ID(item) != "" {
			items = append(items, item)
		}
	}
	return items
}

// Free returns those of scopes that do not stand for another item of o. All of scopes look like a scope of the item.
func (o Owned) Free(scopes []emapi.Scope, item emapi.ScopeItem) []emapi.Scope {
	taken := o.idsLike(item)
	return slices.DeleteFunc(slices.Clone(scopes), func(s emapi.Scope) bool { return slices.Contains(taken, s.ID) })
}

// idsLike returns the IDs of the scopes in o that look like a scope of the item. Scopes of other hierarchy roots or
// types may have the same ID.
func (o Owned) idsLike(item emapi.ScopeItem) []string {
	ids := make([]string, 0, len(o))
	for _, s := range o {
		if s.id != "" && s.item.Look() == item.Look() {
			ids = append(ids, s.id)
		}
	}
	return ids
}
