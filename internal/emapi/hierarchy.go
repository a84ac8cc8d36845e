// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// HierarchyRoot is a server at the top of a part of the virtual infrastructure.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /hierarchyRoots/{ID}.
type HierarchyRoot struct {
	ID       string // GUID in lower case, as in references
	UniqueID string // another GUID that the server has for the root, in its spelling; may be empty
	Name     string
	HostType string // ESX, VC, ESXi, HvServer, HvCluster, Scvmm, VcdSystem or another

	BackupServerID   string // GUID in lower case of the backup server that the root belongs to; may be empty
	BackupServerName string // may be empty
}

// UID returns the form in which requests to the lookup service name the root.
func (r HierarchyRoot) UID() string { return HierarchyRootUID.Of(r.ID) }

// Named reports whether listed, the HierarchyRootName of a scope, stands for this root: it is the ID, the unique ID or
// the name of the root, without regard to case.
func (r HierarchyRoot) Named(listed string) bool {
	return listed != "" &&
		(strings.EqualFold(listed, r.ID) || strings.EqualFold(listed, r.UniqueID) || SameNameFold(listed, r.Name))
}

// HierarchyRoots lists the hierarchy roots. Each client reads the list only once.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /hierarchyRoots.
func (c *Client) HierarchyRoots(ctx context.Context) ([]HierarchyRoot, error) {
	roots, err := c.hierarchyRoots(ctx)
	return slices.Clone(roots), err
}

func (c *Client) hierarchyRoots(ctx context.Context) ([]HierarchyRoot, error) {
	const op, object, path = "list", "the hierarchy roots", "hierarchyRoots"
	roots, err := c.roots.Get(ctx, func(ctx context.Context) ([]HierarchyRoot, error) {
		entities, references := entity(op, object, path), get(op, object, path)
		list, err := readEither(entities, references, func(r *request) ([]listEntry[HierarchyRoot], error) {
			return read(ctx, c, r, parseRoots)
		})
		if err != nil {
			return nil, err
		}
		return completeList(ctx, list, c.readRoot)
	})
	if err != nil {
		return nil, c.callerError(ctx, op, object, err)
	}
	return roots, nil
}

// readRoot reads the root that a reference names.
func (c *Client) readRoot(ctx context.Context, listed HierarchyRoot) (*HierarchyRoot, error) {
	isRoot := func(r *HierarchyRoot) bool { return r.ID == listed.ID }
	r := entity("read", "hierarchy root "+listed.ID, "hierarchyRoots/"+listed.ID)
	root, err := read(ctx, c, r, parseObject(parseRoot, isRoot))
	if err != nil {
		return nil, err
	}
	root.Name = cmp.Or(root.Name, listed.Name)
	return root, root.named()
}

// named returns an error if the root has no name: scopes can be listed with it.
func (r HierarchyRoot) named() error {
	if r.Name == "" {
		return fmt.Errorf("the hierarchy root %s in the response has no name", r.ID)
	}
	return nil
}

type rootXML struct {
	refXML
	linksXML
	RootID   string `xml:"HierarchyRootId"`
	UniqueID string `xml:"UniqueId"`
	HostType string `xml:"HostType"`
}

func (x rootXML) root() (HierarchyRoot, error) {
	id, err := ParseGUID(strings.TrimSpace(x.RootID))
	if err != nil {
		if id, err = x.id("hierarchyRoots"); err != nil {
			return HierarchyRoot{}, err
		}
	}
	server, serverName := x.up("backupServers")
	return HierarchyRoot{
		ID: id, UniqueID: strings.TrimSpace(x.UniqueID), Name: x.Name, HostType: strings.TrimSpace(x.HostType),
		BackupServerID: server, BackupServerName: serverName,
	}, nil
}

func parseRoot(body []byte) (*HierarchyRoot, error) {
	var doc rootXML
	if _, err := decode(body, map[string]any{"HierarchyRoot": &doc}); err != nil {
		return nil, err
	}
	root, err := doc.root()
	if err != nil {
		return nil, err
	}
	return &root, nil
}

func parseRoots(body []byte) ([]listEntry[HierarchyRoot], error) {
	var refs refsXML
	var entities struct {
		Roots []rootXML  `xml:"HierarchyRoot"`
		Other []otherXML `xml:",any"`
	}
	if _, err := decode(body, map[string]any{"EntityReferences": &refs, "HierarchyRoots": &entities}); err != nil {
		return nil, err
	}
	if err := checkList(len(refs.Refs)+len(entities.Roots), append(refs.Other, entities.Other...)); err != nil {
		return nil, err
	}
	list, err := referenceEntries(refs.Refs, "hierarchyRoots", func(id, name string) HierarchyRoot {
		return HierarchyRoot{ID: id, Name: name}
	})
	if err != nil {
		return nil, err
	}
	for _, x := range entities.Roots {
		root, err := x.root()
		if err == nil {
			err = root.named()
		}
		if err != nil {
			return nil, err
		}
		list = append(list, listEntry[HierarchyRoot]{root, true})
	}
	return list, nil
}

// ScopeMatches reports whether a scope stands for the object that ref and name denote. It compares the platform and the
// type without regard to case, and the name as [SameName] does.
//
// The root matches if the HierarchyRootName of the scope is the ID, the unique ID or the name of the root in ref. The
// server does not list the roots of every platform: if it lists no root with that ID, a HierarchyRootName that is not
// empty, is no GUID and belongs to no listed root matches too. Scopes of several such roots then match the same ref, so
// that they can be told apart only by their IDs. The hierarchy roots are read only if the HierarchyRootName is not the
// ID itself.
func (c *Client) ScopeMatches(ctx context.Context, s Scope, ref ObjRef, name string) (bool, error) {
	sameKind := strings.EqualFold(s.Platform, ref.Platform) && strings.EqualFold(s.HierarchyObjectType, ref.Type)
	if !sameKind || !SameName(s.Name, name) {
		return false, nil
	}
	if strings.EqualFold(s.HierarchyRootName, ref.RootID) {
		return true, nil
	}
	roots, err := c.hierarchyRoots(ctx)
	if err != nil {
		return false, err
	}
	listed, another := false, false
	for _, root := range roots {
		named := root.Named(s.HierarchyRootName)
		if strings.EqualFold(root.ID, ref.RootID) {
			if named {
				return true, nil
			}
			listed = true
		}
		another = another || named
	}
	if _, err := ParseGUID(s.HierarchyRootName); err == nil || s.HierarchyRootName == "" {
		return false, nil //nolint:nilerr // the root is another one
	}
	return !listed && !another, nil
}
