// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// References determines the references of listed scopes, because the server does not return what was sent. It asks the
// lookup service once for each root, type and name, however many accounts have such a scope. It is not safe for
// concurrent use.
type References struct {
	client *emapi.Client
	known  map[emapi.ScopeLook]Reference
}

// Reference is what is known about the object that a scope stands for.
type Reference struct {
	// Ref is the object's reference. It is empty if the reference cannot be determined.
	Ref emapi.ObjRef
	// Reason says why the reference cannot be determined, as text that follows the name of the scope.
	Reason string
}

// NewReferences returns References that use this client.
func NewReferences(client *emapi.Client) *References {
	return &References{client: client, known: map[emapi.ScopeLook]Reference{}}
}

// Of returns the reference of the object that a listed scope stands for. It can be determined if the lookup service
// finds exactly one object of the scope's root, type and name. The error is that of a request that failed.
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
		return Reference{Reason: "the lookup service finds no object of this name"}, nil
	case len(objects) > 1:
		return Reference{Reason: fmt.Sprintf("the lookup service finds %d objects of this name", len(objects))}, nil
	}
	return r.verify(ctx, s, objects[0].ObjectRef)
}

// verify checks that a later read would match the scope with the reference. An object of another platform or root would
// appear as a change in every plan.
func (r *References) verify(ctx context.Context, s emapi.Scope, answer string) (Reference, error) {
	ref, err := emapi.ParseObjRef(answer)
	if err != nil {
		return Reference{Reason: "the lookup service returns an invalid reference: " + err.Error()}, nil
	}
	matches, err := r.client.ScopeMatches(ctx, s, ref, s.Name)
	if err != nil {
		return Reference{}, err
	}
	if !matches {
		return Reference{Reason: "the lookup service returns an object of another platform, root or type: " + answer}, nil
	}
	return Reference{Ref: ref}, nil
}

// root returns the ID of the hierarchy root that a scope is listed with, or "" if the server has no such root. A GUID
// that is not a known root is returned as it is, because file shares are not below a hierarchy root.
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
