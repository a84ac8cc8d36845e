// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

const (
	fileServerID  = "517be4c8-9c43-4e7c-9f59-4e368d3a8f3c"
	fileServerRef = "urn:NasBackup:FileServer:35ab6523-0e40-4d92-a0ea-11465791cd91." + fileServerID
	fileServerDoc = `<FileServer ` + ns + ` Type="FileServer" Name="\\srv12\share" UID="urn:veeam:FileServer:` +
		fileServerID + `" Href="https://localhost:9398/api/nas/fileServers/` + fileServerID + `?format=Entity"><Links/>` +
		`<ServerType>SmbServer</ServerType><HierarchyObjRef>` + fileServerRef + `</HierarchyObjRef>` +
		`<SmbServerOptions><Path>\\srv12\share</Path></SmbServerOptions></FileServer>`
	fileServerRefs = `<EntityReferences ` + ns + `><Ref UID="urn:veeam:FileServer:` + fileServerID +
		`" Name="\\srv12\share" Href="https://localhost:9398/api/nas/fileServers/` + fileServerID +
		`" Type="FileServerReference"><Links/></Ref></EntityReferences>`
)

func TestFileServers_AreReadOnceAsEntitiesOrEachByItsReference(t *testing.T) {
	for name, c := range map[string]struct {
		list http.HandlerFunc
		sent int
	}{
		"entities":        {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, inFileServers(fileServerDoc)) }, 1},
		"references only": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, fileServerRefs) }, 2},
		"entities without a reference": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "" {
				reply(w, 200, inFileServers(strings.ReplaceAll(fileServerDoc, "HierarchyObjRef", "Other")))
				return
			}
			reply(w, 200, fileServerRefs)
		}, 3},
		"no entities": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery != "" {
				reply(w, 400, errorXML(400, "no entities"))
				return
			}
			reply(w, 200, fileServerRefs)
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/nas/fileServers") {
						c.list(w, r)
						return
					}
					reply(w, 200, fileServerDoc)
				})
				client := f.client()
				for range 2 {
					servers, err := client.FileServers(t.Context())
					ok(t, err)
					equal(t, "the number of file servers", len(servers), 1)
					equal(t, "the file server", servers[0], FileServer{
						ID: fileServerID, Name: `\\srv12\share`, ServerType: "SmbServer", HierarchyObjRef: fileServerRef,
					})
				}
				f.expect("GET ", c.sent)
			})
		})
	}
}

func inFileServers(docs string) string { return "<FileServers " + ns + ">" + docs + "</FileServers>" }

func TestFileServers_ThoseThatAreRemovedMeanwhileAreOmitted(t *testing.T) {
	for status, says := range map[int]string{404: "", 403: "no license"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/nas/fileServers") {
					reply(w, 200, fileServerRefs)
					return
				}
				reply(w, status, errorXML(status, "no license"))
			})
			servers, err := f.client().FileServers(t.Context())
			if says != "" {
				wants(t, err, "read file server "+fileServerID, says)
				return
			}
			ok(t, err)
			equal(t, "the number of file servers", len(servers), 0)
		})
	}
}

func TestFileServers_OneThatCannotBeReadIsNotOmitted(t *testing.T) {
	for body, says := range map[string]string{"<html/>": "unexpected type", "<FileServer " + ns + "/>": "no ID"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/nas/fileServers") {
					reply(w, 200, fileServerRefs)
					return
				}
				reply(w, 200, body)
			})
			_, err := f.client().FileServers(t.Context())
			wants(t, err, "read file server "+fileServerID, says)
		})
	}
}

func TestFileServers_TheNameOfOneWithoutANameIsThatOfItsReference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/nas/fileServers") {
				reply(w, 200, fileServerRefs)
				return
			}
			reply(w, 200, strings.Replace(fileServerDoc, `Name="\\srv12\share"`, "", 1))
		})
		servers, err := f.client().FileServers(t.Context())
		ok(t, err)
		equal(t, "the name", servers[0].Name, `\\srv12\share`)
	})
}

// An older server may not have file servers.
func TestFileServers_A404ForTheListIsNoProofOfAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, errorXML(404, "unknown resource")) })
		_, err := f.client().FileServers(t.Context())
		wants(t, err, "list the file servers", "404", "unknown resource")
		equal(t, "IsNotFound", IsNotFound(err), false)
	})
}
