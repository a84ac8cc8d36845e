// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// addRole adds a role with objects of every type to the server, outside Terraform, and returns its ID.
func addRole(vb *acctest.VB365, name string) (id string) {
	vb.Mutate(func(s *vb365sim.Store) {
		o := s.Organization(cloud)
		r := s.AddRole(vb365sim.Role{OrganizationID: cloud, Name: name, RoleType: "SpecificObjects", Description: "manual"})
		id = r.ID
		for _, e := range []struct {
			list     vb365sim.List
			kind, id string
		}{
			{vb365sim.Operators, "User", vb365sim.RestoreOperatorID},
			{vb365sim.Operators, "Group", vb365sim.NamelessGroupID},
			{vb365sim.SelectedItems, "User", vb365sim.User3ID},
			{vb365sim.SelectedItems, "Team", vb365sim.SalesTeamID},
			{vb365sim.ExcludedItems, "Site", vb365sim.ABCSiteID},
		} {
			s.AddObject(r, e.list, o.Object(e.kind, e.id))
		}
	})
	return id
}

// imported returns the block that says what addRole adds, by name or by ID.
func imported(ids bool) tfrun.Block {
	b := role(map[string]any{
		"description": "manual", "operators": list(operator, namelessID), "selected_items": list(user3, team),
		"excluded_items": list(site),
	})
	if ids {
		b.Attributes["operators"] = list(operatorID, namelessID)
		b.Attributes["selected_items"] = list(user3ID, byID("Team", vb365sim.SalesTeamID))
		b.Attributes["excluded_items"] = list(siteID)
	}
	return b
}

func TestImport_PlansNothingByIDOrByName(t *testing.T) {
	for version, options := range map[string]vb365sim.Options{
		"v8": {}, "v7": {Versions: []string{"v7"}}, "upper case": {IDCase: vb365sim.CaseUpper},
		"group names omitted": {Versions: []string{"v7"}, OmitGroupNames: true},
	} {
		for _, ids := range []bool{false, true} {
			for form, id := range map[string]func(id string) string{
				"ID":              func(id string) string { return id },
				"upper case":      strings.ToUpper,
				"name":            func(string) string { return "ABC.onmicrosoft.com/Helpdesk" },
				"organization ID": func(string) string { return strings.ToUpper(cloud) + "/Helpdesk" },
				"identity":        func(string) string { return "" },
			} {
				t.Run(version+" "+form, func(t *testing.T) {
					bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
						role := addRole(vb, "Helpdesk")
						if out := w.Import(imported(ids), id(role), map[string]any{"id": role}); len(out.Errors)+len(out.Warnings) > 0 {
							t.Fatalf("%+v", out)
						}
						unchanged(t, w, imported(ids))
						unchanged(t, w, imported(!ids))
						sent(t, vb)
						w.MustApply(described(imported(ids)))
					})
				})
			}
		}
	}
}

// described changes the description of a block.
func described(b tfrun.Block) tfrun.Block {
	b.Attributes["description"] = "d"
	return b
}

func TestImport_OfARoleWhoseNameBreaksARuleIsLegal(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		id := addRole(vb, " Help/desk ")
		block := imported(false)
		block.Attributes["name"] = " Help/desk "
		if out := w.Import(block, "abc.onmicrosoft.com/ Help/desk ", nil); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		if got := w.Attributes(address)["id"]; got != id {
			t.Errorf("imported %v, want %s", got, id)
		}
		unchanged(t, w, block)
		w.MustApply(described(block))
		block.Attributes["name"] = " Other"
		vb.ResetJournal()
		refused(t, vb, w.Plan(block), "The name has white space around it")
	})
}

func TestImport_FailsWithCandidates(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		id, twin := addRole(vb, "Helpdesk"), addRole(vb, "Helpdesk")
		vb.Mutate(func(s *vb365sim.Store) {
			for range 2 {
				s.AddOrganization(vb365sim.Organization{Name: "Twin", Type: "Office365"})
			}
		})
		for given, want := range map[string][]string{
			"garbage": {
				"Not an import ID of a restore operator role", `"garbage"`, "abc.onmicrosoft.com/Helpdesk",
			},
			"/Helpdesk":                    {"Not an import ID"},
			"abc.onmicrosoft.com/":         {"Not an import ID"},
			"abc.onmicrosoft.com/other":    {"no such restore operator role", `"other"`, id, twin},
			"abc.onmicrosoft.com/helpdesk": {"no such restore operator role", "Names must match exactly", id},
			"abc.onmicrosoft.com/Helpdesk": {
				"Several restore operator roles match", "2 restore operator roles", id, twin,
			},
			"abd.onmicrosoft.com/Helpdesk": {
				"no such organization", "abd.onmicrosoft.com", "abc.onmicrosoft.com (id " + cloud,
			},
			"twin/Helpdesk": {"Several organizations match", "2 organizations", "Twin (id "},
			"00000000-0000-4000-8000-000000000000/Helpdesk": {"no such organization"},
			"00000000-0000-4000-8000-000000000000":          {"Cannot import non-existent remote object"},
		} {
			out := w.Import(imported(false), given, nil)
			if len(out.Errors) != 1 {
				t.Errorf("%s: %q", given, out.Errors)
				continue
			}
			says(t, out.Errors[0], want...)
		}
		if got := w.Addresses(); len(got) > 0 {
			t.Errorf("imported %v", got)
		}
		sent(t, vb)
	})
}

