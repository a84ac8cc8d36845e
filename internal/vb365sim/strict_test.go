// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

func TestWrites_AreRefusedIfTheSchemaDoesNotHaveThem(t *testing.T) {
	without := func(property string) string { return strings.Replace(operator, property, "", 1) }
	for name, c := range map[string]struct{ version, list, body string }{
		"unknown property":    {"v8", "operators", strings.Replace(operator, `"type"`, `"Type"`, 1)},
		"links":               {"v8", "operators", strings.Replace(operator, `{"type"`, `{"_links":{},"type"`, 1)},
		"no display name":     {"v8", "operators", without(`"displayName":"Restore Operator",`)},
		"no type":             {"v8", "operators", without(`"type":"User",`)},
		"type of directory":   {"v8", "operators", strings.Replace(operator, `,"type":"User"`, `,"type":"Shared"`, 1)},
		"SID in v6":           {"v6", "operators", strings.Replace(operator, `"name"`, `"onPremisesSid":"S-1","name"`, 1)},
		"team in v6":          {"v6", "selectedItems", team},
		"team as operator":    {"v7", "operators", team},
		"site as operator":    {"v6", "operators", site},
		"team's description":  {"v8", "selectedItems", strings.Replace(team, `,"description":""`, "", 1)},
		"team ID":             {"v8", "selectedItems", strings.ReplaceAll(team, vb365sim.SalesTeamID, "1")},
		"null name in v7":     {"v7", "operators", strings.ReplaceAll(group, `"`+vb365sim.ABCGroupName+`"`, "null")},
		"number":              {"v8", "operators", strings.ReplaceAll(operator, `"Restore Operator"`, "1")},
		"text for a boolean":  {"v8", "excludedItems", strings.ReplaceAll(site, `"isCloud":true`, `"isCloud":"true"`)},
		"object of two types": {"v8", "excludedItems", strings.Replace(site, `{"type"`, `{"user":null,"type"`, 1)},
		"other object":        {"v8", "excludedItems", strings.Replace(site, `"type":"Site"`, `"type":"User"`, 1)},
	} {
		f := start(t, c.version, vb365sim.Options{})
		role := f.create(specific("a", user3))
		before := f.Snapshot()
		a := f.unchecked(http.MethodPost, role+"/"+c.list, "["+c.body+"]")
		b := f.unchecked(http.MethodPut, role, `{"`+c.list+`":[`+c.body+`]}`)
		if a.status != http.StatusBadRequest || b.status != http.StatusBadRequest {
			t.Errorf("%s: POST responds with %d, PUT with %d", name, a.status, b.status)
		}
		if got := f.Snapshot(); !reflect.DeepEqual(got, before) {
			t.Errorf("%s: refused, but the role is %+v", name, got)
		}
	}
}

func TestWrites_AreRefusedIfTheirBodyIsNotTheDocument(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	role := f.create(entire("a"))
	for name, c := range map[string]struct{ method, path, body string }{
		"form":            {http.MethodPut, role, "name=b"},
		"nothing":         {http.MethodPut, role, ""},
		"two documents":   {http.MethodPut, role, `{}{}`},
		"half a document": {http.MethodPut, role, `{"name":`},
		"array":           {http.MethodPut, role, `[]`},
		"object":          {http.MethodPost, role + "/operators", operator},
		"role type":       {http.MethodPut, role, `{"roleType":"Everything"}`},
		"links":           {http.MethodPut, role, `{"_links":{}}`},
		"no IDs":          {http.MethodDelete, role + "/operators?ids=", ""},
		"unknown query":   {http.MethodGet, role + "?expand=operators", ""},
		"body of logout":  {http.MethodPost, "/token/logout", `{}`},
	} {
		if a := f.unchecked(c.method, c.path, c.body); a.status != http.StatusBadRequest {
			t.Errorf("%s: response %d %s", name, a.status, a.body)
		}
	}
}

func TestWrites_TakeWhatTheSchemaLeavesOpen(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	role := f.create(entire("a"))
	f.put(role, `{"id":null,"roleType":null,"organizationId":"`+vb365sim.HybridOrganizationID+`"}`).
		want(t, http.StatusNoContent)
	f.post(role+"/excludedItems", "["+strings.ReplaceAll(group, `"`+vb365sim.ABCGroupName+`"`, "null")+"]").
		want(t, http.StatusNoContent)
	got := f.Snapshot()[0]
	if got.OrganizationID != vb365sim.OrganizationID || got.RoleType != "EntireOrganization" || got.ExcludedItems == nil {
		t.Errorf("role %+v", got)
	}
	f.version = "v7"
	nested, _ := f.get(role + "/excludedItems").list()[0]["group"].(map[string]any)
	if nested["name"] != "" {
		t.Errorf("v7 shows the name %v", nested["name"])
	}
}

