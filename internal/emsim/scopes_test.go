// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestScope_MatchesTheVendorsExampleAndOmitsItsReference(t *testing.T) {
	f := start(t, emsim.Options{ProcessDelay: -1, RootNames: emsim.RootNamesUniqueID})
	account := f.create(noVMsBut(item(emsim.FolderLinuxRef, "Linux")))
	id := f.scopes(account)[0].id()
	href := apiURL + account + "/scopes/" + id
	want := `Href="` + href + `">
		<Links><Link Rel="Delete" Type="EnterpriseAccountHierarchyScope" Href="` + href + `" /></Links>
		<Name>Linux</Name>
		<HierarchyRootName>F36CBAE2-F23D-46C7-865C-3E3CCC89B197</HierarchyRootName>
		<Platform>VMware</Platform>
		<HierarchyObjectType>Folder</HierarchyObjectType>
		<State>Unprocessed</State>
	</EnterpriseAccountHierarchyScope>`
	f.get(account+"/scopes").equals(t, "<EnterpriseAccountHierarchyScopes "+ns+">"+
		"<EnterpriseAccountHierarchyScope "+want+"</EnterpriseAccountHierarchyScopes>")
	f.get(account+"/scopes/"+id).equals(t, "<EnterpriseAccountHierarchyScope "+ns+" "+want)
}

func TestAddScopes_AddsAllScopesOfARequestOrNone(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	vmAndShare := scopeSpec(item(emsim.VM01Ref, "VM01"), item(emsim.FileShareRef, emsim.FileShareName))
	a := f.post(account+"/scopes", vmAndShare).want(t, http.StatusAccepted)
	if a.body != "" {
		t.Errorf("body %q", a.body)
	}
	secondIsWrong := scopeSpec(item(emsim.VMWeb01Ref, "web01"), item("urn:VMware:Vm:x", "web02"))
	f.post(account+"/scopes", secondIsWrong).want(t, http.StatusBadRequest, "urn:VMware:Vm:x")
	f.post(account+"/scopes", scopeSpec()).want(t, http.StatusBadRequest)
	f.post(account+"/scopes", scopeSpec("<HierarchyScopeItem />")).want(t, http.StatusBadRequest)
	if got, want := f.states(account), `VM01 Processed, \\enterprise05.tech.local\SMB Share Processed`; got != want {
		t.Errorf("scopes %s, want %s", got, want)
	}
	f.Configure(func(o *emsim.Options) { o.ScopeStatus = http.StatusCreated })
	f.post(account+"/scopes", scopeSpec(item(emsim.VMWeb01Ref, "web01"))).want(t, http.StatusCreated)
}

func TestAddScopes_LocatesTheScopeOfASingleObject(t *testing.T) {
	f := start(t, emsim.Options{ScopeLocation: true, DuplicateScopes: emsim.DuplicateScopesSame})
	account := f.create(allVMs)
	one := scopeSpec(item(emsim.VM01Ref, "VM01"))
	location := f.post(account+"/scopes", one).want(t, http.StatusAccepted).header.Get("Location")
	if want := apiURL + account + "/scopes/" + f.scopes(account)[0].id(); location != want {
		t.Errorf("Location %q, want %q", location, want)
	}
	for what, spec := range map[string]string{
		"two objects":         scopeSpec(item(emsim.VMWeb01Ref, "web01"), item(emsim.VMWeb02Ref, "web02")),
		"no additional scope": one,
	} {
		a := f.post(account+"/scopes", spec).want(t, http.StatusAccepted)
		if got, ok := a.header["Location"]; ok {
			t.Errorf("%s: Location %s", what, got)
		}
	}
	f.Configure(func(o *emsim.Options) { o.ScopeLocation = false })
	a := f.post(account+"/scopes", scopeSpec(item(emsim.VMDB01Ref, "db01"))).want(t, http.StatusAccepted)
	if got, ok := a.header["Location"]; ok {
		t.Errorf("without the option: Location %s", got)
	}
}

