// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// rename gives an object of the directory another name.
func rename(vb *acctest.VB365, kind, id, name string) {
	vb.Mutate(func(s *vb365sim.Store) { s.Organization(cloud).Object(kind, id).Name = name })
}

// addEntry adds an object to a list of the role named Helpdesk, outside Terraform.
func addEntry(vb *acctest.VB365, l vb365sim.List, kind, id string) {
	vb.Mutate(func(s *vb365sim.Store) {
		s.AddObject(s.FindRole(cloud, "Helpdesk"), l, s.Organization(cloud).Object(kind, id))
	})
}

// removeEntry removes an object from a list of the role named Helpdesk, outside Terraform.
func removeEntry(vb *acctest.VB365, l vb365sim.List, objectID string) {
	vb.Mutate(func(s *vb365sim.Store) {
		r := s.FindRole(cloud, "Helpdesk")
		for _, e := range r.Entries(l) {
			if e.ObjectID == objectID {
				r.RemoveEntry(l, e.ID)
			}
		}
	})
}

func TestRefresh_CostsAtMostFourRequests(t *testing.T) {
	for name, c := range map[string]struct {
		block tfrun.Block
		want  int
	}{"specific": {role(nil), 4}, "whole": {whole(nil), 3}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				w.MustApply(c.block)
				vb.ResetJournal()
				unchanged(t, w, c.block)
				var got []string
				for _, r := range vb.Journal() {
					if !strings.Contains(r.Path, "/token") {
						got = append(got, r.Method+" "+r.Path)
					}
				}
				if len(got) != c.want {
					t.Errorf("a plan without changes sends %q, want %d requests", got, c.want)
				}
			})
		})
	}
}

func TestRefresh_ARenamedObjectIsNoChangeAndIsNamedInOneWarning(t *testing.T) {
	bubble(t, vb365sim.Options{NamesFollowRename: true}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		block := role(map[string]any{"excluded_items": list(site, team)})
		w.MustApply(block)
		vb.ResetJournal()
		before := w.Attributes(address)
		rename(vb, "User", vb365sim.User3ID, "fox@abc.onmicrosoft.com")
		rename(vb, "Site", vb365sim.ABCSiteID, "https://abc.sharepoint.com/sites/new")
		rename(vb, "Team", vb365sim.SalesTeamID, "sold@abc.onmicrosoft.com")
		rename(vb, "Group", vb365sim.ABCGroupID, "")
		vb.Mutate(func(s *vb365sim.Store) { // somebody else gets the old name
			s.Organization(cloud).Add(vb365sim.Object{Type: "User", ID: "other", Name: vb365sim.User3Name, Kind: "User"})
		})
		want := "warning: Objects in the restore operator role Helpdesk have been renamed: The references keep standing " +
			"for the same objects, and nothing changes. You can write the new names, or the IDs, in the configuration:\n\n" +
			"  - selected_items: Group abc1@abc.onmicrosoft.com no longer has a name (id " + vb365sim.ABCGroupID + ")\n" +
			"  - selected_items: User user3@abc.onmicrosoft.com is now fox@abc.onmicrosoft.com (id " + vb365sim.User3ID + ")\n" +
			"  - excluded_items: Site " + vb365sim.ABCSiteURL + " is now https://abc.sharepoint.com/sites/new (id " +
			vb365sim.ABCSiteID + ")\n" +
			"  - excluded_items: Team sales@abc.onmicrosoft.com is now sold@abc.onmicrosoft.com (id " +
			vb365sim.SalesTeamID + ")"
		for range 2 {
			out := w.Apply(block)
			if len(out.Changes)+len(out.Errors)+len(out.Drift) > 0 || !slices.Equal(out.Warnings, []string{want}) {
				t.Fatalf("%+v\nwant %s", out, want)
			}
		}
		// Other changes keep the object that was granted.
		out := w.Apply(role(map[string]any{"excluded_items": list(site, team), "description": "d"}))
		if len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		sent(t, vb, "PUT /v8/RbacRoles/ID")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, []string{aSite, aTeam})
		after := w.Attributes(address)
		if !same(after["selected_items"], before["selected_items"]) {
			t.Errorf("the state has %v", after["selected_items"])
		}
		// A configuration with the new names plans nothing.
		out = w.Plan(role(map[string]any{
			"excluded_items": list(byName("Site", "https://abc.sharepoint.com/sites/new"),
				byName("Team", "sold@abc.onmicrosoft.com")),
			"selected_items": list(byName("User", "fox@abc.onmicrosoft.com"), byID("Group", vb365sim.ABCGroupID)),
			"description":    "d",
		}))
		if len(out.Changes)+len(out.Errors) > 0 {
			t.Errorf("%+v", out)
		}
		sent(t, vb)
	})
}

