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

// FileServer is a file share that is backed up. The lookup service does not know file shares.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /nas/fileServers/{ID}.
type FileServer struct {
	ID              string // GUID in lower case
	Name            string
	ServerType      string // FileServer, SmbServer, NfsServer or another; may be empty
	HierarchyObjRef string // reference, see [ParseObjRef]; may be empty
}

// UID returns the file server's UID.
func (f FileServer) UID() string { return FileServerUID.Of(f.ID) }

// FileServers lists the file servers. Each client reads the list only once.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /nas/fileServers.
func (c *Client) FileServers(ctx context.Context) ([]FileServer, error) {
	const op, object = "list", "the file servers"
	servers, err := c.fileServers.Get(ctx, func(ctx context.Context) ([]FileServer, error) {
		entities, references := entity(op, object, fileServersPath), get(op, object, fileServersPath)
		list, err := readEither(entities, references, func(r *request) ([]listEntry[FileServer], error) {
			return read(ctx, c, r, parseFileServers)
		})
		if err != nil {
			return nil, err
		}
		return completeList(ctx, list, c.readFileServer)
	})
	if err != nil {
		return nil, c.callerError(ctx, op, object, err)
	}
	return slices.Clone(servers), nil
}

const fileServersPath = "nas/fileServers"

// readFileServer reads the file server that a reference names.
func (c *Client) readFileServer(ctx context.Context, listed FileServer) (*FileServer, error) {
	isServer := func(f *FileServer) bool { return f.ID == listed.ID }
	r := entity("read", "file server "+listed.ID, fileServersPath+"/"+listed.ID)
	server, err := read(ctx, c, r, parseObject(parseFileServer, isServer))
	if err == nil {
		server.Name = cmp.Or(server.Name, listed.Name)
	}
	return server, err
}

type fileServerXML struct {
	refXML
	ServerType      string `xml:"ServerType"`
	HierarchyObjRef string `xml:"HierarchyObjRef"`
}

func (x fileServerXML) server() (FileServer, error) {
	id, err := x.id("fileServers")
	if err != nil {
		return FileServer{}, err
	}
	return FileServer{
		ID: id, Name: x.Name, ServerType: strings.TrimSpace(x.ServerType),
		HierarchyObjRef: strings.TrimSpace(x.HierarchyObjRef),
	}, nil
}

func parseFileServer(body []byte) (*FileServer, error) {
	var doc fileServerXML
	if _, err := decode(body, map[string]any{"FileServer": &doc}); err != nil {
		return nil, err
	}
	server, err := doc.server()
	if err != nil {
		return nil, err
	}
	return &server, nil
}

// parseFileServers reads a list of entities only if each of them has a name and a reference: no page shows such a list.
func parseFileServers(body []byte) ([]listEntry[FileServer], error) {
	var refs refsXML
	var entities struct {
		Servers []fileServerXML `xml:"FileServer"`
		Other   []otherXML      `xml:",any"`
	}
	if _, err := decode(body, map[string]any{"EntityReferences": &refs, "FileServers": &entities}); err != nil {
		return nil, err
	}
	if err := checkList(len(refs.Refs)+len(entities.Servers), append(refs.Other, entities.Other...)); err != nil {
		return nil, err
	}
	list, err := referenceEntries(refs.Refs, "fileServers", func(id, name string) FileServer {
		return FileServer{ID: id, Name: name}
	})
	if err != nil {
		return nil, err
	}
	for _, x := range entities.Servers {
		server, err := x.server()
		if err == nil && (server.Name == "" || server.HierarchyObjRef == "") {
			err = fmt.Errorf("the file server %s in the response has no Name or no HierarchyObjRef", server.ID)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, listEntry[FileServer]{server, true})
	}
	return list, nil
}
