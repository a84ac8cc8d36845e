// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// lookups returns the requests for organizations and their objects since the last call, with their filters, sorted.
func lookups(vb *acctest.VB365) []string {
	var out []string
	for _, r := range vb.Journal() {
		below, ok := strings.CutPrefix(r.Path, "/v8/Organizations/")
		if ok && r.Method == "GET" && !strings.HasSuffix(below, "/RbacRoles") {
			_, below, _ = strings.Cut(below, "/")
			for part := range strings.SplitSeq(r.Query, "&") {
				name, value, _ := strings.Cut(part, "=")
				if slices.Contains([]string{"userName", "groupName", "displayName", "filter"}, name) {
					below += " " + value
				}
			}
			out = append(out, below)
		}
	}
	vb.ResetJournal()
	slices.Sort(out)
	return out
}

func TestPlan_RefusesWhatBreaksARuleAndWritesNothing(t *testing.T) {
	const other = "00000000-0000-4000-8000-000000000000"
	nobody, twin := byName("User", "nobody"+"@abc.onmicrosoft.com"), byName("User", "twin@abc.onmicrosoft.com")
	for name, c := range map[string]struct {
		block tfrun.Block
		says  []string
	}{
		"rule 20, none": {role(map[string]any{"selected_items": nil}), []string{"The role has no selected items"}},
		"rule 20, some": {whole(map[string]any{"selected_items": list(user3)}), []string{"The role is for all objects"}},
		"rule 21, no operator": {
			role(map[string]any{"operators": list()}), []string{"The role has no operator"},
		},
		"rule 21, type": {
			role(map[string]any{"operators": list(site)}),
			[]string{"operators: Site with the name \"" + vb365sim.ABCSiteURL + "\" cannot be an operator"},
		},
		"rule 21, as written": {
			role(map[string]any{"excluded_items": list(byName("Group", strings.ToUpper(vb365sim.ABCGroupName)))}),
			[]string{"excluded_items: Group with the name \"ABC1@ABC.ONMICROSOFT.COM\" stands for the same object as Group " +
				"with the name \"abc1@abc.onmicrosoft.com\" in selected_items"},
		},
		"rule 21, as resolved": {
			role(map[string]any{"excluded_items": list(user3ID)}),
			[]string{
				"excluded_items: User with the id \"" + vb365sim.User3ID + "\" stands for the same object as User with the name",
			},
		},
		"rule 22, both": {
			role(map[string]any{"operators": list(map[string]any{"type": "User", "id": "1", "name": "a"})}),
			[]string{"operators: {", "has both"},
		},
		"rule 22, neither": {
			role(map[string]any{"selected_items": list(map[string]any{"type": "User"})}),
			[]string{"selected_items: {", "has neither"},
		},
		"rule 22, type": {
			role(map[string]any{"excluded_items": list(byName("Mailbox", "a"))}), []string{
				"excluded_items: \"Mailbox\" is not a type",
			},
		},
		"rule 22, empty": {
			role(map[string]any{"excluded_items": list(byName("User", ""))}), []string{
				"excluded_items: The name of the User is \"\"",
			},
		},
		"rule 24, as written": {
			role(map[string]any{"operators": list(operator, byName("User", strings.ToUpper(vb365sim.RestoreOperatorName)))}),
			[]string{"The list has an object twice", "operators: "},
		},
		"rule 24, as resolved": {
			role(map[string]any{"operators": list(operator, operatorID)}),
			[]string{"The list has an object twice", "operators: ", "id \"" + vb365sim.RestoreOperatorID},
		},
		"rule 25, none": {
			role(map[string]any{"operators": list(nobody)}),
			[]string{
				"operators: the organization has no User with the name \"nobody@abc.onmicrosoft.com\"", "\n  - ",
				"display_name", "id ",
			},
		},
		"rule 25, none with this ID": {
			role(map[string]any{"selected_items": list(byID("User", strings.TrimSuffix(vb365sim.User3ID, other[:8])))}),
			[]string{"selected_items: the organization has no User with the id", vb365sim.User3Name},
		},
		"rule 25, another type": {
			role(map[string]any{"selected_items": list(byName("Group", vb365sim.User3Name))}),
			[]string{"selected_items: the organization has no Group with the name \"" + vb365sim.User3Name},
		},
		"rule 25, several": {
			role(map[string]any{"excluded_items": list(twin)}),
			[]string{
				"excluded_items: the organization has 2 objects of type User with the name \"twin@abc.onmicrosoft.com\"",
				"Write the id", "id 11111111", "id 22222222",
			},
		},
		"rule 26, no GUID": {
			role(map[string]any{"organization_id": "abc"}), []string{"Not the ID of an organization"},
		},
		"rule 26, no organization": {
			role(map[string]any{"organization_id": other}), []string{"no such organization", "abc.onmicrosoft.com"},
		},
		"rule 26, on the premises": {
			role(map[string]any{"organization_id": vb365sim.OnPremOrganizationID}),
			[]string{"The organization cannot have restore operator roles"},
		},
		"rule 27":          {role(map[string]any{"role_type": "Some"}), []string{"Unknown type of role"}},
		"rule 28, blank":   {role(map[string]any{"name": " "}), []string{"The role has no name"}},
		"rule 28, space":   {role(map[string]any{"name": "a "}), []string{"The name has white space around it"}},
		"rule 28, control": {role(map[string]any{"name": "a\tb"}), []string{"The name contains a control character"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				vb.Mutate(func(s *vb365sim.Store) {
					for _, id := range []string{"11111111", "22222222"} {
						s.Organization(cloud).Add(vb365sim.Object{Type: "User", ID: id, Name: "twin@abc.onmicrosoft.com", Kind: "User"})
					}
				})
				out := w.Apply(c.block)
				refused(t, vb, out, c.says...)
				if left := vb.Snapshot(); len(left) > 0 {
					t.Errorf("the server has %v", left)
				}
				if got := lookups(vb); strings.HasPrefix(name, "rule 26") && slices.ContainsFunc(got,
					func(l string) bool { return l != "" }) {
					t.Errorf("looked up %q in an organization that cannot have the role", got)
				}
			})
		})
	}
}