func TestLists_HaveTheOrderOfTheOptions(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	for _, name := range []string{"a", "b", "c", "d"} {
		f.post(account+"/scopes", scopeSpec(item(emsim.VM01Ref, name))).want(t, http.StatusAccepted)
	}
	order := func(o emsim.ListOrder) string {
		f.Configure(func(options *emsim.Options) { options.ListOrder = o })
		return strings.ReplaceAll(f.states(account), " Processed", "")
	}
	if got, want := order(emsim.ListOldestFirst), "a, b, c, d"; got != want {
		t.Errorf("oldest first: %s, want %s", got, want)
	}
	if got, want := order(emsim.ListNewestFirst), "d, c, b, a"; got != want {
		t.Errorf("newest first: %s, want %s", got, want)
	}
	seen := map[string]bool{}
	for range 20 {
		seen[order(emsim.ListShuffled)] = true
	}
	if len(seen) < 5 {
		t.Errorf("20 shuffled lists have the orders %v", seen)
	}
}

func TestReferences_MustMatchThePatternAndTheTableOfTypes(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	root := emsim.VCenterID
	for ref, status := range map[string]int{
		"urn:VMware:Vm:" + root + ".vm-1":                        http.StatusAccepted,
		"urn:VMware:VM:" + strings.ToUpper(root) + ".vm-1":       http.StatusAccepted,
		"urn:Hyperv:VmGroup:" + emsim.SCVMMID + ".g":             http.StatusAccepted,
		emsim.VCloudVMRef:                                        http.StatusAccepted,
		emsim.FileShareRef:                                       http.StatusAccepted,
		"urn:Ahv:Whatever:" + root + ".x":                        http.StatusAccepted,
		"urn:VMware:Vm:99999999-0000-0000-0000-000000000000.vm1": http.StatusAccepted,
		"urn:VMware:OrgVdc:" + root + ".x":                       http.StatusBadRequest,
		"urn:vCloud:Host:" + root + ".x":                         http.StatusBadRequest,
		"urn:vCloud:Datastore:" + root + ".x":                    http.StatusAccepted,
		"urn:vCloud:OrgVdcStorageProfile:" + root + ".x":         http.StatusAccepted,
		"urn:Hyperv:Datastore:" + root + ".x":                    http.StatusBadRequest,
		"urn:VMware:Vm:vcenter.vm-1":                             http.StatusBadRequest,
		"urn:VMware:Vm:" + root + ".":                            http.StatusBadRequest,
		"urn:VMware:Vm:" + root:                                  http.StatusBadRequest,
		"urn:VMware:" + root + ".vm-1":                           http.StatusBadRequest,
		"VMware:Vm:" + root + ".vm-1":                            http.StatusBadRequest,
	} {
		if a := f.post(account+"/scopes", scopeSpec(item(ref, "x"))); a.status != status {
			t.Errorf("%s: status %d, want %d", ref, a.status, status)
		}
	}
	f.Configure(func(o *emsim.Options) { o.RefuseUnknownObjects = true })
	f.post(account+"/scopes", scopeSpec(item(emsim.UnknownVMwareRef, "x"))).want(t, http.StatusBadRequest, "was not found")
	f.post(account+"/scopes", scopeSpec(item(emsim.VM01Ref, "x"))).want(t, http.StatusAccepted)
}

func TestScopeDelay_AppliesToScopesOfPostAndOfCreate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{ScopeDelay: 2 * time.Second, ScopeStagger: time.Second, ProcessDelay: 3 * time.Second})
		account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01"), item(emsim.VMWeb01Ref, "web01")))
		for _, step := range []struct {
			wait time.Duration
			want string
		}{
			{0, ""},
			{2 * time.Second, "VM01 Unprocessed"},
			{time.Second, "VM01 Unprocessed, web01 Unprocessed"},
			{2 * time.Second, "VM01 Processed, web01 Unprocessed"},
			{time.Second, "VM01 Processed, web01 Processed"},
		} {
			time.Sleep(step.wait)
			if got := f.states(account); got != step.want {
				t.Fatalf("scopes %q, want %q", got, step.want)
			}
		}
		f.post(account+"/scopes", scopeSpec(item(emsim.VMDB01Ref, "db01"))).want(t, http.StatusAccepted)
		if n := len(f.scopes(account)); n != 2 {
			t.Errorf("%d scopes listed, want 2", n)
		}
		time.Sleep(2 * time.Second)
		if n := len(f.scopes(account)); n != 3 {
			t.Errorf("%d scopes listed, want 3", n)
		}
	})
}

