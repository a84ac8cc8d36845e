// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"slices"
	"strings"
)

// HierarchyRoot is a server of the virtual infrastructure.
type HierarchyRoot struct {
	ID       string // GUID in lower case
	UniqueID string // GUID in upper case
	Name     string
	HostType string // ESX, VC, ESXi, HvServer, HvCluster, Scvmm, VcdSystem
	// Unlisted roots are in no list, and the lookup service does not know them, like those of platforms that the API
	// reference does not mention. Their scopes are listed as all others.
	Unlisted bool
	// BackupServer is the server that the root belongs to. Without an ID, the root does not link to it.
	BackupServer BackupServer
}

// BackupServer is a backup server that Enterprise Manager manages.
type BackupServer struct{ ID, Name string }

// Object is an object of the virtual infrastructure.
type Object struct {
	Ref    string
	Name   string
	Folder string // location of the object, for readers of the code; it is not part of any response
}

// HierarchyRoots returns all hierarchy roots.
func (s *Store) HierarchyRoots() []*HierarchyRoot { return slices.Clone(s.roots) }

// Root returns the hierarchy root with that ID, or nil if it does not exist.
func (s *Store) Root(id string) *HierarchyRoot {
	for _, r := range s.roots {
		if strings.EqualFold(r.ID, id) {
			return r
		}
	}
	return nil
}

// listedRoot is Root for a root that the lists show.
func (s *Store) listedRoot(id string) *HierarchyRoot {
	if r := s.Root(id); r != nil && !r.Unlisted {
		return r
	}
	return nil
}

// AddRoot adds a hierarchy root.
func (s *Store) AddRoot(r HierarchyRoot) { s.roots = append(s.roots, &r) }

// Objects returns all objects of the infrastructure, including file shares.
func (s *Store) Objects() []*Object { return slices.Clone(s.objects) }

// Object returns the object with that reference, or nil if it does not exist.
func (s *Store) Object(ref string) *Object {
	for _, o := range s.objects {
		if sameRef(o.Ref, ref) {
			return o
		}
	}
	return nil
}

// AddObject adds an object to the infrastructure.
func (s *Store) AddObject(ref, name string) {
	s.objects = append(s.objects, &Object{Ref: ref, Name: name})
}

// RemoveObject removes an object from the infrastructure and reports whether it existed. The object's scopes remain.
func (s *Store) RemoveObject(ref string) bool {
	before := len(s.objects)
	s.objects = slices.DeleteFunc(s.objects, func(o *Object) bool { return sameRef(o.Ref, ref) })
	return len(s.objects) < before
}

// RenameObject renames an object and reports whether it exists. With Options.NamesFollowRename, its scopes are renamed
// too.
func (s *Store) RenameObject(ref, name string) bool {
	object := s.Object(ref)
	if object == nil {
		return false
	}
	object.Name = name
	if s.opts.NamesFollowRename {
		for _, a := range s.accounts {
			for _, sc := range a.Scopes {
				if sameRef(sc.Ref, ref) {
					sc.Name = name
				}
			}
		}
	}
	return true
}

// MoveObject gives an object a different reference under the same name, as vCenter does if a VM is registered again. It
// reports whether the object exists. Scopes keep the old reference.
func (s *Store) MoveObject(ref, newRef string) bool {
	object := s.Object(ref)
	if object == nil {
		return false
	}
	object.Ref = newRef
	return true
}
