// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const (
	oneRole, allRoles = "veeam_vb365_restore_operator_role", "veeam_vb365_restore_operator_roles"

	helpdeskID = "5b7b13ba-a04e-4e05-8eab-0084ae5410a0"
	everyoneID = "97edf1c9-74a1-480d-8b60-29b9ef331bd9"
	hybridID   = "0c8d1f4e-6a2b-4c3d-9e5f-7a8b9c0d1e2f"
)

var dataVersions = []string{"v6", "v7", "v8"}

// withRoles starts a server with three roles. Two have the same name in different organizations.
func withRoles(t *testing.T, options vb365sim.Options) *acctest.VB365 {
	t.Helper()
	vb := acctest.StartVB365(t, options)
	vb.Mutate(func(s *vb365sim.Store) {
		o := s.Organization(vb365sim.OrganizationID)
		helpdesk := s.AddRole(vb365sim.Role{
			ID: helpdeskID, OrganizationID: o.ID, Name: "Helpdesk", Description: "Restores", RoleType: "SpecificObjects",
		})
		s.AddObject(helpdesk, vb365sim.Operators, o.Object("User", vb365sim.RestoreOperatorID))
		s.AddObject(helpdesk, vb365sim.Operators, o.Object("Group", vb365sim.NamelessGroupID))
		s.AddObject(helpdesk, vb365sim.SelectedItems, o.Object("Site", vb365sim.BoardSiteID))
		s.AddObject(helpdesk, vb365sim.SelectedItems, o.Object("User", vb365sim.User3ID))
		s.AddObject(helpdesk, vb365sim.SelectedItems, o.Object("Team", vb365sim.SalesTeamID))
		s.AddOdd(helpdesk, vb365sim.SelectedItems, "PersonalSites")
		s.AddObject(helpdesk, vb365sim.ExcludedItems, o.Object("Group", vb365sim.ExcludedGroupID))
		everyone := s.AddRole(vb365sim.Role{
			ID: everyoneID, OrganizationID: o.ID, Name: "Everyone", RoleType: "EntireOrganization",
		})
		s.AddObject(everyone, vb365sim.Operators, o.Object("User", vb365sim.AdminID))
		s.AddObject(everyone, vb365sim.SelectedItems, o.Object("User", vb365sim.User3ID)) // left over; has no effect
		other := s.Organization(vb365sim.HybridOrganizationID)
		hybrid := s.AddRole(vb365sim.Role{
			ID: hybridID, OrganizationID: other.ID, Name: "Helpdesk", RoleType: "EntireOrganization",
		})
		s.AddObject(hybrid, vb365sim.Operators, other.Object("User", vb365sim.HybridUserID))
	})
	return vb
}

// saysOne checks that there is one error, and that it contains the words.
func saysOne(t *testing.T, got []string, words ...string) {
	t.Helper()
	if len(got) != 1 || !strings.HasPrefix(got[0], "error: ") {
		t.Fatalf("says %q, want one error", got)
	}
	for _, word := range words {
		if !strings.Contains(got[0], word) {
			t.Errorf("does not say %q: %s", word, got[0])
		}
	}
}

func entry(kind, id, name, displayName string) map[string]any {
	return map[string]any{"type": kind, "id": id, "name": name, "display_name": displayName}
}

// helpdesk is the role as the data source returns it, without the IDs of the entries.
func helpdesk(version string) map[string]any {
	sales := entry("Team", vb365sim.SalesTeamID, vb365sim.SalesTeamMail, "Sales")
	if version == "v6" {
		sales = entry("Team", "", "", "")
	}
	return map[string]any{
		"id": helpdeskID, "organization_id": vb365sim.OrganizationID, "name": "Helpdesk", "description": "Restores",
		"role_type": "SpecificObjects",
		"operators": []any{
			entry("Group", vb365sim.NamelessGroupID, "", vb365sim.NamelessDisplayName),
			entry("User", vb365sim.RestoreOperatorID, vb365sim.RestoreOperatorName, "Restore Operator"),
		},
		"selected_items": []any{
			entry("PersonalSites", "", "", ""),
			entry("Site", vb365sim.BoardSiteID, vb365sim.BoardSiteURL, "Board"),
			sales,
			entry("User", vb365sim.User3ID, vb365sim.User3Name, "User3"),
		},
		"excluded_items": []any{entry("Group", vb365sim.ExcludedGroupID, vb365sim.ExcludedGroupName, "Excluded Objects")},
	}
}