func TestRemovingDelay_ListsADeletedScopeAsRemoving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{RemovingDelay: 5 * time.Second})
		account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01"), item(emsim.VMWeb01Ref, "web01")))
		path := account + "/scopes/" + f.scopes(account)[0].id()
		f.delete(path).want(t, http.StatusNoContent)
		if got, want := f.states(account), "VM01 Removing, web01 Processed"; got != want {
			t.Errorf("scopes %s, want %s", got, want)
		}
		time.Sleep(3 * time.Second)
		f.delete(path).want(t, http.StatusNoContent) // does not restart the delay
		time.Sleep(2 * time.Second)
		if got, want := f.states(account), "web01 Processed"; got != want {
			t.Errorf("scopes %s, want %s", got, want)
		}
		f.get(path).want(t, http.StatusNotFound)
		f.delete(path).want(t, http.StatusNotFound)
	})
}

func TestRootNames_HaveTheFormOfTheOption(t *testing.T) {
	for option, want := range map[emsim.RootNames]string{
		emsim.RootNamesID:       strings.Repeat(emsim.VCenterID+" ", 3) + emsim.FileShareRootID,
		emsim.RootNamesUniqueID: strings.Repeat(emsim.VCenterUniqueID+" ", 3) + emsim.FileShareRootID,
		emsim.RootNamesName:     strings.Repeat(emsim.VCenterName+" ", 3) + emsim.FileShareRootID,
		emsim.RootNamesMixed: strings.Join([]string{
			emsim.VCenterName, emsim.VCenterUniqueID, emsim.VCenterID, emsim.FileShareRootID,
		}, " "),
	} {
		f := start(t, emsim.Options{RootNames: option})
		account := f.create(noVMsBut(item(emsim.VM01Ref, "a"), item(emsim.VMWeb01Ref, "b"),
			item(emsim.VMWeb02Ref, "c"), item(emsim.FileShareRef, "d")))
		var got []string
		for _, sc := range f.scopes(account) {
			got = append(got, sc.HierarchyRootName)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", option, got, want)
		}
	}
}

func TestDuplicateScopes_FollowTheOption(t *testing.T) {
	for option, want := range map[emsim.DuplicateScopes]struct{ status, scopes int }{
		emsim.DuplicateScopesAdd:    {http.StatusAccepted, 3},
		emsim.DuplicateScopesSame:   {http.StatusAccepted, 2},
		emsim.DuplicateScopesRefuse: {http.StatusBadRequest, 1},
	} {
		f := start(t, emsim.Options{DuplicateScopes: option})
		account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01")))
		again := strings.Replace(emsim.VM01Ref, ":Vm:", ":VM:", 1)
		f.post(account+"/scopes", scopeSpec(item(emsim.VMWeb01Ref, "web01"), item(again, "VM01"))).want(t, want.status)
		ids := map[string]bool{}
		for _, sc := range f.scopes(account) {
			ids[sc.id()] = true
		}
		if len(ids) != want.scopes {
			t.Errorf("%q: %d scopes, want %d", option, len(ids), want.scopes)
		}
	}
}

func TestLastScope_CanBeRemovedUnlessTheOptionRefuses(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01")))
	f.delete(account+"/scopes/"+f.scopes(account)[0].id()).want(t, http.StatusNoContent)

	f.Configure(func(o *emsim.Options) { o.LastScope = emsim.LastScopeRefuse })
	f.post(account+"/scopes", scopeSpec(item(emsim.VM01Ref, "VM01"))).want(t, http.StatusAccepted)
	last := account + "/scopes/" + f.scopes(account)[0].id()
	f.delete(last).want(t, http.StatusBadRequest, "last restore scope")
	f.post(account, "").want(t, http.StatusNoContent)
	f.delete(last).want(t, http.StatusNoContent)
	f.post(account, "").want(t, http.StatusBadRequest, "HierarchyScopeObjects")
}

