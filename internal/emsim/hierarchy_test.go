// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestHierarchyRoot_MatchesTheVendorsExample(t *testing.T) {
	f := start(t, emsim.Options{})
	href := apiURL + "/hierarchyRoots/0d7ea80c-6ac8-46bf-863c-3a6093f8baec"
	f.get("/hierarchyRoots/"+emsim.VCenterDevID+"?format=Entity").equals(t,
		`<HierarchyRoot `+ns+` Type="HierarchyRoot" Name="vcdev51"
			UID="urn:veeam:HierarchyRoot:0d7ea80c-6ac8-46bf-863c-3a6093f8baec" Href="`+href+`?format=Entity">
			<Links>
				<Link Rel="Up" Type="BackupServerReference" Href="`+apiURL+`/backupServers/`+emsim.BackupServerID+`"
					Name="srv02.tech.local" />
				<Link Rel="Alternate" Type="HierarchyRootReference" Href="`+href+`" />
			</Links>
			<HierarchyRootId>0d7ea80c-6ac8-46bf-863c-3a6093f8baec</HierarchyRootId>
			<UniqueId>09D89361-9178-4EAF-8037-E4E82B1932F0</UniqueId>
			<HostType>VC</HostType>
		</HierarchyRoot>`)
	f.get("/hierarchyRoots/"+emsim.VCenterDevID).want(t, http.StatusOK, `Type="HierarchyRootReference"`,
		`<Links><Link Rel="Up" Type="BackupServerReference" `)
}

func TestHierarchyRoots_DoNotIncludeFileShares(t *testing.T) {
	f := start(t, emsim.Options{})
	a := f.get("/hierarchyRoots").want(t, http.StatusOK, "scvmm01.tech.local", "hvcluster01", "vcloud.tech.local")
	if strings.Contains(a.body, emsim.FileShareRootID) {
		t.Error("the root of the file share is listed")
	}
	f.get("/hierarchyRoots/"+emsim.FileShareRootID).want(t, http.StatusNotFound)
	f.get("/lookup?hierarchyRef="+emsim.FileShareRef).equals(t, "<HierarchyItems "+ns+" />")
}

func lookupItem(ref, objectType, name string) string {
	return `<HierarchyItem Type="HierarchyItem">` +
		tag("ObjectRef", ref) + tag("ObjectType", objectType) + tag("ObjectName", name) + "</HierarchyItem>"
}

func lookupItems(items ...string) string {
	return "<HierarchyItems " + ns + ">" + strings.Join(items, "") + "</HierarchyItems>"
}

func TestLookup_FindsByNameAndTypeIgnoringCase(t *testing.T) {
	f := start(t, emsim.Options{})
	host := "/lookup?host=urn:veeam:HierarchyRoot:" + emsim.VCenterID
	f.get(host+"&name=WEB01&type=VM").equals(t, lookupItems(lookupItem(emsim.VMWeb01Ref, "Vm", "web01")))
	f.get(host+"&name="+emsim.VMDupName+"&type=Vm").equals(t, lookupItems(
		lookupItem(emsim.VMDupARef, "Vm", emsim.VMDupName), lookupItem(emsim.VMDupBRef, "Vm", emsim.VMDupName)))
	f.get(host+"&name=*&type=Tag").equals(t, lookupItems(lookupItem(emsim.TagGoldRef, "Tag", "Gold")))
	f.get(host+"&name=web01&type=Host").equals(t, "<HierarchyItems "+ns+" />")
	f.get(host+"&name=web01&type=Vm", acceptJSON).equals(t, `{"HierarchyItems":[{"Type":"HierarchyItem",`+
		`"ObjectRef":"`+emsim.VMWeb01Ref+`","ObjectType":"Vm","ObjectName":"web01"}]}`)
}

func TestLookup_FindsByReference(t *testing.T) {
	f := start(t, emsim.Options{})
	for ref, name := range map[string]string{
		emsim.VCloudVMRef: emsim.VCloudVMName,
		emsim.HvVMRef:     emsim.HvVMName,
		strings.Replace(emsim.VM01Ref, ":Vm:", ":VM:", 1): emsim.VM01Name,
	} {
		f.get("/lookup?hierarchyRef="+url.QueryEscape(ref)).want(t, http.StatusOK, "<ObjectName>"+name+"</ObjectName>")
	}
	f.get("/lookup?hierarchyRef="+emsim.UnknownVMwareRef).equals(t, "<HierarchyItems "+ns+" />")
	f.get("/lookup?hierarchyRef=vm-1").want(t, http.StatusBadRequest)
}

func TestLookup_RequiresAKnownRoot(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get("/lookup").want(t, http.StatusBadRequest)
	f.get("/lookup?host=urn:veeam:HierarchyRoot:"+emsim.FileShareRootID+"&name=*").want(t, http.StatusNotFound)
}

func TestInfrastructure_EveryReferenceIsValidAndUnique(t *testing.T) {
	f := start(t, emsim.Options{RefuseUnknownObjects: true})
	account := f.create(allVMs)
	f.Mutate(func(s *emsim.Store) {
		for _, o := range s.Objects() {
			if s.Object(o.Ref) != o {
				t.Errorf("two objects have the reference %s", o.Ref)
			}
		}
	})
	for _, ref := range []string{
		emsim.VCenterRef, emsim.DatacenterRef, emsim.FolderWindowsRef, emsim.ClusterRef, emsim.Host01Ref,
		emsim.VirtualAppRef, emsim.DatastoreRef, emsim.StoragePodRef, emsim.CategoryRef, emsim.TagGoldRef,
		emsim.TemplateRef, emsim.VMDRWeb01Ref, emsim.SCVMMRef, emsim.HvHostGroupRef, emsim.HvClusterRef,
		emsim.HvClusterVMRef, emsim.VCloudRef, emsim.VCloudOrgRef, emsim.VCloudOrgVdcRef, emsim.VCloudVAppRef,
		emsim.FileShareRef,
	} {
		f.post(account+"/scopes", scopeSpec(item(ref, "x"))).want(t, http.StatusAccepted)
	}
}