// reads returns the number of requests that read something since the last call.
func reads(vb *acctest.VB365) int {
	all := slices.DeleteFunc(vb.Journal(), func(r vb365sim.Request) bool { return r.Method != "GET" })
	vb.ResetJournal()
	return len(all)
}

func TestList_FindsRolesAndGeneratesConfigurationsThatPlanNothing(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, _ *tfrun.Workspace) {
		ids := map[string]string{}
		for _, name := range []string{"Helpdesk", "Help 2", " odd "} {
			ids[name] = addRole(vb, name)
		}
		vb.Mutate(func(s *vb365sim.Store) {
			o := s.Organization(vb365sim.HybridOrganizationID)
			r := s.AddRole(vb365sim.Role{OrganizationID: o.ID, Name: "Help hybrid", RoleType: "EntireOrganization"})
			s.AddObject(r, vb365sim.Operators, o.Objects[0])
			s.AddOdd(r, vb365sim.ExcludedItems, odd)
		})
		p := vb.Protocol()
		vb.ResetJournal()
		for _, r := range p.ListAll(tfrun.ListCall{Type: resourceType, IncludeResource: true, Limit: 1}) {
			if len(r.Diagnostics) > 0 {
				t.Error(r.Diagnostics)
			}
		}
		if got := reads(vb); got != 4 {
			t.Errorf("the first of four roles costs %d requests, want 4", got)
		}
		for _, c := range []struct {
			config map[string]any
			limit  int64
			want   []string
		}{
			{nil, 0, []string{"Helpdesk", "Help 2", " odd ", "Help hybrid"}},
			{map[string]any{"organization_id": strings.ToUpper(cloud)}, 0, []string{"Helpdesk", "Help 2", " odd "}},
			{map[string]any{"name_regex": "^Help"}, 2, []string{"Helpdesk", "Help 2"}},
			{map[string]any{"name_regex": "(?i)HYBRID$"}, 0, []string{"Help hybrid"}},
		} {
			var names []string
			for _, r := range p.ListAll(tfrun.ListCall{Type: resourceType, Config: c.config, Limit: c.limit}) {
				names = append(names, r.DisplayName)
				if len(r.Diagnostics) > 0 || r.Resource != nil || r.Identity["id"] == nil {
					t.Errorf("%+v", r)
				}
			}
			if got := reads(vb); !slices.Equal(names, c.want) || got != 1 {
				t.Errorf("%v: %q in %d requests, want %q in one", c.config, names, got, c.want)
			}
		}
		vb.ResetJournal()
		for _, r := range p.ListAll(tfrun.ListCall{Type: resourceType, IncludeResource: true}) {
			if len(r.Diagnostics) > 0 {
				t.Fatal(r.Diagnostics)
			}
			b := tfrun.Block{Type: resourceType, Name: "test", Attributes: p.Generated(resourceType, r.Resource)}
			w := vb.NewWorkspace()
			if out := w.Import(b, "", r.Identity); len(out.Errors) > 0 {
				t.Fatal(out.Errors)
			}
			if !same(w.Attributes(address), r.Resource) {
				t.Errorf("listed %v, imported %v", r.Resource, w.Attributes(address))
			}
			if out := w.Plan(b); len(out.Changes)+len(out.Errors)+len(out.Drift) > 0 {
				t.Errorf("%s: %+v", r.DisplayName, out)
			}
		}
		sent(t, vb)
	})
}

func TestList_ReportsWhatCannotBeRead(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, _ *tfrun.Workspace) {
		first, second := addRole(vb, "First"), addRole(vb, "Second")
		p := vb.Protocol()
		for _, c := range []struct {
			fault  vb365sim.Fault
			config map[string]any
			want   []string
		}{
			{
				vb365sim.Fault{PathPattern: "/v8/RbacRoles", Status: 500}, nil, []string{
					"Could not list the restore operator roles",
				},
			},
			{
				vb365sim.Fault{Kind: 0, PathPattern: "/v8/nothing"},
				map[string]any{"organization_id": "00000000-0000-4000-8000-000000000000"},
				[]string{"no such organization"},
			},
			{
				vb365sim.Fault{PathPattern: "/v8/RbacRoles/" + second + "/operators", Status: 500},
				nil,
				[]string{"Could not read the restore operator role Second; the list ends here"},
			},
		} {
			vb.ClearFaults()
			vb.Inject(c.fault)
			all := p.ListAll(tfrun.ListCall{Type: resourceType, Config: c.config, IncludeResource: true})
			last := all[len(all)-1]
			if len(last.Diagnostics) != 1 {
				t.Fatalf("%+v", last)
			}
			says(t, last.Diagnostics[0], c.want...)
		}
		vb.ClearFaults()
		deleted := make(chan struct{})
		vb.Inject(vb365sim.Fault{
			PathPattern: "/v8/RbacRoles/" + second + "/*", Kind: simkit.FaultHoldBeforeCommit, Release: deleted,
		})
		for r := range p.List(t.Context(), tfrun.ListCall{Type: resourceType, IncludeResource: true}) {
			if r.Identity["id"] != first {
				t.Errorf("a deleted role is listed: %+v", r)
			}
			vb.Mutate(func(s *vb365sim.Store) { s.RemoveRole(second) })
			close(deleted)
		}
	})
}
