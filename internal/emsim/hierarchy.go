// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"net/http"
	"strings"
)

const rootUIDPrefix = "urn:veeam:HierarchyRoot:"

func (s *Server) listRoots(c *call) response {
	var kids []element
	for _, r := range s.store.roots {
		switch {
		case r.Unlisted:
		case c.wantsEntities():
			kids = append(kids, s.rootEntity(r))
		default:
			kids = append(kids, s.rootRef("Ref", r))
		}
	}
	return s.collection(c, "HierarchyRoots", kids)
}

func (s *Server) getRoot(c *call) response {
	r := s.store.listedRoot(c.vars[0])
	switch {
	case r == nil:
		return notFound("Hierarchy root", c.vars[0])
	case c.wantsEntity():
		return entity(s.rootEntity(r))
	}
	return entity(s.rootRef("EntityRef", r))
}

func (s *Server) rootRef(name string, r *HierarchyRoot) element {
	return s.reference(name, "HierarchyRoot", rootUIDPrefix+r.ID, r.Name, "/hierarchyRoots/"+r.ID,
		s.upTo(r.BackupServer)...)
}

func (s *Server) rootEntity(r *HierarchyRoot) element {
	href := s.href("/hierarchyRoots/" + r.ID)
	return el("HierarchyRoot", links(append(s.upTo(r.BackupServer), link("Alternate", "HierarchyRootReference", href))...),
		leaf("HierarchyRootId", r.ID), leaf("UniqueId", r.UniqueID), leaf("HostType", r.HostType),
	).attr("Type", "HierarchyRoot").attr("Name", r.Name).
		attr("UID", rootUIDPrefix+r.ID).attr("Href", href+"?format=Entity")
}

// upTo returns the link to a backup server, or none if it has no ID.
func (s *Server) upTo(b BackupServer) []element {
	if b.ID == "" {
		return nil
	}
	up := link("Up", "BackupServerReference", s.href("/backupServers/"+b.ID))
	if b.Name != "" {
		up = up.attr("Name", b.Name)
	}
	return []element{up}
}

// lookup finds objects by name and type under a root, or by reference. Names and types are compared without regard to
// case. File shares are not found, because their root is not a hierarchy root.
func (s *Server) lookup(c *call) response {
	host, ref := c.query.Get("host"), c.query.Get("hierarchyRef")
	switch {
	case ref != "":
		if _, err := parseRef(ref); err != nil {
			return fail(http.StatusBadRequest, "hierarchyRef %q is not valid: %s", ref, err)
		}
		return s.lookupItems(c, func(o *Object, _ reference) bool { return sameRef(o.Ref, ref) })
	case host == "":
		return fail(http.StatusBadRequest, "Parameter host or hierarchyRef must be specified.")
	}
	rootID, _ := strings.CutPrefix(host, rootUIDPrefix)
	if s.store.listedRoot(rootID) == nil {
		return notFound("Hierarchy root", host)
	}
	name, objectType := c.query.Get("name"), c.query.Get("type")
	return s.lookupItems(c, func(o *Object, parsed reference) bool {
		return strings.EqualFold(parsed.rootID, rootID) &&
			(name == "" || name == "*" || strings.EqualFold(s.opts.NameForm.of(o.Name), s.opts.NameForm.of(name))) &&
			(objectType == "" || strings.EqualFold(parsed.objectType, objectType))
	})
}

func (s *Server) lookupItems(c *call, match func(*Object, reference) bool) response {
	var kids []element
	for _, o := range s.store.objects {
		parsed, err := parseRef(o.Ref)
		if err != nil || s.store.listedRoot(parsed.rootID) == nil || !match(o, parsed) {
			continue
		}
		kids = append(kids, el("HierarchyItem", leaf("ObjectRef", o.Ref), leaf("ObjectType", parsed.objectType),
			leaf("ObjectName", s.opts.NameForm.of(o.Name))).attr("Type", "HierarchyItem"))
	}
	return entity(s.listOf(c, "HierarchyItems", "HierarchyItems", kids))
}