func TestSnapshot_IsIndependent(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	f.create(entire("a"))
	before := f.Snapshot()
	f.Mutate(func(s *vb365sim.Store) {
		role := s.FindRole(vb365sim.OrganizationID, "a")
		group := s.Organization(vb365sim.OrganizationID).Find("Group", vb365sim.ABCGroupName)
		s.AddObject(role, vb365sim.ExcludedItems, group)
		role.RemoveEntry(vb365sim.Operators, role.Entries(vb365sim.Operators)[0].ID)
	})
	if len(before[0].Operators) != 1 || before[0].ExcludedItems != nil {
		t.Errorf("the snapshot became %+v", before)
	}
	if got := f.Snapshot()[0]; got.Operators != nil || len(got.ExcludedItems) != 1 {
		t.Errorf("role %+v", got)
	}
	f.Mutate(func(s *vb365sim.Store) { s.RemoveOrganization(vb365sim.OrganizationID) })
	if got := f.Snapshot(); len(got) != 0 {
		t.Errorf("roles %+v", got)
	}
}

func TestSnapshot_IsSortedAndCanGoWithoutIDs(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	f.create(specific("b", site, user3, group))
	f.create(entire("a"))
	hybrid := strings.ReplaceAll(entire("c"), vb365sim.RestoreOperatorID, vb365sim.HybridUserID)
	f.post("/Organizations/"+vb365sim.HybridOrganizationID+"/RbacRoles", hybrid).want(t, http.StatusCreated)
	before, names := f.Snapshot(), ""
	for _, role := range before {
		names += role.Name
	}
	if names != "cab" {
		t.Errorf("order %s", names)
	}
	types := ""
	for _, item := range before[2].SelectedItems {
		types += item.Type + " "
	}
	if types != "Group Site User " {
		t.Errorf("order %s", types)
	}
	vb365sim.WithoutIDs(before)
	if before[2].ID == "" || before[2].SelectedItems[0].EntryID == "" {
		t.Error("WithoutIDs changed the snapshot that it got")
	}
}

func TestSnapshot_HasNoEntriesThatAreRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, "v8", vb365sim.Options{RemovingDelay: time.Minute, EntryDelay: time.Minute})
		role := f.create(entire("a", group))
		f.put(role, `{"excludedItems":[]}`).want(t, http.StatusNoContent)
		if got := f.Snapshot()[0]; got.ExcludedItems != nil || len(got.Operators) != 1 {
			t.Errorf("role %+v", got)
		}
		time.Sleep(time.Minute)
		f.Mutate(func(s *vb365sim.Store) {
			if got := len(s.Roles()[0].Entries(vb365sim.ExcludedItems)); got != 0 {
				t.Errorf("%d entries", got)
			}
		})
	})
}

func TestStore_ReportsWhetherItHasFoundSomething(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	f.create(entire("a", group))
	f.Mutate(func(s *vb365sim.Store) {
		role := s.FindRole(vb365sim.OrganizationID, "a")
		abc := s.Organization(strings.ToUpper(vb365sim.OrganizationID))
		user := abc.Find("User", strings.ToUpper(vb365sim.User3Name))
		const excluded = vb365sim.ExcludedItems
		entry := role.Entries(excluded)[0].ID
		found := map[string][2]bool{
			"role":         {s.Role(strings.ToUpper(role.ID)) == role, s.Role("unknown") == nil},
			"role by name": {role != nil, s.FindRole(vb365sim.HybridOrganizationID, "a") == nil},
			"object":       {user.ID == vb365sim.User3ID, abc.Find("Group", vb365sim.User3Name) == nil},
			"entry":        {role.RemoveEntry(excluded, entry), !role.RemoveEntry(excluded, entry)},
			"removed user": {abc.Remove("User", vb365sim.User3ID), !abc.Remove("User", vb365sim.User3ID)},
			"removed role": {s.RemoveRole(role.ID), !s.RemoveRole(role.ID)},
			"organization": {s.RemoveOrganization(abc.ID), !s.RemoveOrganization(abc.ID)},
		}
		for what, is := range found {
			if !is[0] || !is[1] {
				t.Errorf("%s: %v", what, is)
			}
		}
		added := s.AddOrganization(vb365sim.Organization{Name: "new"})
		if s.Organization(added.ID) != added || s.Organization(vb365sim.HybridOrganizationID) == nil {
			t.Errorf("organization %+v", added)
		}
	})
}

func TestSeeds_HaveIDsAsInTheProduct(t *testing.T) {
	f := start(t, "v8", vb365sim.Options{})
	f.Mutate(func(s *vb365sim.Store) {
		seen := map[string]bool{}
		for _, id := range []string{vb365sim.OrganizationID, vb365sim.HybridOrganizationID, vb365sim.OnPremOrganizationID} {
			organization := s.Organization(id)
			for _, o := range organization.Objects {
				want := 72
				if o.Type == "Team" {
					want = 36
				}
				if len(o.ID) != want || seen[o.ID] {
					t.Errorf("%s: %s %s is not unique or has not %d characters", organization.Name, o.Type, o.ID, want)
				}
				seen[o.ID] = true
				cloudOnly := strings.HasSuffix(o.ID, "-000000000000") || o.Type == "Site" || o.Type == "Team"
				if strings.HasPrefix(o.ID, "00000000-") != (o.Location == "OnPremises") {
					t.Errorf("%s: %s is at the location %s", organization.Name, o.ID, o.Location)
				}
				if cloudOnly != (o.Location == "Cloud") || cloudOnly != (o.OnPremisesSID == "") {
					t.Errorf("%s: %+v", organization.Name, o)
				}
			}
		}
	})
}
