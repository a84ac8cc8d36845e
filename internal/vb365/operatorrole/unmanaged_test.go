// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// addOdd adds an entry that the API cannot express to the role named Helpdesk, and returns it as unmanaged_entries has
// it.
func addOdd(vb *acctest.VB365, l vb365sim.List, attribute, kind string) map[string]any {
	var id string
	vb.Mutate(func(s *vb365sim.Store) { id = s.AddOdd(s.FindRole(cloud, "Helpdesk"), l, kind).ID })
	return map[string]any{"list": attribute, "type": kind, "id": id}
}

// odd is an entry that the API cannot express, as holds compares it.
const odd = "PersonalSites"

func TestUnmanaged_EntriesAreNoChangeAndAreNamedInOneWarning(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		if got := w.Attributes(address)["unmanaged_entries"]; !same(got, []any{}) {
			t.Errorf("unmanaged_entries is %v", got)
		}
		vb.ResetJournal()
		sites := addOdd(vb, vb365sim.SelectedItems, "selected_items", odd)
		all := addOdd(vb, vb365sim.ExcludedItems, "excluded_items", "Organization")
		bare := addOdd(vb, vb365sim.Operators, "operators", "User")
		want := "warning: The provider does not manage all entries of the restore operator role Helpdesk: The role has " +
			"entries that the API cannot express. They give access as well. Updates keep them; change them in the console or " +
			"in PowerShell:\n\n  - operators: type \"User\" (entry " + bare["id"].(string) + ")\n  - selected_items: type " +
			"\"PersonalSites\" (entry " + sites["id"].(string) + ")\n  - excluded_items: type \"Organization\" (entry " +
			all["id"].(string) + ")"
		for range 2 {
			out := w.Apply(role(nil))
			if len(out.Changes)+len(out.Errors) > 0 || !slices.Equal(out.Warnings, []string{want}) {
				t.Fatalf("%+v\nwant %s", out, want)
			}
		}
		sent(t, vb)
	})
}

func TestUnmanaged_EntriesSurviveEveryUpdate(t *testing.T) {
	for name, options := range map[string]vb365sim.Options{
		"merges": {}, "keeps empty lists": {KeepsEmptyLists: true}, "fresh IDs": {EntryIDs: vb365sim.EntryIDsFresh},
		"refuses duplicates":      {DuplicateEntries: vb365sim.DuplicateEntriesRefuse},
		"refuses unknown entries": {RefuseUnknownEntries: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				w.MustApply(role(map[string]any{"excluded_items": list(site)}))
				unmanaged := []any{
					addOdd(vb, vb365sim.Operators, "operators", odd), addOdd(vb, vb365sim.SelectedItems, "selected_items", odd),
					addOdd(vb, vb365sim.ExcludedItems, "excluded_items", odd),
				}
				apply := func(b tfrun.Block) {
					t.Helper()
					vb.ResetJournal()
					if out := w.Apply(b); len(out.Errors) > 0 {
						t.Fatal(out.Errors)
					}
					if got := w.Attributes(address)["unmanaged_entries"]; !same(got, unmanaged) {
						t.Errorf("unmanaged_entries is %v, want %v", got, unmanaged)
					}
				}
				apply(role(map[string]any{"excluded_items": list(site), "description": "d"}))
				sent(t, vb, "PUT /v8/RbacRoles/ID")

				// Each list is changed by adding and removing entries.
				apply(role(map[string]any{
					"excluded_items": list(team), "description": "d", "operators": list(admin), "selected_items": list(abc,
						namelessID),
				}))
				sent(t, vb,
					"POST /v8/RbacRoles/ID/excludedItems", "POST /v8/RbacRoles/ID/selectedItems", "POST /v8/RbacRoles/ID/operators",
					"DELETE /v8/RbacRoles/ID/operators", "DELETE /v8/RbacRoles/ID/selectedItems",
					"DELETE /v8/RbacRoles/ID/excludedItems")
				holds(t, vb, "SpecificObjects", []string{anAdmin, odd}, []string{anABC, aNameless, odd}, []string{aTeam, odd})

				// Objects that move from one list to the other are removed first.
				apply(role(map[string]any{
					"excluded_items": list(abc), "description": "d", "operators": list(admin), "selected_items": list(team,
						namelessID),
				}))
				sent(t, vb,
					"DELETE /v8/RbacRoles/ID/selectedItems", "DELETE /v8/RbacRoles/ID/excludedItems",
					"POST /v8/RbacRoles/ID/excludedItems", "POST /v8/RbacRoles/ID/selectedItems")
				holds(t, vb, "SpecificObjects", []string{anAdmin, odd}, []string{aTeam, aNameless, odd}, []string{anABC, odd})

				// All references can go.
				apply(role(map[string]any{"description": "e", "operators": list(operator), "selected_items": list(user3)}))
				holds(t, vb, "SpecificObjects", []string{anOperator, odd}, []string{aUser3, odd}, []string{odd})
			})
		})
	}
}