// takeEntryIDs removes the entry IDs from the lists of a role and returns them.
func takeEntryIDs(role map[string]any) (ids []string) {
	for _, name := range []string{"operators", "selected_items", "excluded_items"} {
		list, _ := role[name].([]any)
		for _, e := range list {
			of, _ := e.(map[string]any)
			id, _ := of["entry_id"].(string)
			ids = append(ids, id)
			delete(of, "entry_id")
		}
	}
	return ids
}

func TestRoleData_IsFoundByIDOrNameWithItsListsSorted(t *testing.T) {
	for _, version := range dataVersions {
		vb := withRoles(t, vb365sim.Options{Versions: []string{version}, ListOrder: simkit.ListShuffled})
		p := vb.Protocol()
		var entryIDs []string
		for _, list := range []vb365sim.List{vb365sim.Operators, vb365sim.SelectedItems, vb365sim.ExcludedItems} {
			vb.Mutate(func(s *vb365sim.Store) {
				for _, e := range s.Role(helpdeskID).Entries(list) {
					entryIDs = append(entryIDs, e.ID)
				}
			})
		}
		for _, config := range []map[string]any{
			{"id": helpdeskID},
			{"id": strings.ToUpper(helpdeskID)},
			{"name": "Helpdesk", "organization_id": vb365sim.OrganizationID},
			{"name": "Helpdesk", "organization_id": strings.ToUpper(vb365sim.OrganizationID)},
		} {
			vb.ResetJournal()
			got, said := p.ReadData(oneRole, config)
			ids := takeEntryIDs(got)
			want := helpdesk(version)
			for key, value := range config {
				want[key] = value
			}
			if len(said) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %v: got %v, %q, want %v", version, config, got, said, want)
			}
			if slices.Sort(ids); !slices.Equal(ids, slices.Sorted(slices.Values(entryIDs))) {
				t.Errorf("%s: entry IDs %q, want %q", version, ids, entryIDs)
			}
			if reads := vb.Journal(); len(vb.Writes()) > 0 || len(reads) > 5 { // with the logon
				t.Errorf("%s: one data source sent %v", version, reads)
			}
		}
	}
}

func TestRoleData_OneOrganizationHasTheName(t *testing.T) {
	p := withRoles(t, vb365sim.Options{}).Protocol()
	got, said := p.ReadData(oneRole, map[string]any{"name": "Everyone"})
	if len(said) > 0 || got["id"] != everyoneID || got["organization_id"] != vb365sim.OrganizationID {
		t.Errorf("%v, %q", got, said)
	}
}

func TestRoleData_ARoleForTheEntireOrganizationHasNoSelectedItems(t *testing.T) {
	vb := withRoles(t, vb365sim.Options{})
	got, said := vb.Protocol().ReadData(oneRole, map[string]any{"id": everyoneID})
	takeEntryIDs(got)
	want := map[string]any{
		"id": everyoneID, "organization_id": vb365sim.OrganizationID, "name": "Everyone", "description": "",
		"role_type": "EntireOrganization", "selected_items": []any{}, "excluded_items": []any{},
		"operators": []any{entry("User", vb365sim.AdminID, vb365sim.AdminName, "Administrator")},
	}
	if len(said) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %q, want %v", got, said, want)
	}
}

func TestRoleData_EntriesWhoseObjectIsGoneAreListedWithTheirTypeAndEntryID(t *testing.T) {
	vb := withRoles(t, vb365sim.Options{DeletedObjects: vb365sim.DeletedObjectsBare})
	vb.Mutate(func(s *vb365sim.Store) {
		s.Organization(vb365sim.OrganizationID).Remove("Group", vb365sim.ExcludedGroupID)
	})
	got, said := vb.Protocol().ReadData(oneRole, map[string]any{"id": helpdeskID})
	if ids := takeEntryIDs(got); slices.Contains(ids, "") {
		t.Errorf("entry IDs %q", ids)
	}
	if want := []any{entry("Group", "", "", "")}; len(said) > 0 || !reflect.DeepEqual(got["excluded_items"], want) {
		t.Errorf("%v, %q, want %v", got["excluded_items"], said, want)
	}
}

