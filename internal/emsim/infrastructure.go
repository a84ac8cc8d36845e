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
}

// Object is an object of the virtual infrastructure.
type Object struct {
	Ref    string
	Name   string
	Folder string // where the object is, for people; it is no part of any answer
}

// HierarchyRoots returns all hierarchy roots.
func (s *Store) HierarchyRoots() []*HierarchyRoot { return slices.Clone(s.roots) }

// Root returns the hierarchy root of that ID, nil if there is none.
func (s *Store) Root(id string) *HierarchyRoot {
	for _, r := range s.roots {
		if strings.EqualFold(r.ID, id) {
			return r
		}
	}
	return nil
}

// AddRoot adds a hierarchy root.
func (s *Store) AddRoot(r HierarchyRoot) { s.roots = append(s.roots, &r) }

// Objects returns all objects of the infrastructure, file shares included.
func (s *Store) Objects() []*Object { return slices.Clone(s.objects) }

// Object returns the object of that reference, nil if there is none.
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

// RemoveObject removes an object from the infrastructure; scopes of it stay. It says whether there was one.
func (s *Store) RemoveObject(ref string) bool {
	before := len(s.objects)
	s.objects = slices.DeleteFunc(s.objects, func(o *Object) bool { return sameRef(o.Ref, ref) })
	return len(s.objects) < before
}

// RenameObject gives an object another name; with Options.NamesFollowRename
// its scopes take the name too. It says whether there is such an object.
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

// MoveObject gives an object another reference under the same name, as a VM
// gets that is registered anew. Scopes keep the old one. It says whether there is such an object.
func (s *Store) MoveObject(ref, newRef string) bool {
	object := s.Object(ref)
	if object == nil {
		return false
	}
	object.Ref = newRef
	return true
}
