// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package organization_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const one, all = "veeam_vb365_organization", "veeam_vb365_organizations"

var versions = []string{"v6", "v7", "v8"}

func cloud() map[string]any {
	return map[string]any{
		"id": vb365sim.OrganizationID, "name": vb365sim.OrganizationName, "office_name": vb365sim.OrganizationName,
		"type": "Office365",
	}
}

func hybrid() map[string]any {
	return map[string]any{
		"id": vb365sim.HybridOrganizationID, "name": vb365sim.HybridOrganizationName,
		"office_name": vb365sim.HybridOrganizationName, "type": "Hybrid",
	}
}

func onPremises() map[string]any {
	return map[string]any{
		"id": vb365sim.OnPremOrganizationID, "name": vb365sim.OnPremOrganizationName, "office_name": nil,
		"type": "OnPremises",
	}
}

// says checks that there is one error, and that it contains the words.
func says(t *testing.T, got []string, words ...string) {
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

func TestOrganization_IsFoundByNameOrIDAndKeepsTheConfiguredSpelling(t *testing.T) {
	for _, version := range versions {
		vb := acctest.StartVB365(t, vb365sim.Options{Versions: []string{version}, MaxPage: 2})
		p := vb.Protocol()
		for _, organization := range []map[string]any{cloud(), hybrid(), onPremises()} {
			for _, key := range []string{"id", "name"} {
				exact, _ := organization[key].(string)
				for _, value := range []string{exact, strings.ToUpper(exact)} {
					organization[key] = value
					got, said := p.ReadData(one, map[string]any{key: value})
					if len(said) > 0 || !reflect.DeepEqual(got, organization) {
						t.Errorf("%s, by %s %q: got %v, %q, want %v", version, key, value, got, said, organization)
					}
				}
				organization[key] = exact
			}
		}
		if reads := vb.Journal(); len(vb.Writes()) > 0 || len(reads) > 3 { // with the logon; v8 has two pages
			t.Errorf("%s: twelve data sources sent %v", version, reads)
		}
	}
}

func TestOrganizations_ListsThoseWhoseNamesMatchSortedByName(t *testing.T) {
	for _, version := range versions {
		p := acctest.StartVB365(t, vb365sim.Options{
			Versions: []string{version}, ListOrder: simkit.ListShuffled,
		}).Protocol()
		for _, c := range []struct {
			regex any
			want  []map[string]any
		}{
			{nil, []map[string]any{cloud(), onPremises(), hybrid()}},
			{"onmicrosoft", []map[string]any{cloud(), hybrid()}},
			{"^ABC", nil},
			{"(?i)^ABC", []map[string]any{cloud()}},
		} {
			ids, list := map[string]any{}, []any{}
			for _, organization := range c.want {
				name, _ := organization["name"].(string)
				ids[name] = organization["id"]
				list = append(list, organization)
			}
			want := map[string]any{"name_regex": c.regex, "organizations": list, "ids": ids}
			got, said := p.ReadData(all, map[string]any{"name_regex": c.regex})
			if len(said) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %v: got %v, %q, want %v", version, c.regex, got, said, want)
			}
		}
	}
}

func TestOrganization_AnErrorNamesTheCandidates(t *testing.T) {
	const twin = "00000000-0000-0000-0000-00000000000b"
	vb := acctest.StartVB365(t, vb365sim.Options{})
	vb.Mutate(func(s *vb365sim.Store) {
		s.AddOrganization(vb365sim.Organization{ID: twin, Name: "TECH.onmicrosoft.com", Type: "Office365"})
	})
	p := vb.Protocol()
	for _, c := range []struct {
		key, value string
		words      []string
	}{
		{"name", "abc", []string{
			"error: The server has no such organization: ",
			`Veeam Backup for Microsoft 365 has no organization with the name "abc". Its organizations are:`,
			"\n\n  - abc.onmicrosoft.com (id " + vb365sim.OrganizationID + ")\n", "\n  - corp.tech.local (id ",
		}},
		{"name", "abc*", []string{`has no organization with the name "abc*"`}},
		{"id", twin[:35] + "c", []string{"The server has no such organization", "\n\n  - TECH.onmicrosoft.com (id " + twin}},
		{"name", vb365sim.HybridOrganizationName, []string{
			"error: Several organizations match: ", "has 2 organizations with the name", "Set id instead:",
			"tech.onmicrosoft.com (id " + vb365sim.HybridOrganizationID, "TECH.onmicrosoft.com (id " + twin,
		}},
	} {
		_, said := p.ReadData(one, map[string]any{c.key: c.value})
		says(t, said, c.words...)
	}
	got, said := p.ReadData(one, map[string]any{"id": twin})
	if len(said) > 0 || got["name"] != "TECH.onmicrosoft.com" {
		t.Errorf("the ID of one of them finds %v, %q", got, said)
	}
}

func TestOrganizations_TwoOfOneNameAreListedAndNotInTheMap(t *testing.T) {
	vb := acctest.StartVB365(t, vb365sim.Options{})
	vb.Mutate(func(s *vb365sim.Store) {
		s.AddOrganization(vb365sim.Organization{Name: vb365sim.OrganizationName, Type: "Office365"})
	})
	got, said := vb.Protocol().ReadData(all, map[string]any{"name_regex": "^abc"})
	list, _ := got["organizations"].([]any)
	if len(said) > 0 || len(list) != 2 || !reflect.DeepEqual(got["ids"], map[string]any{}) {
		t.Errorf("%v, %q", got, said)
	}
}

func TestOrganizations_AServerThatFailsIsAnError(t *testing.T) {
	vb := acctest.StartVB365(t, vb365sim.Options{})
	vb.Inject(vb365sim.Fault{PathPattern: "/v8/Organizations", Status: 500})
	p := vb.Protocol()
	_, said := p.ReadData(all, nil)
	says(t, said, "error: Could not list the organizations: ", "500")
	_, said = p.ReadData(one, map[string]any{"name": "abc"})
	says(t, said, "error: Could not list the organizations: ", "500")
}

func TestOrganization_TheConfigurationNeedsOneKeyAGUIDAndAnExpression(t *testing.T) {
	vb := acctest.StartVB365(t, vb365sim.Options{})
	p := vb.Protocol()
	for _, config := range []map[string]any{
		{"name": "x"}, {"id": vb365sim.OrganizationID}, {"name": tfrun.Unknown}, {"id": tfrun.Unknown},
	} {
		if said := p.ValidateData(one, config); len(said) > 0 {
			t.Errorf("%v: %q", config, said)
		}
	}
	says(t, p.ValidateData(one, nil), "name,id")
	says(t, p.ValidateData(one, map[string]any{"name": "x", "id": vb365sim.OrganizationID}), "name,id")
	says(t, p.ValidateData(one, map[string]any{"name": ""}), "name")
	says(t, p.ValidateData(one, map[string]any{"id": "abc"}), `"abc" is not a GUID`)
	says(t, p.ValidateData(all, map[string]any{"name_regex": "("}), "Not a regular expression")
	_, said := p.ReadData(all, map[string]any{"name_regex": "("})
	says(t, said, "Not a regular expression")
	for _, regex := range []any{nil, tfrun.Unknown, "^a"} {
		if said := p.ValidateData(all, map[string]any{"name_regex": regex}); len(said) > 0 {
			t.Errorf("%v: %q", regex, said)
		}
	}
	if got := vb.Journal(); len(got) > 0 {
		t.Errorf("validating sent %v", got)
	}
}
