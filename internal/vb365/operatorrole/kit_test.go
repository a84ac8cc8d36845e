// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

const (
	resourceType = "veeam_vb365_restore_operator_role"
	address      = resourceType + ".test"

	cloud = vb365sim.OrganizationID
)

// The objects of the tests, each as a reference by name and by ID.
var (
	operator   = byName("User", vb365sim.RestoreOperatorName)
	admin      = byName("User", vb365sim.AdminName)
	user3      = byName("User", vb365sim.User3Name)
	abc        = byName("Group", vb365sim.ABCGroupName)
	site       = byName("Site", vb365sim.ABCSiteURL)
	team       = byName("Team", vb365sim.SalesTeamMail)
	operatorID = byID("User", vb365sim.RestoreOperatorID)
	user3ID    = byID("User", vb365sim.User3ID)
	siteID     = byID("Site", vb365sim.ABCSiteID)
	namelessID = byID("Group", vb365sim.NamelessGroupID)
)

func byName(kind, name string) map[string]any { return map[string]any{"type": kind, "name": name} }

func byID(kind, id string) map[string]any { return map[string]any{"type": kind, "id": id} }

// list returns the value of a list.
func list(references ...map[string]any) []any {
	out := []any{}
	for _, r := range references {
		out = append(out, r)
	}
	return out
}

// role returns the block of a role for specific objects, with changed attributes. A nil value removes an attribute.
func role(changed map[string]any) tfrun.Block {
	attributes := map[string]any{
		"organization_id": cloud, "name": "Helpdesk", "role_type": "SpecificObjects",
		"operators": list(operator), "selected_items": list(user3, abc),
	}
	maps.Copy(attributes, changed)
	maps.DeleteFunc(attributes, func(_ string, v any) bool { return v == nil })
	return tfrun.Block{Type: resourceType, Name: "test", Attributes: attributes}
}

// whole changes a role into one for the entire organization.
func whole(changed map[string]any) tfrun.Block {
	all := map[string]any{"role_type": "EntireOrganization", "selected_items": nil}
	maps.Copy(all, changed)
	return role(all)
}

// bubble runs a test in virtual time, with a server and an empty workspace.
func bubble(
	t *testing.T, options vb365sim.Options, test func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		vb := acctest.StartVB365WithoutTLS(t, options)
		test(t, vb, vb.NewWorkspace())
	})
}

// holds checks the entries of the role named Helpdesk, as "Type ID" of each object, and its type.
func holds(t *testing.T, vb *acctest.VB365, roleType string, operators, selected, excluded []string) {
	t.Helper()
	r := vb.Role("Helpdesk")
	if r.RoleType != roleType {
		t.Errorf("the role is of the type %s, want %s", r.RoleType, roleType)
	}
	for _, l := range []struct {
		name string
		has  []vb365sim.EntrySnapshot
		want []string
	}{
		{"operators", r.Operators, operators},
		{"selectedItems", r.SelectedItems, selected},
		{"excludedItems", r.ExcludedItems, excluded},
	} {
		var has []string
		for _, e := range l.has {
			has = append(has, strings.TrimSpace(e.Type+" "+e.ObjectID))
		}
		want := slices.Sorted(slices.Values(l.want))
		slices.Sort(has)
		if has = slices.Compact(has); !slices.Equal(has, want) {
			t.Errorf("%s are %q, want %q", l.name, has, want)
		}
	}
}

// The objects of the tests as holds compares them.
const (
	anOperator = "User " + vb365sim.RestoreOperatorID
	anAdmin    = "User " + vb365sim.AdminID
	aUser3     = "User " + vb365sim.User3ID
	anABC      = "Group " + vb365sim.ABCGroupID
	aSite      = "Site " + vb365sim.ABCSiteID
	aTeam      = "Team " + vb365sim.SalesTeamID
	aNameless  = "Group " + vb365sim.NamelessGroupID
)

// sent checks the requests that change something since the last call, with "ID" in place of the role's ID.
func sent(t *testing.T, vb *acctest.VB365, want ...string) {
	t.Helper()
	got := vb.Writes()
	vb.ResetJournal()
	for i := range got {
		for _, r := range vb.Snapshot() {
			got[i] = strings.ReplaceAll(got[i], r.ID, "ID")
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

// refused checks that the outcome has exactly one error, that it contains the texts, and that nothing was written.
func refused(t *testing.T, vb *acctest.VB365, out tfrun.Outcome, texts ...string) {
	t.Helper()
	if len(out.Errors) != 1 {
		t.Fatalf("the errors are %q, want one that says %q", out.Errors, texts)
	}
	says(t, out.Errors[0], texts...)
	if got := vb.Writes(); len(got) > 0 {
		t.Errorf("sent %q, want nothing", got)
	}
}

func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not say %q", text, part)
		}
	}
}

// unchanged checks that a plan has neither changes, drift, errors nor warnings.
func unchanged(t *testing.T, w *tfrun.Workspace, b tfrun.Block) {
	t.Helper()
	if out := w.Plan(b); len(out.Changes)+len(out.Drift)+len(out.Errors)+len(out.Warnings) > 0 {
		t.Errorf("the plan is not empty: %+v", out)
	}
}

// same reports whether two values of the state are equal.
func same(a, b any) bool { return reflect.DeepEqual(a, b) }

// withNulls returns references as the state has them.
func withNulls(references ...map[string]any) []any {
	out := []any{}
	for _, r := range references {
		out = append(out, map[string]any{"type": r["type"], "id": r["id"], "name": r["name"]})
	}
	slices.SortFunc(out, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return out
}

// escape returns the text as the query of a request contains it.
func escape(s string) string { return url.QueryEscape(s) }