func TestPlan_RefusesATeamInVersion6(t *testing.T) {
	bubble(t, vb365sim.Options{Versions: []string{"v6"}}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		out := w.Apply(role(map[string]any{"selected_items": list(team)}))
		refused(t, vb, out, "A team needs version 7", "selected_items: Team with the name \""+vb365sim.SalesTeamMail)
	})
}

func TestPlan_DefersWhatIsNotKnownYet(t *testing.T) {
	later := tfrun.Block{Type: resourceType, Name: "other", Attributes: role(map[string]any{"name": "Other"}).Attributes}
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		r := func(attribute string) tfrun.Reference {
			return tfrun.Reference{Address: later.Address(), Attribute: attribute}
		}
		// The ID of a role is no organization: the rule refuses it when it is known.
		dependent := role(map[string]any{"organization_id": r("id"), "operators": list(byName("User", "nobody"))})
		if out := w.Plan(later, dependent); len(out.Errors) > 0 || len(out.Changes) != 2 {
			t.Fatalf("%+v", out)
		}
		out := w.Apply(later, dependent)
		if len(out.Errors) != 1 {
			t.Fatal(out.Errors)
		}
		says(t, out.Errors[0], "no such organization")
		sent(t, vb, "POST /v8/Organizations/"+cloud+"/RbacRoles")
	})
}

func TestPlan_LooksUpTheKnownReferencesBesideUnknownOnes(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, _ *tfrun.Workspace) {
		p := vb.Protocol()
		plan := func(operators []any, selected any) (tfrun.Planned, []string) {
			planned, said := p.Plan(resourceType, tfrun.Stored{}, role(map[string]any{
				"operators": operators, "selected_items": selected,
			}).Attributes)
			return planned, tfrun.Texts(said)
		}
		later := byName("User", tfrun.Unknown)
		if _, said := plan(list(later, operator), tfrun.Unknown); len(said) > 0 {
			t.Error(said)
		}
		if got, want := lookups(vb), []string{"", "Users " + escape(vb365sim.RestoreOperatorName)}; !slices.Equal(got, want) {
			t.Errorf("looked up %q, want %q", got, want)
		}
		_, said := plan(list(later, byName("User", "nobody")), list(abc))
		if len(said) != 1 {
			t.Fatal(said)
		}
		says(t, said[0], "operators: the organization has no User with the name \"nobody\"")
	})
}

func TestPlan_ShowsOnlyTheElementsThatComeAndGo(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		p := vb.Protocol()
		stored, said := p.Apply(resourceType, tfrun.Stored{}, role(map[string]any{"name": "Second"}).Attributes)
		if len(said) > 0 {
			t.Fatal(said)
		}
		planned, diags := p.Plan(resourceType, stored, role(map[string]any{
			"name": "Second", "selected_items": list(abc, site), "operators": list(operatorID),
		}).Attributes)
		if len(diags) > 0 {
			t.Fatal(tfrun.Texts(diags))
		}
		for attribute, want := range map[string]any{
			"id": stored.State["id"], "operators": stored.State["operators"], "excluded_items": []any{},
			"unmanaged_entries": []any{},
		} {
			if got := planned.State[attribute]; !same(got, want) {
				t.Errorf("%s is planned as %v, want %v", attribute, got, want)
			}
		}
		if got := planned.State["selected_items"]; !same(got, withNulls(abc, site)) {
			t.Errorf("selected_items is planned as %v", got)
		}
	})
}