func TestRoleData_IDsInAnotherCaseAreThoseOfTheServerExceptForGUIDs(t *testing.T) {
	p := withRoles(t, vb365sim.Options{IDCase: vb365sim.CaseUpper}).Protocol()
	got, said := p.ReadData(oneRole, map[string]any{"name": "Everyone"})
	operators, _ := got["operators"].([]any)
	if len(said) > 0 || got["id"] != everyoneID || got["organization_id"] != vb365sim.OrganizationID ||
		len(operators) != 1 {
		t.Fatalf("%v, %q", got, said)
	}
	if operator, _ := operators[0].(map[string]any); operator["id"] != strings.ToUpper(vb365sim.AdminID) {
		t.Errorf("%v", operator)
	}
}

func TestRoleData_AnErrorNamesTheCandidates(t *testing.T) {
	const unknown = "00000000-0000-0000-0000-00000000000b"
	for _, options := range []vb365sim.Options{{}, {GoneStatus: http.StatusBadRequest, OmitErrorCode: true}} {
		for _, version := range dataVersions {
			options.Versions = []string{version}
			p := withRoles(t, options).Protocol()
			everyone := "\n  - Everyone (id " + everyoneID + ", organization_id " + vb365sim.OrganizationID + ")"
			for _, c := range []struct {
				config map[string]any
				words  []string
			}{
				{map[string]any{"name": "everyone"}, []string{
					"error: The server has no such restore operator role: ",
					`Veeam Backup for Microsoft 365 has no restore operator role with the name "everyone". Names must match ` +
						"exactly, including case. Its roles are:\n" + everyone + "\n",
				}},
				{map[string]any{"name": "Nobody", "organization_id": vb365sim.OrganizationID}, []string{
					"The organization " + vb365sim.OrganizationID + ` has no restore operator role with the name "Nobody"`,
					everyone,
				}},
				{map[string]any{"name": "Helpdesk"}, []string{
					"error: Several restore operator roles match: ", `has 2 restore operator roles with the name "Helpdesk". ` +
						"Set organization_id as well, or set id instead:\n",
					"\n  - Helpdesk (id " + helpdeskID + ", organization_id " + vb365sim.OrganizationID + ")",
					"\n  - Helpdesk (id " + hybridID + ", organization_id " + vb365sim.HybridOrganizationID + ")",
				}},
				{map[string]any{"id": unknown}, []string{
					"The server has no such restore operator role", `no restore operator role with the id "` + unknown + `"`,
					everyone,
				}},
				{map[string]any{"name": "Helpdesk", "organization_id": unknown}, []string{
					"The server has no such organization", "abc.onmicrosoft.com (id " + vb365sim.OrganizationID,
				}},
			} {
				_, said := p.ReadData(oneRole, c.config)
				saysOne(t, said, c.words...)
			}
		}
	}
}

func TestRoleData_TwoRolesOfOneNameInAnOrganizationAreToldApartByID(t *testing.T) {
	vb := withRoles(t, vb365sim.Options{})
	vb.Mutate(func(s *vb365sim.Store) {
		s.AddRole(vb365sim.Role{OrganizationID: vb365sim.OrganizationID, Name: "Helpdesk", RoleType: "SpecificObjects"})
	})
	_, said := vb.Protocol().ReadData(oneRole, map[string]any{
		"name": "Helpdesk", "organization_id": vb365sim.OrganizationID,
	})
	saysOne(t, said, "The organization "+vb365sim.OrganizationID+" has 2 restore operator roles with the name",
		"Set id instead:")
	if strings.Contains(said[0], hybridID) {
		t.Errorf("the role of another organization is a candidate: %s", said[0])
	}
}

func TestRoleData_AServerThatFailsIsAnErrorThatNamesTheRole(t *testing.T) {
	byID := map[string]any{"id": helpdeskID}
	inOrganization := map[string]any{"name": "x", "organization_id": vb365sim.OrganizationID}
	for path, c := range map[string]struct {
		config map[string]any
		want   string
	}{
		"/v8/RbacRoles/**":              {byID, "read the restore operator role " + helpdeskID},
		"/v8/RbacRoles/*/operators":     {byID, "read the lists of the restore operator role Helpdesk"},
		"/v8/RbacRoles":                 {map[string]any{"name": "Everyone"}, "find the restore operator role Everyone"},
		"/v8/Organizations/*/RbacRoles": {inOrganization, "find the restore operator role x"},
	} {
		vb := withRoles(t, vb365sim.Options{})
		vb.Inject(vb365sim.Fault{PathPattern: path, Status: 500})
		_, said := vb.Protocol().ReadData(oneRole, c.config)
		saysOne(t, said, "error: Could not "+c.want+": ", "500")
	}
}