func TestRefresh_ARoleWhoseEntriesKeepOldNamesIsNotGivenToSomebodyElse(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		vb.ResetJournal()
		rename(vb, "User", vb365sim.User3ID, "fox@abc.onmicrosoft.com")
		vb.Mutate(func(s *vb365sim.Store) {
			s.Organization(cloud).Add(vb365sim.Object{Type: "User", ID: "other", Name: vb365sim.User3Name, Kind: "User"})
		})
		unchanged(t, w, role(nil))
		// The new name is looked up, and stands for the entry.
		unchanged(t, w, role(map[string]any{"selected_items": list(abc, byName("User", "fox@abc.onmicrosoft.com"))}))
		w.MustApply(role(map[string]any{"description": "d"}))
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, nil)
	})
}

func TestRefresh_AnApplyRecordsWhichObjectsTheNamesStandFor(t *testing.T) {
	bubble(t, vb365sim.Options{NamesFollowRename: true}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		renamed := func(b tfrun.Block, names string) {
			t.Helper()
			out := w.Plan(b)
			if len(out.Changes)+len(out.Errors) > 0 || len(out.Warnings) != 1 {
				t.Fatalf("%+v", out)
			}
			says(t, out.Warnings[0], names)
		}
		apply := func(b tfrun.Block) {
			t.Helper()
			if out := w.Apply(b); len(out.Errors) > 0 {
				t.Fatal(out.Errors)
			}
		}
		vb.Configure(func(o *vb365sim.Options) {
			o.OnRequest = func(r vb365sim.Request) { // the object is renamed while the role is created
				if r.Method == "POST" && strings.HasSuffix(r.Path, "/RbacRoles") {
					rename(vb, "User", vb365sim.RestoreOperatorID, "renamed@abc.onmicrosoft.com")
				}
			}
		})
		apply(role(nil))
		renamed(role(nil), "User restore_operator@abc.onmicrosoft.com is now renamed@abc.onmicrosoft.com")
		apply(role(map[string]any{"operators": list(operator, admin)}))
		rename(vb, "User", vb365sim.AdminID, "boss@abc.onmicrosoft.com")
		renamed(role(map[string]any{"operators": list(operator, admin)}), "User admin@abc.onmicrosoft.com is now boss@abc")
	})
}

func TestRefresh_DriftIsShownAndRemoved(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		vb.ResetJournal()
		vb.Mutate(func(s *vb365sim.Store) {
			r := s.FindRole(cloud, "Helpdesk")
			r.Description = "made manually"
			for id, name := range map[string]string{"1": "twin", "2": "Twin"} {
				s.AddObject(r, vb365sim.Operators, s.Organization(cloud).Add(vb365sim.Object{
					Type: "User", ID: id, Name: name, Kind: "User",
				}))
			}
		})
		addEntry(vb, vb365sim.ExcludedItems, "Site", vb365sim.ABCSiteID)
		addEntry(vb, vb365sim.ExcludedItems, "Group", vb365sim.NamelessGroupID)
		removeEntry(vb, vb365sim.SelectedItems, vb365sim.User3ID)
		read, said := vb.Protocol().Read(resourceType, importedState(t, vb, w))
		if len(said) > 0 {
			t.Fatal(said)
		}
		for attribute, want := range map[string]any{
			"description":    "made manually",
			"operators":      withNulls(operator, byID("User", "1"), byID("User", "2")),
			"selected_items": withNulls(abc), "excluded_items": withNulls(site, namelessID),
		} {
			if got := read.State[attribute]; !same(got, want) {
				t.Errorf("%s is %v, want %v", attribute, got, want)
			}
		}
		out := w.Plan(role(nil))
		want := []string{
			address + ".description", address + ".excluded_items", address + ".operators", address + ".selected_items",
		}
		if !slices.Equal(out.Drift, want) || !slices.Equal(out.Changes, []string{"update " + address}) {
			t.Errorf("%+v", out)
		}
		w.MustApply(role(nil))
		sent(t, vb, "PUT /v8/RbacRoles/ID")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, nil)
	})
}