func TestPlan_AnotherSpellingOfTheSameObjectsPlansNothing(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		first := role(map[string]any{"selected_items": list(site, abc), "excluded_items": list(team), "description": ""})
		w.MustApply(first)
		vb.ResetJournal()
		before := w.Attributes(address)
		for name, changed := range map[string]map[string]any{
			"by ID": {
				"operators": list(operatorID), "selected_items": list(siteID, byID("Group", vb365sim.ABCGroupID)),
			},
			"case":            {"operators": list(byName("User", strings.ToUpper(vb365sim.RestoreOperatorName)))},
			"case of an ID":   {"selected_items": list(byID("Site", strings.ToUpper(vb365sim.ABCSiteID)), abc)},
			"slash":           {"selected_items": list(abc, byName("Site", vb365sim.ABCSiteURL+"/"))},
			"order":           {"selected_items": list(abc, site)},
			"organization":    {"organization_id": strings.ToUpper(cloud)},
			"no description":  {"description": nil},
			"another mixture": {"operators": list(operatorID), "excluded_items": list(byID("Team", vb365sim.SalesTeamID))},
		} {
			changes := map[string]any{"selected_items": list(site, abc), "excluded_items": list(team)}
			for k, v := range changed {
				changes[k] = v
			}
			out := w.Apply(role(changes))
			if len(out.Changes)+len(out.Errors)+len(out.Warnings) > 0 || !same(w.Attributes(address), before) {
				t.Errorf("%s: %+v", name, out)
			}
		}
		sent(t, vb)
	})
}

func TestPlan_NullAndEmptyListsAreTheSame(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(whole(nil))
		if got := w.Attributes(address); !same(got["selected_items"], []any{}) || !same(got["excluded_items"], []any{}) ||
			got["description"] != "" {
			t.Errorf("the state is %v", got)
		}
		unchanged(t, w, whole(map[string]any{"selected_items": list(), "excluded_items": list(), "description": ""}))
		unchanged(t, w, whole(nil))
	})
}

func TestPlan_LooksUpOnlyWhatIsNoEntryYet(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		if out := w.Plan(role(map[string]any{"excluded_items": list(site, namelessID)})); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		want := []string{
			"", "Groups " + escape(vb365sim.ABCGroupName), "Groups/" + vb365sim.NamelessGroupID, "Sites ABC_site",
			"Users " + escape(vb365sim.RestoreOperatorName), "Users " + escape(vb365sim.User3Name),
		}
		if got := lookups(vb); !slices.Equal(got, want) {
			t.Errorf("a plan of a new role looked up %q, want %q", got, want)
		}
		if out := w.Apply(role(map[string]any{"excluded_items": list(site, namelessID)})); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		if got := lookups(vb); len(got) != 2*len(want) { // once in the process that plans, once in the one that applies
			t.Errorf("an apply looked up %q", got)
		}
		moved := role(map[string]any{"selected_items": list(site, abc), "excluded_items": list(user3, team)})
		w.MustApply(moved)
		got := slices.Compact(lookups(vb))
		if !slices.Equal(got, []string{"Teams"}) {
			t.Errorf("moving entries to other lists looked up %q, want only the new team", got)
		}
	})
}

func TestPlan_RolesThatReferToTheSameObjectsLookThemUpOnce(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		var config []tfrun.Block
		for i := range 50 {
			b := role(map[string]any{"name": strings.Repeat("n", i+1), "excluded_items": list(siteID)})
			b.Name = b.Attributes["name"].(string)
			if i%2 > 0 {
				b.Attributes["organization_id"] = vb365sim.HybridOrganizationID
				b.Attributes["operators"] = list(byName("User", vb365sim.HybridUserName))
				b.Attributes["selected_items"] = list(byName("Group", "department07@tech.com"))
				b.Attributes["excluded_items"] = list()
			}
			config = append(config, b)
		}
		if out := w.Plan(config...); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		want := []string{
			"", "", "Groups " + escape(vb365sim.ABCGroupName), "Groups " + escape("department07@tech.com"),
			"Sites/" + vb365sim.ABCSiteID, "Users " + escape(vb365sim.HybridUserName),
			"Users " + escape(vb365sim.RestoreOperatorName), "Users " + escape(vb365sim.User3Name),
		}
		if got := lookups(vb); !slices.Equal(got, want) {
			t.Errorf("looked up %q, want %q", got, want)
		}
	})
}
