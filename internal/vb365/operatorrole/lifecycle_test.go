// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

func TestRole_IsCreatedChangedInPlaceAndDeleted(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(map[string]any{"excluded_items": list(siteID)}))
		sent(t, vb, "POST /v8/Organizations/"+cloud+"/RbacRoles")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, []string{aSite})

		w.MustApply(role(map[string]any{
			"name": "Helpdesk", "description": "d", "operators": list(abc, admin), "selected_items": list(team, namelessID),
		}))
		sent(t, vb, "PUT /v8/RbacRoles/ID")
		holds(t, vb, "SpecificObjects", []string{anABC, anAdmin}, []string{aTeam, aNameless}, nil)

		w.MustApply(whole(map[string]any{"excluded_items": list(user3)}))
		sent(t, vb, "PUT /v8/RbacRoles/ID")
		holds(t, vb, "EntireOrganization", []string{anOperator}, nil, []string{aUser3})

		w.MustApply(role(nil))
		sent(t, vb, "PUT /v8/RbacRoles/ID")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, nil)

		if out := w.Apply(); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		if left := vb.Snapshot(); len(left) > 0 {
			t.Errorf("the server still has %v", left)
		}
	})
}

func TestUpdate_WritesAReferenceInAnotherWayBesideAChange(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, _ *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(map[string]any{"operators": list(operatorID)}))
		b := role(map[string]any{"operators": list(operator, admin)})
		w.MustApply(b)
		unchanged(t, w, b)
	})
}
