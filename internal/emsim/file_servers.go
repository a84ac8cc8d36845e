// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"slices"
	"strings"
)

// FileServer is a file share that is backed up.
type FileServer struct {
	ID           string // GUID in lower case
	Name         string
	ServerType   string // FileServer, SmbServer, NfsServer
	Ref          string // hierarchy reference
	BackupServer BackupServer
}

// AddFileServer adds a file server, and its file share to the objects.
func (s *Store) AddFileServer(f FileServer) {
	s.fileServers = append(s.fileServers, &f)
	s.AddObject(f.Ref, f.Name)
}

// RemoveFileServer removes a file server and reports whether it existed. Its object and its scopes remain.
func (s *Store) RemoveFileServer(id string) bool {
	before := len(s.fileServers)
	s.fileServers = slices.DeleteFunc(s.fileServers, func(f *FileServer) bool { return strings.EqualFold(f.ID, id) })
	return len(s.fileServers) < before
}

func (s *Server) listFileServers(c *call) response {
	var kids []element
	for _, f := range s.store.fileServers {
		if c.wantsEntities() {
			kids = append(kids, s.fileServerEntity(f))
		} else {
			kids = append(kids, s.fileServerRef("Ref", f))
		}
	}
	return s.collection(c, "FileServers", kids)
}

func (s *Server) getFileServer(c *call) response {
	for _, f := range s.store.fileServers {
		switch {
		case !strings.EqualFold(f.ID, c.vars[0]):
		case c.wantsEntity():
			return entity(s.fileServerEntity(f))
		default:
			return entity(s.fileServerRef("EntityRef", f))
		}
	}
	return notFound("File server", c.vars[0])
}

const fileServerUIDPrefix = "urn:veeam:FileServer:"

func (s *Server) fileServerRef(name string, f *FileServer) element {
	return s.reference(name, "FileServer", fileServerUIDPrefix+f.ID, f.Name, "/nas/fileServers/"+f.ID,
		s.upTo(f.BackupServer)...)
}

func (s *Server) fileServerEntity(f *FileServer) element {
	href := s.href("/nas/fileServers/" + f.ID)
	return el("FileServer", links(append(s.upTo(f.BackupServer), link("Alternate", "FileServerReference", href))...),
		leaf("ServerType", f.ServerType), leaf("HierarchyObjRef", f.Ref),
	).attr("Type", "FileServer").attr("Name", f.Name).
		attr("UID", fileServerUIDPrefix+f.ID).attr("Href", href+"?format=Entity")
}
