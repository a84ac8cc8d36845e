// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package fileserver_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const one, all = "veeam_em_file_server", "veeam_em_file_servers"

// smb is the first file server of the simulated server.
func smb() map[string]any {
	return map[string]any{
		"id": emsim.SMBServerID, "uid": "urn:veeam:FileServer:" + emsim.SMBServerID, "name": emsim.FileShareName,
		"server_type": "SmbServer", "hierarchy_obj_ref": emsim.FileShareRef,
	}
}

func nfs() map[string]any {
	return map[string]any{
		"id": emsim.NFSServerID, "uid": "urn:veeam:FileServer:" + emsim.NFSServerID, "name": emsim.NFSShareName,
		"server_type": "NfsServer", "hierarchy_obj_ref": emsim.NFSShareRef,
	}
}

func TestFileServer_IsFoundByNameOrIDAndKeepsTheConfiguredSpelling(t *testing.T) {
	for server, options := range map[string]emsim.Options{"entities": {}, "references": {ReferencesOnly: true}} {
		em := acctest.StartEM(t, options)
		p := em.Protocol()
		for _, c := range []struct{ key, value string }{
			{"name", emsim.FileShareName},
			{"name", strings.ToUpper(emsim.FileShareName)},
			{"id", emsim.SMBServerID},
			{"id", strings.ToUpper(emsim.SMBServerID)},
		} {
			want := smb()
			want[c.key] = c.value
			got, said := p.ReadData(one, map[string]any{c.key: c.value})
			if len(said) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, by %s %q: got %v, %q, want %v", server, c.key, c.value, got, said, want)
			}
		}
		if reads := em.Journal(); len(em.Writes()) > 0 || len(reads) > 4 { // with the logon
			t.Errorf("%s: four data sources sent %v", server, reads)
		}
	}
}

func TestFileServers_ListsAll(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	got, said := em.Protocol().ReadData(all, nil)
	want := map[string]any{"file_servers": []any{smb(), nfs()}}
	if len(said) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %q, want %v", got, said, want)
	}
}

func TestFileServer_AnErrorNamesTheCandidates(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	const second = "00000000-0000-0000-0000-00000000000b"
	em.Mutate(func(s *emsim.Store) {
		s.AddFileServer(emsim.FileServer{ID: second, Name: strings.ToUpper(emsim.NFSShareName)})
	})
	p := em.Protocol()
	for name, words := range map[string][]string{
		"nfs01.tech.local": {
			"The server has no such file server", emsim.NFSShareName + " (id " + emsim.NFSServerID + ")", emsim.FileShareName,
		},
		emsim.NFSShareName: {"Several file servers match", "has 2 file servers", "Set id instead", second},
	} {
		_, said := p.ReadData(one, map[string]any{"name": name})
		for _, word := range words {
			if len(said) != 1 || !strings.Contains(said[0], word) {
				t.Errorf("%s: %q does not say %q", name, said, word)
			}
		}
	}
	got, said := p.ReadData(one, map[string]any{"id": second})
	if len(said) > 0 || got["server_type"] != nil || got["hierarchy_obj_ref"] != nil {
		t.Errorf("a file server without a reference is %v, %q", got, said)
	}
}

func TestFileServers_AServerThatDoesNotKnowThemIsAnError(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	em.Inject(emsim.Fault{PathPattern: "/api/nas/fileServers", Kind: emsim.FaultStatus, Status: 404})
	_, said := em.Protocol().ReadData(all, nil)
	if len(said) != 1 || !strings.HasPrefix(said[0], "error: Could not read the file servers: ") {
		t.Errorf("says %q", said)
	}
}

func TestFileServer_IsFoundByAnyUnicodeFormOfItsName(t *testing.T) {
	const composed, decomposed = "\\\\srv\\Caf\u00e9", "\\\\srv\\Cafe\u0301"
	em := acctest.StartEM(t, emsim.Options{})
	em.Mutate(func(s *emsim.Store) {
		s.AddFileServer(emsim.FileServer{ID: "0d7ea80c-6ac8-46bf-863c-3a6093f8baec", Name: composed})
	})
	got, said := em.Protocol().ReadData(one, map[string]any{"name": decomposed})
	if len(said) > 0 || got["id"] != "0d7ea80c-6ac8-46bf-863c-3a6093f8baec" {
		t.Errorf("read %v, %q", got, said)
	}
}