func TestRename_ChangesTheNamesOfScopesOnlyWithTheOption(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(noVMsBut(item(emsim.VMWeb01Ref, "sent")))
	rename := func(name string) {
		f.Mutate(func(s *emsim.Store) {
			if !s.RenameObject(emsim.VMWeb01Ref, name) {
				t.Error("RenameObject did not find the object")
			}
		})
	}
	rename("web-a")
	if got := f.states(account); got != "sent Processed" {
		t.Errorf("scopes %s", got)
	}
	f.Configure(func(o *emsim.Options) { o.NamesFollowRename = true })
	rename("web-b")
	if got := f.states(account); got != "web-b Processed" {
		t.Errorf("scopes %s", got)
	}
	f.get("/lookup?hierarchyRef="+emsim.VMWeb01Ref).want(t, http.StatusOK, "<ObjectName>web-b</ObjectName>")
}

func TestObjectNames_ComeFromTheInfrastructureWithTheOptionOrIfNoneWasSent(t *testing.T) {
	f := start(t, emsim.Options{ObjectNames: emsim.ObjectNamesInfrastructure})
	account := f.create(noVMsBut(item(emsim.VMWeb01Ref, "sent"), item(emsim.UnknownVMwareRef, "unknown")))
	if got := f.states(account); got != "web01 Processed, unknown Processed" {
		t.Errorf("scopes %s", got)
	}
	f = start(t, emsim.Options{})
	account = f.create(noVMsBut(item(emsim.VMWeb01Ref, "sent"), item(emsim.VMWeb02Ref, "")))
	if got := f.states(account); got != "sent Processed, web02 Processed" {
		t.Errorf("scopes %s", got)
	}
}

func TestObjectTypeCase_AppliesToHierarchyObjectType(t *testing.T) {
	f := start(t, emsim.Options{ObjectTypeCase: emsim.CaseUpper})
	account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01")))
	if got := f.scopes(account)[0].HierarchyObjectType; got != "VM" {
		t.Errorf("type %s", got)
	}
}

func TestSharedScopeIDs_AreSharedUnderDifferentRoots(t *testing.T) {
	for option, left := range map[emsim.SharedDelete]int{emsim.SharedDeleteAll: 1, emsim.SharedDeleteFirst: 3} {
		f := start(t, emsim.Options{SharedScopeIDs: true, SharedDelete: option})
		account := f.create(noVMsBut(item(emsim.ResourcePoolRef, "Production"), item(emsim.ResourcePoolDRRef, "Production"),
			item(emsim.ResourcePoolDevRef, "Production"), item(emsim.FolderLinuxRef, "Production")))
		listed := f.scopes(account)
		if a, b, c := listed[0].id(), listed[1].id(), listed[2].id(); a != b || b != c {
			t.Errorf("IDs %s %s %s differ", a, b, c)
		}
		if listed[0].id() == listed[3].id() {
			t.Error("a folder has the same ID as the resource pools")
		}
		f.delete(account+"/scopes/"+listed[0].id()).want(t, http.StatusNoContent)
		if n := len(f.scopes(account)); n != left {
			t.Errorf("%q: %d scopes left, want %d", option, n, left)
		}
	}
}

func TestSharedScopeIDs_AreNotSharedUnderTheSameRoot(t *testing.T) {
	f := start(t, emsim.Options{SharedScopeIDs: true})
	account := f.create(noVMsBut(item(emsim.VMDupARef, emsim.VMDupName), item(emsim.VMDupBRef, emsim.VMDupName)))
	if listed := f.scopes(account); listed[0].id() == listed[1].id() {
		t.Error("two VMs of the same name under the same root have the same ID")
	}
}

func TestNoScopeLicense_RefusesScopesWith403(t *testing.T) {
	f := start(t, emsim.Options{NoScopeLicense: true})
	account := f.create(allVMs)
	f.post(account+"/scopes", scopeSpec(item(emsim.VM01Ref, "VM01"))).want(t, http.StatusForbidden, "license")
	f.post("/security/accounts", spec("User", `TECH\ox`, noVMsBut(item(emsim.VM01Ref, "VM01")))).
		want(t, http.StatusForbidden, "license")
	if n := len(f.Snapshot()); n != 3 {
		t.Errorf("%d accounts, want 3", n)
	}
}
