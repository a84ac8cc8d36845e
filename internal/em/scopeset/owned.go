// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Owned remembers, in the private state of a resource, which scope stands for which of its items: the server does not give
// references back.
type Owned []ownedScope

type ownedScope struct {
	Ref  string `json:"hierarchy_obj_ref"`
	Name string `json:"object_name"`
	ID   string `json:"scope_id"`

	Late   bool     `json:"late,omitempty"`
	Before []string `json:"before,omitempty"` // scope IDs
}

func (s ownedScope) item() emapi.ScopeItem {
	return emapi.ScopeItem{HierarchyObjRef: s.Ref, ObjectName: s.Name}
}

const ownedKey = "restore_scope"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// LoadOwned reads what Save wrote; nothing where there is nothing.
func LoadOwned(ctx context.Context, private privateReader) (Owned, diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, ownedKey)
	if len(raw) == 0 || diags.HasError() {
		return nil, diags
	}
	var o Owned
	if err := json.Unmarshal(raw, &o); err != nil {
		diags.AddError("The private state of the object cannot be read", err.Error()+"\n\nRemove the object from the state and import it again.")
	}
	return o, diags
}

// Save writes o into the private state.
func (o Owned) Save(ctx context.Context, private privateWriter) diag.Diagnostics {
	raw, err := json.Marshal(o)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("The private state of the object cannot be written", err.Error())}
	}
	return private.SetKey(ctx, ownedKey, raw)
}

// ID returns the ID of the scope that stands for the item, or "".
func (o Owned) ID(item emapi.ScopeItem) string {
	for _, s := range o {
		if Same(s.item(), item) {
			return s.ID
		}
	}
	return ""
}

// With returns o with the scope of the item set to id.
func (o Owned) With(item emapi.ScopeItem, id string) Owned {
	return append(o.Without(item), ownedScope{Ref: item.HierarchyObjRef, Name: item.ObjectName, ID: id})
}

// Without returns o less the item.
func (o Owned) Without(item emapi.ScopeItem) Owned {
	return slices.DeleteFunc(slices.Clone(o), func(s ownedScope) bool {
		return Same(s.item(), item)
	})
}

// IDsLike lists the IDs of the scopes in o that nothing but their ID tells from one of the item. Scopes of other hierarchy roots
// or types may have the same ID.
func (o Owned) IDsLike(item emapi.ScopeItem) []string {
	ids := make([]string, 0, len(o))
	for _, s := range o {
		if s.ID != "" && slices.Equal(Keys("", s.item()), Keys("", item)) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// Present returns those of items, and of the late ones, that the account has a scope for, and which scope stands for each. An item
// whose scope is known by its ID is there only while that very scope is; another one of the same name is somebody else's.
func Present(ctx context.Context, client *emapi.Client, listed []emapi.Scope, items []emapi.ScopeItem, known Owned) ([]emapi.ScopeItem, Owned, error) {
	var there []emapi.ScopeItem
	var found Owned
	for _, item := range append(Without(known.Late(), items), items...) {
		is, scope, err := known.look(ctx, client, listed, item)
		if err != nil {
			return nil, nil, err
		}
		if is {
			there = append(there, item)
		}
		if scope != nil {
			found = append(found, *scope)
		}
	}
	return there, found, nil
}

// look tells whether a scope of the item is listed, and what is known of it from now on; nil where nothing is.
func (o Owned) look(ctx context.Context, client *emapi.Client, listed []emapi.Scope, item emapi.ScopeItem) (bool, *ownedScope, error) {
	known := ownedScope{Ref: item.HierarchyObjRef, Name: item.ObjectName}
	if i := slices.IndexFunc(o, func(s ownedScope) bool { return Same(s.item(), item) }); i >= 0 {
		known = o[i]
	}
	switch {
	case known.Late:
		s, found, err := appeared(ctx, client, listed, item, append(o.IDsLike(item), known.Before...))
		if !found {
			return false, &known, err
		}
		return true, &ownedScope{Ref: known.Ref, Name: known.Name, ID: s.ID}, nil
	case known.ID != "":
		_, found, err := ByID(ctx, client, listed, known.ID, item)
		if !found {
			return false, nil, err
		}
		return true, &known, nil
	}
	matches, err := Matches(ctx, client, listed, item)
	matches = slices.DeleteFunc(matches, func(s emapi.Scope) bool { return slices.Contains(o.IDsLike(item), s.ID) }) // of other items
	if err != nil || len(matches) != 1 {
		return len(matches) > 0, nil, err
	}
	known.ID = matches[0].ID
	return true, &known, nil
}
