// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// references holds what a run has found out about the objects of listed scopes, because the server does not return what
// was sent. The lookup service is asked once for each root, type and name, however many accounts have such a scope. It
// does not know file shares: their references are those of the file servers.
type references struct {
	known       httpkit.CachedMap[emapi.ScopeLook, Reference]
	fileServers httpkit.Cached[fileServers]
}

// fileServers are the file servers, or the reason why they cannot be listed.
type fileServers struct {
	list   []emapi.FileServer
	reason string
}

// Reference is what is known about the object that a scope stands for.
type Reference struct {
	// Ref is the object's reference. It is empty if the reference cannot be determined.
	Ref emapi.ObjRef
	// Reason says why the reference cannot be determined, as text that follows the name of the scope.
	Reason string
}

// Reference returns the reference of the object that a listed scope stands for. It can be determined if the lookup
// service finds exactly one object of the scope's root, type and name, or if exactly one file share has them. The error
// is that of a request that failed.
func (a Account) Reference(ctx context.Context, s emapi.Scope) (Reference, error) {
	return a.references().known.Get(ctx, s.Look(), func(ctx context.Context) (Reference, error) {
		return a.findReference(ctx, s)
	})
}

func (a Account) references() *references { return tfkit.Of[references](&a.em.Run) }

func (a Account) findReference(ctx context.Context, s emapi.Scope) (Reference, error) {
	if !mayBeFileShare(s) {
		return a.lookUp(ctx, s)
	}
	share, err := a.fileShare(ctx, s)
	if err != nil || !share.Ref.IsZero() {
		return share, err
	}
	found, err := a.lookUp(ctx, s)
	if found.Ref.IsZero() && share.Reason != "" {
		found.Reason = share.Reason
	}
	return found, err
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

// mayBeFileShare reports whether a scope is of none of the platforms of the lookup service.
func mayBeFileShare(s emapi.Scope) bool {
	for platform := range emapi.PlatformTypes {
		if strings.EqualFold(platform, s.Platform) {
			return false
		}
	}
	return true
}

// fileShare returns the reference of the file share that a scope stands for. It is zero if no file share does.
func (a Account) fileShare(ctx context.Context, s emapi.Scope) (Reference, error) {
	servers, err := a.references().fileServers.Get(ctx, a.listFileServers)
	if err != nil || servers.reason != "" {
		return Reference{Reason: servers.reason}, err
	}
	var found []emapi.ObjRef
	for _, f := range servers.list {
		ref, err := emapi.ParseObjRef(f.HierarchyObjRef)
		if err != nil {
			continue
		}
		matches, err := a.client.ScopeMatches(ctx, s, ref, f.Name)
		if err != nil {
			return Reference{}, err
		}
		if matches {
			found = append(found, ref)
		}
	}
	switch len(found) {
	case 0:
		return Reference{}, nil
	case 1:
		return Reference{Ref: found[0]}, nil
	}
	return Reference{Reason: fmt.Sprintf("%d file servers have this name", len(found))}, nil
}

// listFileServers lists the file servers. Not every server has them, so that it is no error if it refuses to list them.
func (a Account) listFileServers(ctx context.Context) (fileServers, error) {
	list, err := a.client.FileServers(ctx)
	var refused *emapi.Error
	if errors.As(err, &refused) && ctx.Err() == nil {
		return fileServers{reason: "the file servers could not be listed: " + err.Error()}, nil
	}
	return fileServers{list: list}, err
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
