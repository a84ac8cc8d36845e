// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// Without roots, a scope of any root could match a reference.
func TestHierarchyRoots_AnInvalidResponseIsAnErrorAndNotAnEmptyList(t *testing.T) {
	for body, says := range map[string]string{
		"<HierarchyRoots " + ns + `><HierarchyRoot Name="x"/></HierarchyRoots>`: "no ID",
		"<HierarchyRoots " + ns + "><HierarchyRoot><HierarchyRootId>" + rootID +
			"</HierarchyRootId></HierarchyRoot></HierarchyRoots>": "no name",
		"<HierarchyRoots " + ns + "><Root/></HierarchyRoots>":             "instead of known entries",
		"<EntityReferences " + ns + `><Ref Name="x"/></EntityReferences>`: "no ID",
		"<html>nginx</html>": "unexpected type",
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
			_, err := f.client().HierarchyRoots(t.Context())
			wants(t, err, "list the hierarchy roots", says)
		})
	}
}

// A server that refuses the entities lists references, and each root is read. One root is removed meanwhile.
func TestHierarchyRoots_ReadsEachReference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const other = "24a14898-77d0-4881-bbf8-c8ba71ce4d55"
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, rootID):
				reply(w, 200, `<HierarchyRoot `+ns+` Name="vcdev51"><HierarchyRootId>`+rootID+`</HierarchyRootId>`+
					`<UniqueId>09D89361-9178-4EAF-8037-E4E82B1932F0</UniqueId></HierarchyRoot>`)
			case strings.HasSuffix(r.URL.Path, other):
				reply(w, 404, errorXML(404, "removed"))
			case r.URL.RawQuery != "":
				reply(w, 400, errorXML(400, "no entities"))
			default:
				reply(w, 200, "<EntityReferences "+ns+">"+
					`<Ref Name="vcprod" UID="urn:veeam:HierarchyRoot:`+other+`"/>`+
					`<Ref Name="vcdev51" UID="urn:veeam:HierarchyRoot:`+rootID+`"/></EntityReferences>`)
			}
		})
		roots, err := f.client().HierarchyRoots(t.Context())
		ok(t, err)
		if len(roots) != 1 || roots[0].ID != rootID || roots[0].UniqueID != "09D89361-9178-4EAF-8037-E4E82B1932F0" {
			t.Errorf("the roots are %+v", roots)
		}
	})
}

func TestHierarchyRoots_FailIfARootCannotBeRead(t *testing.T) {
	for body, says := range map[string]string{
		"<html>nginx</html>":          "unexpected type",
		"<HierarchyRoot " + ns + "/>": "no ID",
		"<HierarchyRoot " + ns + "><HierarchyRootId>" + rootID + "</HierarchyRootId></HierarchyRoot>": "no name",
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, rootID) {
					reply(w, 200, body)
					return
				}
				reply(w, 200, "<EntityReferences "+ns+`><Ref UID="urn:veeam:HierarchyRoot:`+rootID+`"/></EntityReferences>`)
			})
			roots, err := f.client().HierarchyRoots(t.Context())
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("the roots are %v with the error %v, want one with %q", roots, err, says)
			}
		})
	}
}

func TestHierarchyRoots_TheBackupServerIsTheOneThatALinkLeadsUpTo(t *testing.T) {
	const server = "ce15a8c7-aa49-495e-b05b-ee3398c91018"
	for links, want := range map[string]HierarchyRoot{
		`<Link Rel="Up" Type="BackupServerReference" Href="https://em/api/backupServers/` + server + `" Name="srv02"/>`: {
			BackupServerID: server, BackupServerName: "srv02",
		},
		`<Link Rel="up" Href="/api/backupservers/` + strings.ToUpper(server) + `?format=Entity"/>`: {
			BackupServerID: server,
		},
		`<Link Rel="Related" Href="https://em/api/backupServers/` + server + `" Name="srv02"/>`:          {},
		`<Link Rel="Up" Type="BackupServerReference" Href="https://em/api/backupServers/1" Name="srv"/>`: {},
	} {
		list, err := parseRoots([]byte("<HierarchyRoots " + ns + `><HierarchyRoot Name="vc01" UID="urn:veeam:HierarchyRoot:` +
			rootID + `"><Links>` + links + "</Links></HierarchyRoot></HierarchyRoots>"))
		ok(t, err)
		want.ID, want.Name = rootID, "vc01"
		equal(t, "the root with "+links, list[0].object, want)
	}
}
