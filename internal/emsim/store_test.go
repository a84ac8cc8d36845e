// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestMutate_IsVisibleInTheNextResponse(t *testing.T) {
	f := start(t, emsim.Options{Demo: true, ScopeDelay: time.Hour})
	account := "/security/accounts/" + emsim.DemoExternalGroupID
	var scope string
	f.Mutate(func(s *emsim.Store) {
		s.AddRole(emsim.DemoExternalGroupID, emsim.RolePortalUser)
		s.RemoveRole(emsim.DemoExternalGroupID, emsim.RoleFileRestoreOperator)
		s.Toggle(emsim.DemoExternalGroupID)
		scope = s.AddScope(emsim.DemoExternalGroupID, emsim.VM01Ref, "VM01").ID
	})
	f.get(account+"/roles").want(t, http.StatusOK, "Portal User")
	f.get(account+"?format=Entity").want(t, http.StatusOK, "<AllowRestoreAllVms>false</AllowRestoreAllVms>")
	f.get(account+"/scopes/"+scope).want(t, http.StatusOK, "<Name>VM01</Name>")
	f.Mutate(func(s *emsim.Store) {
		if !s.RemoveScope(emsim.DemoExternalGroupID, scope) || s.RemoveScope(emsim.DemoExternalGroupID, scope) {
			t.Error("RemoveScope must return true, then false")
		}
		if !s.RemoveAccount(emsim.DemoUserID) || s.RemoveAccount(emsim.DemoUserID) {
			t.Error("RemoveAccount must return true, then false")
		}
	})
	f.get(account+"/scopes/"+scope).want(t, http.StatusNotFound)
	f.get("/security/accounts/"+emsim.DemoUserID).want(t, http.StatusNotFound)
}

func TestStore_ReportsThatThereIsNothingToChange(t *testing.T) {
	s := emsim.New(emsim.Options{})
	s.Mutate(func(st *emsim.Store) {
		if st.Account("x") != nil || st.FindAccount("User", "x") != nil || st.Root("x") != nil ||
			st.AddScope("x", emsim.VM01Ref, "VM01") != nil {
			t.Error("something that does not exist was found")
		}
		if st.RemoveScope("x", "y") || st.SetRoles("x") || st.AddRole("x", emsim.RolePortalUser) ||
			st.RemoveRole("x", emsim.RolePortalUser) || st.Toggle("x") ||
			st.RenameObject(emsim.UnknownVMwareRef, "x") || st.MoveObject(emsim.UnknownVMwareRef, "x") ||
			st.RemoveObject(emsim.UnknownVMwareRef) {
			t.Error("a change was reported although nothing changed")
		}
	})
}

func TestMoveObject_ChangesTheReferenceOfTheObjectButNotOfItsScopes(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(noVMsBut(item(emsim.VMWeb01Ref, "web01")))
	moved := "urn:VMware:Vm:" + emsim.VCenterDRID + ".vm-900"
	f.Mutate(func(s *emsim.Store) { s.MoveObject(emsim.VMWeb01Ref, moved) })
	f.get("/lookup?hierarchyRef="+emsim.VMWeb01Ref).equals(t, "<HierarchyItems "+ns+" />")
	f.get("/lookup?hierarchyRef="+moved).want(t, http.StatusOK, "<ObjectName>web01</ObjectName>")
	if got := f.scopes(account)[0].HierarchyRootName; got != emsim.VCenterID {
		t.Errorf("the scope is under the root %s", got)
	}
}

func TestLookup_SeesAddedAndRemovedObjects(t *testing.T) {
	f := start(t, emsim.Options{})
	const root = "11111111-2222-3333-4444-555555555555"
	f.Mutate(func(s *emsim.Store) {
		s.AddRoot(emsim.HierarchyRoot{ID: root, UniqueID: "X", Name: "new", HostType: "ESXi"})
		s.AddObject("urn:VMware:Vm:"+root+".1", "one")
		s.RemoveObject(emsim.VM01Ref)
	})
	f.get("/lookup?host=urn:veeam:HierarchyRoot:"+root+"&name=one&type=Vm").
		want(t, http.StatusOK, "<ObjectName>one</ObjectName>")
	f.get("/lookup?hierarchyRef="+emsim.VM01Ref).equals(t, "<HierarchyItems "+ns+" />")
}

func TestSnapshot_IsACopyWithoutDeletedScopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{RemovingDelay: time.Hour, ScopeDelay: time.Minute})
		account := f.create(noVMsBut(item(emsim.VMWeb01Ref, "web01"), item(emsim.VM01Ref, "VM01")))
		before := f.Snapshot()
		time.Sleep(time.Minute)
		f.delete(account+"/scopes/"+f.scopes(account)[0].id()).want(t, http.StatusNoContent)
		f.post(account+"/roles", roleSpec(emsim.RoleUID(emsim.RolePortalUser))).want(t, http.StatusCreated)
		after := f.Snapshot()
		if got := before[1]; len(got.Scopes) != 2 || len(got.Roles) != 1 || got.Scopes[0].Ref != emsim.VMWeb01Ref {
			t.Errorf("the earlier snapshot changed to %+v", got)
		}
		want := emsim.AccountSnapshot{
			Type: "User", Name: `TECH\fox`, Roles: []string{emsim.RolePortalUser, emsim.RoleFileRestoreOperator},
			Scopes: []emsim.ScopeSnapshot{{Ref: emsim.VM01Ref, Name: "VM01"}},
		}
		if got := emsim.WithoutIDs(after)[1]; !reflect.DeepEqual(got, want) {
			t.Errorf("snapshot\n%+v\nwant\n%+v", got, want)
		}
		if after[1].ID == "" {
			t.Error("WithoutIDs changed its argument")
		}
	})
}

func TestHostName_IsUsedInHrefs(t *testing.T) {
	f := start(t, emsim.Options{HostName: "em.example:1234"})
	f.get("/security/roles").want(t, http.StatusOK, `Href="https://em.example:1234/api/security/roles/`)
}