// importedState returns the role as an import without a read has it.
func importedState(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) tfrun.Stored {
	t.Helper()
	id, _ := w.Attributes(address)["id"].(string)
	imported, said := vb.Protocol().Import(resourceType, id, nil)
	if len(said) > 0 {
		t.Fatal(said)
	}
	return imported
}

func TestRefresh_ARoleThatIsGoneIsCreatedAgain(t *testing.T) {
	for name, options := range map[string]vb365sim.Options{
		"404": {}, "code only": {GoneStatus: 400}, "any error": {GoneStatus: 500, OmitErrorCode: true},
		"v6": {GoneStatus: 400, Versions: []string{"v6"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				w.MustApply(role(nil))
				vb.Mutate(func(s *vb365sim.Store) { s.RemoveRole(s.FindRole(cloud, "Helpdesk").ID) })
				if out := w.Plan(role(nil)); !slices.Equal(out.Changes, []string{"create " + address}) {
					t.Errorf("%+v", out)
				}
				w.MustApply(role(nil))
				holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, nil)
			})
		})
	}
}

func TestRefresh_AnErrorDoesNotMeanThatTheRoleIsGone(t *testing.T) {
	for name, f := range map[string]vb365sim.Fault{
		"role":    {Method: "GET", PathPattern: "/v8/RbacRoles/*"},
		"a list":  {Method: "GET", PathPattern: "/v8/RbacRoles/*/operators"},
		"another": {Method: "GET", PathPattern: "/v8/RbacRoles/*/excludedItems"},
	} {
		for _, status := range []int{http.StatusInternalServerError, http.StatusForbidden, http.StatusNotFound} {
			if status == http.StatusNotFound && name == "role" {
				continue
			}
			t.Run(fmt.Sprint(name, status), func(t *testing.T) {
				bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
					w.MustApply(role(nil))
					f := f
					f.Status = status
					vb.Inject(f)
					out := w.Plan(role(nil))
					if len(out.Errors) != 1 || len(out.Drift) > 0 {
						t.Fatalf("%+v", out)
					}
					says(t, out.Errors[0], "Could not read the restore operator role Helpdesk", fmt.Sprint("HTTP ", status))
				})
			})
		}
	}
}

func TestUpdate_ARoleThatNamesSomebodyWhoHasLeftCanBeChanged(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(map[string]any{"excluded_items": list(siteID)}))
		vb.Mutate(func(s *vb365sim.Store) {
			for kind, id := range map[string]string{"User": vb365sim.User3ID, "Site": vb365sim.ABCSiteID} {
				s.Organization(cloud).Remove(kind, id)
			}
		})
		vb.ResetJournal()
		w.MustApply(role(map[string]any{"excluded_items": list(siteID), "description": "d", "selected_items": list(user3)}))
		w.MustApply(role(map[string]any{"excluded_items": list(user3), "selected_items": list(siteID)}))
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aSite}, []string{aUser3})
		if got := lookups(vb); len(got) > 0 {
			t.Errorf("looked up %q", got)
		}
		out := w.Plan(role(map[string]any{
			"excluded_items": list(user3), "selected_items": list(abc), "operators": list(operator, user3),
		}))
		if len(out.Errors) > 0 {
			t.Errorf("an entry of another list is looked up: %v", out.Errors)
		}
	})
}