func TestUnmanaged_TheLastExclusionBecomesASelectedItem(t *testing.T) {
	for name, options := range map[string]vb365sim.Options{"merges": {}, "keeps empty lists": {KeepsEmptyLists: true}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				w.MustApply(role(map[string]any{"excluded_items": list(site)}))
				addOdd(vb, vb365sim.SelectedItems, "selected_items", odd)
				if out := w.Apply(role(map[string]any{"selected_items": list(site)})); len(out.Errors) > 0 {
					t.Error(out.Errors)
				}
				holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aSite, odd}, nil)
			})
		})
	}
}

// The PUT may give more access: an object must be excluded before, or it is not if the next request fails.
func TestUnmanaged_NewExclusionsAreAddedBeforeThePut(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		addOdd(vb, vb365sim.ExcludedItems, "excluded_items", odd)
		everything := whole(map[string]any{"excluded_items": list(site, team)})
		vb.Inject(vb365sim.Fault{Method: "POST", PathPattern: "/v8/RbacRoles/*/excludedItems", Status: 403, Times: 1})
		if out := w.Apply(everything); len(out.Errors) != 1 {
			t.Errorf("the apply without the exclusions: %q", out.Errors)
		}
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, []string{odd})
		vb.ResetJournal()
		w.MustApply(everything)
		sent(t, vb, "POST /v8/RbacRoles/ID/excludedItems", "PUT /v8/RbacRoles/ID")
		holds(t, vb, "EntireOrganization", []string{anOperator}, nil, []string{aSite, aTeam, odd})
	})
}

func TestUnmanaged_SelectedItemsGoWithTheTypeOfTheRole(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		addOdd(vb, vb365sim.SelectedItems, "selected_items", odd)
		kept := addOdd(vb, vb365sim.ExcludedItems, "excluded_items", odd)
		planned, said := vb.Protocol().Plan(resourceType, tfrun.Stored{
			State: w.Attributes(address),
		}, whole(nil).Attributes)
		if len(said) > 0 || planned.State["unmanaged_entries"] != tfrun.Unknown {
			t.Errorf("planned %v, %v", planned.State["unmanaged_entries"], tfrun.Texts(said))
		}
		if out := w.Apply(whole(nil)); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		if got := w.Attributes(address)["unmanaged_entries"]; !same(got, []any{kept}) {
			t.Errorf("unmanaged_entries is %v", got)
		}
		holds(t, vb, "EntireOrganization", []string{anOperator}, nil, []string{odd})
		if out := w.Apply(role(nil)); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, []string{odd})
	})
}

func TestUnmanaged_AServerThatRemovesThemIsReported(t *testing.T) {
	options := vb365sim.Options{Update: vb365sim.UpdateReplaces}
	bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(map[string]any{"excluded_items": list(site)}))
		lost := addOdd(vb, vb365sim.ExcludedItems, "excluded_items", odd)
		// Entries alone change without a PUT, which would remove the others.
		if out := w.Apply(role(map[string]any{"excluded_items": list(team)})); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, []string{aTeam, odd})
		out := w.Apply(role(map[string]any{"excluded_items": list(team), "description": "d"}))
		if len(out.Errors) != 1 {
			t.Fatal(out.Errors)
		}
		says(t, out.Errors[0], "excluded_items without the unmanaged entry "+lost["id"].(string), `type "PersonalSites"`)
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, []string{aTeam})
		if got := w.Attributes(address)["unmanaged_entries"]; !same(got, []any{}) {
			t.Errorf("unmanaged_entries is %v", got)
		}
		unchanged(t, w, role(map[string]any{"excluded_items": list(team), "description": "d"}))
	})
}

func TestUnmanaged_EntriesThatComeDuringAnUpdateAreReported(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		w.BeforeApply = func() { addOdd(vb, vb365sim.Operators, "operators", odd) }
		out := w.Apply(role(map[string]any{"description": "d"}))
		w.BeforeApply = nil
		if len(out.Errors) != 1 {
			t.Fatal(out.Errors)
		}
		says(t, out.Errors[0], "the restore operator role Helpdesk was changed outside Terraform")
		if out := w.Plan(role(map[string]any{"description": "d"})); len(out.Changes)+len(out.Errors) > 0 {
			t.Errorf("%+v", out)
		}
	})
}
