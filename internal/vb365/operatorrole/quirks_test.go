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

func TestVersion6_ATeamIsAnUnmanagedEntry(t *testing.T) {
	for _, shown := range []vb365sim.OldTeams{vb365sim.OldTeamsBare, vb365sim.OldTeamsFull, vb365sim.OldTeamsHidden} {
		t.Run(string(shown), func(t *testing.T) {
			options := vb365sim.Options{Versions: []string{"v6"}, OldTeams: shown}
			bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				w.MustApply(role(nil))
				addEntry(vb, vb365sim.SelectedItems, "Team", vb365sim.SalesTeamID)
				vb.ResetJournal()
				out := w.Apply(role(map[string]any{"selected_items": list(user3)}))
				if len(out.Errors) > 0 {
					t.Fatal(out.Errors)
				}
				got, _ := w.Attributes(address)["unmanaged_entries"].([]any)
				if shown == vb365sim.OldTeamsHidden { // nobody can know of it
					if len(got)+len(out.Warnings) > 0 {
						t.Errorf("unmanaged_entries is %v, warnings %q", got, out.Warnings)
					}
					return
				}
				if len(got) != 1 || got[0].(map[string]any)["type"] != "Team" || len(out.Warnings) != 1 {
					t.Errorf("unmanaged_entries is %v, warnings %q", got, out.Warnings)
				}
				sent(t, vb, "DELETE /v6/RbacRoles/ID/selectedItems")
				holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, aTeam}, nil)
			})
		})
	}
}

func TestRefresh_AnEntryThatTheServerNoLongerShowsIsNamedWhenItCannotBeFound(t *testing.T) {
	for _, shown := range []vb365sim.DeletedObjects{vb365sim.DeletedObjectsBare, vb365sim.DeletedObjectsGone} {
		t.Run(string(shown), func(t *testing.T) {
			options := vb365sim.Options{DeletedObjects: shown}
			bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				w.MustApply(role(nil))
				vb.ResetJournal()
				vb.Mutate(func(s *vb365sim.Store) { s.Organization(cloud).Remove("User", vb365sim.User3ID) })
				out := w.Plan(role(nil))
				refused(t, vb, out, "selected_items: the organization has no User with the name \""+vb365sim.User3Name+"\"")
				out = w.Apply(role(map[string]any{"selected_items": list(abc), "description": "d"}))
				if bare := shown == vb365sim.DeletedObjectsBare; len(out.Errors) > 0 || (len(out.Warnings) == 1) != bare {
					t.Errorf("%+v", out)
				}
			})
		})
	}
}

func TestUpdate_SendsNothingIfOnlySpellingsOrTimeoutsChange(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		vb.ResetJournal()
		if out := w.Apply(role(map[string]any{"timeouts": map[string]any{"update": "1m"}})); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		sent(t, vb)
		vb.ResetJournal()
		if out := w.Apply(role(map[string]any{"timeouts": map[string]any{"update": "2m"}})); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		if got := reads(vb); got != 8 {
			t.Errorf("%d requests, want 4 to plan and 4 to apply", got)
		}
		w.MustApply(role(map[string]any{"timeouts": map[string]any{"update": "1m"}, "operators": list(operatorID)}))
		sent(t, vb)
		// An administrator has made the change already.
		w.BeforeApply = func() {
			addEntry(vb, vb365sim.Operators, "User", vb365sim.AdminID)
			removeEntry(vb, vb365sim.Operators, vb365sim.RestoreOperatorID)
		}
		w.MustApply(role(map[string]any{"timeouts": map[string]any{"update": "1m"}, "operators": list(admin)}))
		sent(t, vb)
	})
}

func TestUpdate_AnEntryByIDAndANewOneTakeTheConfiguredSpelling(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		w.MustApply(role(map[string]any{"operators": list(operatorID, admin)}))
		if got := w.Attributes(address)["operators"]; !same(got, withNulls(operatorID, admin)) {
			t.Errorf("the state has %v", got)
		}
	})
}

func TestPlan_ANewNameOfTheRoleIsAPut(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(map[string]any{"name": "Old"}))
		id := w.Attributes(address)["id"]
		vb.ResetJournal()
		out := w.Plan(role(nil))
		if !slices.Equal(out.Changes, []string{"update " + address}) {
			t.Errorf("%+v", out)
		}
		w.MustApply(role(nil))
		sent(t, vb, "PUT /v8/RbacRoles/ID")
		if got := w.Attributes(address)["id"]; got != id {
			t.Errorf("the ID is %v, was %v", got, id)
		}
	})
}

func TestUpdate_AnEmptyListThatHasNoEffectIsEmptiedAtOnce(t *testing.T) {
	options := vb365sim.Options{KeepsEmptyLists: true}
	bubble(t, options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(map[string]any{"excluded_items": list(site, team)}))
		vb.ResetJournal()
		if took := w.MustApply(role(nil)); took > 0 {
			t.Errorf("took %s", took)
		}
		sent(t, vb, "PUT /v8/RbacRoles/ID", "DELETE /v8/RbacRoles/ID/excludedItems")
		// An object that is no longer excluded can be selected.
		w.MustApply(role(map[string]any{"excluded_items": list(site, namelessID)}))
		vb.ResetJournal()
		w.MustApply(role(map[string]any{"selected_items": list(user3, site)}))
		sent(t, vb, "PUT /v8/RbacRoles/ID", "DELETE /v8/RbacRoles/ID/excludedItems", "PUT /v8/RbacRoles/ID",
			"DELETE /v8/RbacRoles/ID/excludedItems")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, aSite}, nil)
	})
}