func TestRolesData_ListsTheRolesOfOneOrganizationOrAllSortedByName(t *testing.T) {
	role := func(id, organization, name, description, kind string) any {
		return map[string]any{
			"id": id, "organization_id": organization, "name": name, "description": description, "role_type": kind,
		}
	}
	everyone := role(everyoneID, vb365sim.OrganizationID, "Everyone", "", "EntireOrganization")
	helpdesk := role(helpdeskID, vb365sim.OrganizationID, "Helpdesk", "Restores", "SpecificObjects")
	hybrid := role(hybridID, vb365sim.HybridOrganizationID, "Helpdesk", "", "EntireOrganization")
	for _, version := range dataVersions {
		vb := withRoles(t, vb365sim.Options{Versions: []string{version}, ListOrder: simkit.ListShuffled})
		p := vb.Protocol()
		for _, c := range []struct {
			organization, regex any
			want                []any
		}{
			{nil, nil, []any{everyone, hybrid, helpdesk}},
			{vb365sim.OrganizationID, nil, []any{everyone, helpdesk}},
			{strings.ToUpper(vb365sim.OrganizationID), "desk", []any{helpdesk}},
			{nil, "^help", []any{}},
			{nil, "(?i)^help", []any{hybrid, helpdesk}},
		} {
			config := map[string]any{"organization_id": c.organization, "name_regex": c.regex}
			got, said := p.ReadData(allRoles, config)
			want := map[string]any{"organization_id": c.organization, "name_regex": c.regex, "roles": c.want}
			if len(said) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %v, %q, want %v", version, got, said, want)
			}
		}
		_, said := p.ReadData(allRoles, map[string]any{"organization_id": "00000000-0000-0000-0000-00000000000b"})
		saysOne(t, said, "The server has no such organization")
	}
}

func TestRolesData_AServerThatFailsIsAnError(t *testing.T) {
	vb := withRoles(t, vb365sim.Options{})
	vb.Inject(vb365sim.Fault{PathPattern: "/v8/RbacRoles", Status: 500})
	_, said := vb.Protocol().ReadData(allRoles, nil)
	saysOne(t, said, "error: Could not list the restore operator roles: ", "500")
}

func TestRoleData_TheConfigurationNeedsOneKeyGUIDsAndAnExpression(t *testing.T) {
	vb := acctest.StartVB365(t, vb365sim.Options{})
	p := vb.Protocol()
	for _, config := range []map[string]any{
		{"id": helpdeskID},
		{"name": "x"},
		{"name": "x", "organization_id": vb365sim.OrganizationID},
		{"name": tfrun.Unknown, "organization_id": tfrun.Unknown},
		{"id": tfrun.Unknown},
	} {
		if said := p.ValidateData(oneRole, config); len(said) > 0 {
			t.Errorf("%v: %q", config, said)
		}
	}
	saysOne(t, p.ValidateData(oneRole, nil), "id,name")
	saysOne(t, p.ValidateData(oneRole, map[string]any{"id": helpdeskID, "name": "x"}), "id,name")
	saysOne(t, p.ValidateData(oneRole, map[string]any{
		"id": helpdeskID, "organization_id": vb365sim.OrganizationID,
	}), "id,organization_id")
	saysOne(t, p.ValidateData(oneRole, map[string]any{"id": "x"}), `"x" is not a GUID`)
	saysOne(t, p.ValidateData(oneRole, map[string]any{"name": ""}), "name")
	saysOne(t, p.ValidateData(oneRole, map[string]any{"name": "x", "organization_id": "x"}), `"x" is not a GUID`)
	saysOne(t, p.ValidateData(allRoles, map[string]any{"organization_id": "x"}), `"x" is not a GUID`)
	saysOne(t, p.ValidateData(allRoles, map[string]any{"name_regex": "("}), "Not a regular expression")
	_, said := p.ReadData(allRoles, map[string]any{"name_regex": "("})
	saysOne(t, said, "Not a regular expression")
	if got := vb.Journal(); len(got) > 0 {
		t.Errorf("validating sent %v", got)
	}
}
