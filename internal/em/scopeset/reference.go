// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// References finds the references of listed scopes again: the server does not give back what was sent. The lookup service is
// asked once for each root, type and name, however many accounts have such a scope. Not for several goroutines.
type References struct {
	client *emapi.Client
	known  map[emapi.ScopeLook]Reference
}

// Reference is what is known of the object that a scope stands for.
type Reference struct {
	// Ref is the object's reference; empty if it cannot be told.
	Ref emapi.ObjRef
	// Reason says why it cannot be told, in words that follow the name of the scope.
	Reason string
}

// NewReferences returns References that ask this client.
func NewReferences(client *emapi.Client) *References {
	return &References{client: client, known: map[emapi.ScopeLook]Reference{}}
}

// Of returns the reference of the object that a listed scope stands for. It can be told where the lookup service knows exactly
// one object of the scope's root, type and name. The error is that of a question which failed.
func (r *References) Of(ctx context.Context, s emapi.Scope) (Reference, error) {
	key := s.Look()
	if known, ok := r.known[key]; ok {
		return known, nil
	}
	found, err := r.ask(ctx, s)
	if err != nil {
		return Reference{}, err
	}
	r.known[key] = found
	return found, nil
}

func (r *References) ask(ctx context.Context, s emapi.Scope) (Reference, error) {
	root, err := r.root(ctx, s.HierarchyRootName)
	if err != nil {
		return Reference{}, err
	}
	if root == "" {
		return Reference{Reason: fmt.Sprintf("the server has no hierarchy root %q", s.HierarchyRootName)}, nil
	}
	objects, err := named(ctx, r.client, root, s.Name, s.HierarchyObjectType)
	switch {
	case err != nil:
		return Reference{}, err
	case len(objects) == 0:
		return Reference{Reason: "the lookup service knows no object of this name"}, nil
	case len(objects) > 1:
		return Reference{Reason: fmt.Sprintf("the lookup service knows %d objects of this name", len(objects))}, nil
	}
	return r.verify(ctx, s, objects[0].ObjectRef)
}

// verify makes sure that the scope would be taken for the reference's when it is read: an answer of another platform or root
// would be planned as a change for ever.
func (r *References) verify(ctx context.Context, s emapi.Scope, answer string) (Reference, error) {
	ref, err := emapi.ParseObjRef(answer)
	if err != nil {
		return Reference{Reason: "the lookup service answers with what is no reference: " + err.Error()}, nil
	}
	matches, err := r.client.ScopeMatches(ctx, s, ref, s.Name)
	if err != nil {
		return Reference{}, err
	}
	if !matches {
		return Reference{Reason: "the lookup service answers with an object of another platform, root or type: " + answer}, nil
	}
	return Reference{Ref: ref}, nil
}

// root returns the ID of the hierarchy root that a scope is listed with. A GUID of no known root is taken for an ID,
// since file shares are not below a hierarchy root. It is empty if the server knows no such root.
func (r *References) root(ctx context.Context, listedName string) (string, error) {
	roots, err := r.client.HierarchyRoots(ctx)
	if err != nil {
		return "", err
	}
	for _, root := range roots {
		if root.Named(listedName) {
			return root.ID, nil
		}
	}
	if id, err := emapi.ParseGUID(listedName); err == nil {
		return id, nil
	}
	return "", nil
}
