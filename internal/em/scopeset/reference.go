// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"fmt"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// references holds what a run has found out about the objects of listed scopes, because the server does not return what
// was sent. The lookup service is asked once for each root, type and name, however many accounts have such a scope.
type references struct {
	mu    sync.Mutex
	known map[emapi.ScopeLook]*httpkit.Cached[Reference]
}

func (r *references) of(look emapi.ScopeLook) *httpkit.Cached[Reference] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[emapi.ScopeLook]*httpkit.Cached[Reference]{}
	}
	if r.known[look] == nil {
		r.known[look] = &httpkit.Cached[Reference]{}
	}
	return r.known[look]
}

// Reference is what is known about the object that a scope stands for.
type Reference struct {
	// Ref is the object's reference. It is empty if the reference cannot be determined.
	Ref emapi.ObjRef
	// Reason says why the reference cannot be determined, as text that follows the name of the scope.
	Reason string
}

// Reference returns the reference of the object that a listed scope stands for. It can be determined if the lookup
// service finds exactly one object of the scope's root, type and name. The error is that of a request that failed.
func (a Account) Reference(ctx context.Context, s emapi.Scope) (Reference, error) {
	return tfkit.Of[references](&a.em.Run).of(s.Look()).Get(ctx, func(ctx context.Context) (Reference, error) {
		return a.lookUp(ctx, s)
	})
}

func (a Account) lookUp(ctx context.Context, s emapi.Scope) (Reference, error) {
	root, err := a.rootID(ctx, s)
	if err != nil {
		return Reference{}, err
	}
	if root == "" {
		return Reference{Reason: fmt.Sprintf("the server has no hierarchy root %q", s.HierarchyRootName)}, nil
	}
	objects, err := named(ctx, a.client, root, s.Name, s.HierarchyObjectType)
	switch {
	case err != nil:
		return Reference{}, err
	case len(objects) == 0:
		return Reference{Reason: "the lookup service finds no object of this name"}, nil
	case len(objects) > 1:
		return Reference{Reason: fmt.Sprintf("the lookup service finds %d objects of this name", len(objects))}, nil
	}
	return a.verify(ctx, s, objects[0].ObjectRef)
}

// verify checks that a later read would match the scope with the reference. An object of another platform or root would
// appear as a change in every plan.
func (a Account) verify(ctx context.Context, s emapi.Scope, answer string) (Reference, error) {
	ref, err := emapi.ParseObjRef(answer)
	if err != nil {
		return Reference{Reason: "the lookup service returns an invalid reference: " + err.Error()}, nil
	}
	matches, err := a.client.ScopeMatches(ctx, s, ref, s.Name)
	if err != nil {
		return Reference{}, err
	}
	if !matches {
		return Reference{Reason: "the lookup service returns an object of another platform, root or type: " + answer}, nil
	}
	return Reference{Ref: ref}, nil
}

// rootID returns the ID of the hierarchy root that a scope is listed with, or "" if the server has no such root. A GUID
// that is not a known root is returned as it is, because file shares are not below a hierarchy root.
func (a Account) rootID(ctx context.Context, s emapi.Scope) (string, error) {
	root, ok, err := a.rootOf(ctx, s)
	if ok || err != nil {
		return root.ID, err
	}
	if id, err := emapi.ParseGUID(s.HierarchyRootName); err == nil {
		return id, nil
	}
	return "", nil
}
