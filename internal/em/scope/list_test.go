// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

const listType = "veeam_em_account_scope"

func listOf(accountID string) tfrun.ListCall {
	return tfrun.ListCall{Type: listType, Config: map[string]any{"account_id": accountID}}
}

func requests(em *acctest.EM, prefix string) (n int) {
	for _, r := range em.Journal() {
		if strings.HasPrefix(r.Path, prefix) {
			n++
		}
	}
	return n
}

func TestList_ReturnsAllScopesWithOneRequest(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	got := em.Protocol().ListAll(listOf(strings.ToUpper(emsim.DemoUserID)))
	want := []tfrun.Listed{}
	for _, name := range []string{emsim.VM01Name, emsim.FolderLinuxName} {
		kind := map[string]string{emsim.VM01Name: "Vm", emsim.FolderLinuxName: "Folder"}[name]
		for _, s := range em.Account(accountName).Scopes {
			if s.Name == name {
				want = append(want, tfrun.Listed{
					DisplayName: name + " (" + kind + ")", Identity: map[string]any{"account_id": emsim.DemoUserID, "id": s.ID},
					Diagnostics: []string{},
				})
			}
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("listed\n  %+v\nwant\n  %+v", got, want)
	}
	if n := requests(em, "/api/security"); n != 1 || requests(em, "/api/lookup")+requests(em, "/api/hierarchyRoots") > 0 {
		t.Errorf("%d requests for the scopes, or others as well", n)
	}
}

func TestList_TheGeneratedConfigurationIsValidAndItsImportPlansNothing(t *testing.T) {
	objects := []string{
		emsim.VM01Ref, emsim.VM01Name, emsim.ResourcePoolRef, emsim.ResourcePoolName, emsim.ResourcePoolDRRef,
		emsim.ResourcePoolName,
		emsim.VCloudVMRef, emsim.VCloudVMName, emsim.HvVMRef, emsim.HvVMName,
	}
	for name, options := range map[string]emsim.Options{
		"roots by ID":        {},
		"roots by unique ID": {RootNames: emsim.RootNamesUniqueID},
		"roots by name":      {RootNames: emsim.RootNamesName},
		"references only":    {ReferencesOnly: true, RootNames: emsim.RootNamesMixed},
		"types in capitals":  {ObjectTypeCase: emsim.CaseUpper},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, options)
			call := listOf(em.AddAccountWithScopes(objects...))
			call.IncludeResource = true
			p := em.Protocol()
			var refs []string
			for _, r := range p.ListAll(call) {
				config := p.Generated(listType, r.Resource)
				if refused := p.ValidateResource(listType, config); len(r.Diagnostics)+len(refused) > 0 {
					t.Errorf("%s: listed with %v, refused with %v", r.DisplayName, r.Diagnostics, refused)
				}
				imported, said := p.Import(listType, "", r.Identity)
				read, more := p.Read(listType, imported)
				if len(said)+len(more) > 0 || !reflect.DeepEqual(read.State, r.Resource) ||
					!reflect.DeepEqual(read.Identity, r.Identity) {
					t.Errorf("%s: listed\n  %v\nimported\n  %v\n%v %v", r.DisplayName, r.Resource, read.State, said, more)
				}
				ref, _ := r.Resource["hierarchy_obj_ref"].(string)
				refs = append(refs, ref)
			}
			if want := []string{objects[0], objects[2], objects[4], objects[6], objects[8]}; !slices.Equal(refs, want) {
				t.Errorf("references %v, want %v", refs, want)
			}
			if writes := em.Writes(); len(writes) > 0 {
				t.Errorf("sent %v", writes)
			}
		})
	}
}

func TestList_AnUndeterminedReferenceIsNullWithAWarning(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	em.Mutate(func(s *emsim.Store) { s.RemoveFileServer(emsim.SMBServerID) })
	call := listOf(em.AddAccountWithScopes(emsim.VMDupARef, emsim.VMDupName, emsim.FileShareRef, emsim.FileShareName,
		emsim.VM01Ref, emsim.VM01Name))
	call.IncludeResource = true
	got := em.Protocol().ListAll(call)
	if len(got) != 3 {
		t.Fatalf("listed %+v", got)
	}
	for i, name := range []string{emsim.VMDupName, emsim.FileShareName} {
		want := "warning: The hierarchy_obj_ref of the restore scope " + name + " must be added manually: "
		if r := got[i]; r.Identity == nil || r.Resource["object_name"] != name || r.Resource["hierarchy_obj_ref"] != nil ||
			len(r.Diagnostics) != 1 || !strings.HasPrefix(r.Diagnostics[0], want) {
			t.Errorf("listed %+v", r)
		}
	}
	if got[2].Resource["hierarchy_obj_ref"] != emsim.VM01Ref || len(got[2].Diagnostics) > 0 {
		t.Errorf("listed %+v", got[2])
	}
}

func TestList_OmitsScopesThatAreBeingRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{RemovingDelay: time.Minute})
		id := em.AddAccountWithScopes(emsim.VM01Ref, emsim.VM01Name, emsim.VMWeb01Ref, emsim.VMWeb01Name)
		for _, s := range em.Account(accountName).Scopes {
			if s.Name == emsim.VM01Name {
				if err := em.Client(nil).RemoveScope(t.Context(), id, s.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := em.Protocol().ListAll(listOf(id)); len(got) != 1 || got[0].DisplayName != "web01 (Vm)" {
			t.Errorf("listed %+v", got)
		}
	})
}

func TestList_LooksUpOnlyWhatTheLimitAllows(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	call := listOf(em.AddAccountWithScopes(emsim.VM01Ref, emsim.VM01Name, emsim.VMWeb01Ref, emsim.VMWeb01Name,
		emsim.VMDB01Ref, emsim.VMDB01Name))
	call.IncludeResource, call.Limit = true, 1
	if got, n := em.Protocol().ListAll(call), requests(em, "/api/lookup"); len(got) != 1 || n != 1 {
		t.Errorf("%d results, %d lookups", len(got), n)
	}
}

func TestList_LooksObjectsUpSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{Latency: time.Second})
		var objects []string
		em.Mutate(func(s *emsim.Store) {
			for n := range 40 {
				ref, name := fmt.Sprintf("urn:VMware:Vm:%s.vm-9%03d", emsim.VCenterID, n), fmt.Sprintf("batch-%02d", n)
				s.AddObject(ref, name)
				objects = append(objects, ref, name)
			}
		})
		call, begun := listOf(em.AddAccountWithScopes(objects...)), time.Now()
		call.IncludeResource = true
		got := em.Protocol().ListAll(call)
		if took := time.Since(begun); len(got) != 40 || requests(em, "/api/lookup") != 40 || took > 10*time.Second {
			t.Errorf("%d results in %s", len(got), took)
		}
	})
}

func TestList_WarnsAboutScopesThatShareAnID(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{SharedScopeIDs: true})
	id := em.AddAccountWithScopes(emsim.ResourcePoolRef, emsim.ResourcePoolName, emsim.ResourcePoolDRRef,
		emsim.ResourcePoolName, emsim.VM01Ref, emsim.VM01Name)
	got := em.Protocol().ListAll(listOf(id))
	if len(got) != 3 || !reflect.DeepEqual(got[0].Identity, got[1].Identity) || len(got[2].Diagnostics) > 0 {
		t.Fatalf("listed %+v", got)
	}
	for _, r := range got[:2] {
		if len(r.Diagnostics) != 1 ||
			!strings.HasPrefix(r.Diagnostics[0], "warning: The restore scope Production shares its ID with another one: ") {
			t.Errorf("says %v", r.Diagnostics)
		}
	}
}

func TestList_FailsIfTheAccountDoesNotExist(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	got := em.Protocol().ListAll(listOf("00000000-0000-0000-0000-000000000001"))
	if len(got) != 1 || len(got[0].Diagnostics) != 1 ||
		!strings.HasPrefix(got[0].Diagnostics[0],
			"error: Could not list the restore scopes of the account 00000000-0000-0000-0000-000000000001: ") {
		t.Errorf("listed %+v", got)
	}
}

func TestList_RefusesAnAccountIDThatIsNotAGUIDWithoutARequest(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	got := em.Protocol().ValidateList(listOf("../../x"))
	if len(got) != 1 || !strings.HasPrefix(got[0], "error: Not an ID of Enterprise Manager: ") || len(em.Journal()) > 0 {
		t.Errorf("says %v, sent %v", got, em.Journal())
	}
}
