// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// inState returns the references in the state as holds compares the objects on the server.
func inState(w *tfrun.Workspace, attribute string) (out []string) {
	known := map[string]string{
		vb365sim.RestoreOperatorName: anOperator, vb365sim.AdminName: anAdmin, vb365sim.User3Name: aUser3,
		vb365sim.ABCGroupName: anABC, vb365sim.ABCSiteURL: aSite, vb365sim.SalesTeamMail: aTeam,
	}
	all, _ := w.Attributes(address)[attribute].([]any)
	for _, e := range all {
		r, _ := e.(map[string]any)
		if name, ok := r["name"].(string); ok {
			out = append(out, known[name])
		} else {
			out = append(out, fmt.Sprint(r["type"], " ", r["id"]))
		}
	}
	return out
}

// stateIsTrue checks that the state says what the server has.
func stateIsTrue(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
	t.Helper()
	a := w.Attributes(address)
	roleType, _ := a["role_type"].(string)
	holds(t, vb, roleType, inState(w, "operators"), inState(w, "selected_items"), inState(w, "excluded_items"))
	if r := vb.Role("Helpdesk"); r.Description != a["description"] || r.ID != a["id"] {
		t.Errorf("the state has %v, the server %+v", a, r)
	}
}

func TestUpdate_AFailureLeavesATrueStateAndTheNextApplySucceeds(t *testing.T) {
	const roles, lists = "/v8/RbacRoles/*", "/v8/RbacRoles/*/*"
	from := role(map[string]any{"excluded_items": list(site)})
	to := role(map[string]any{
		"operators": list(admin), "selected_items": list(abc, site), "excluded_items": list(team, user3), "description": "d",
	})
	keepsLists := vb365sim.Options{}
	for name, c := range map[string]struct {
		options vb365sim.Options
		odd     bool // the lists have entries that are changed one by one
		fault   vb365sim.Fault
	}{
		"PUT refused":   {keepsLists, false, vb365sim.Fault{Method: "PUT", PathPattern: roles, Status: 400}},
		"PUT forbidden": {keepsLists, false, vb365sim.Fault{Method: "PUT", PathPattern: roles, Status: 403}},
		"PUT fails":     {keepsLists, false, vb365sim.Fault{Method: "PUT", PathPattern: roles, Status: 500}},
		"PUT fails after it": {
			keepsLists, false, vb365sim.Fault{Method: "PUT", PathPattern: roles, Status: 500, AfterCommit: true},
		},
		"PUT never answered": {
			keepsLists, false, vb365sim.Fault{Method: "PUT", PathPattern: roles, Kind: simkit.FaultDropAfterCommit},
		},
		"PUT slow": {
			keepsLists, false,
			vb365sim.Fault{Method: "PUT", PathPattern: roles, Kind: simkit.FaultDelayAfterCommit, Delay: 10 * time.Minute},
		},
		"first POST refused": {keepsLists, true, vb365sim.Fault{Method: "POST", PathPattern: lists, Status: 400}},
		"second POST refused": {
			keepsLists, true, vb365sim.Fault{Method: "POST", PathPattern: lists, Status: 400, Skip: 1},
		},
		"third POST fails": {
			keepsLists, true, vb365sim.Fault{Method: "POST", PathPattern: lists, Status: 500, Skip: 2},
		},
		"POST never answered": {
			keepsLists, true, vb365sim.Fault{Method: "POST", PathPattern: lists, Kind: simkit.FaultDropAfterCommit},
		},
		"first DELETE fails": {keepsLists, true, vb365sim.Fault{Method: "DELETE", PathPattern: lists, Status: 500}},
		"second DELETE forbidden": {
			keepsLists, true, vb365sim.Fault{Method: "DELETE", PathPattern: lists, Status: 403, Skip: 1},
		},
		"third DELETE refused": {
			keepsLists, true, vb365sim.Fault{Method: "DELETE", PathPattern: lists, Status: 400, Skip: 2},
		},
		"DELETE without effect": {keepsLists, true, vb365sim.Fault{Method: "DELETE", PathPattern: lists, Status: 204}},
		"PUT without effect":    {keepsLists, false, vb365sim.Fault{Method: "PUT", PathPattern: roles, Status: 204}},
		"description kept": {
			vb365sim.Options{KeepsEmptyDescription: true}, false, vb365sim.Fault{PathPattern: "/none"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, c.options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				from, to := from, to
				if c.options.KeepsEmptyDescription {
					from, to = to, from
				}
				w.MustApply(from)
				if c.odd {
					addOdd(vb, vb365sim.Operators, "operators", "User")
					addOdd(vb, vb365sim.SelectedItems, "selected_items", "User")
					addOdd(vb, vb365sim.ExcludedItems, "excluded_items", "User")
				}
				vb.Inject(c.fault)
				out := w.Apply(to)
				vb.ClearFaults()
				if c.odd { // holds compares references only
					removeOdd(vb)
				}
				stateIsTrue(t, vb, w)
				if name == "POST never answered" {
					if len(out.Errors) > 0 {
						t.Error(out.Errors)
					}
					return
				}
				if len(out.Errors) != 1 {
					t.Fatalf("%+v", out)
				}
				says(t, out.Errors[0], "Could not change the restore operator role Helpdesk")
				vb.Configure(func(o *vb365sim.Options) { o.KeepsEmptyDescription = false })
				w.MustApply(to)
				stateIsTrue(t, vb, w)
			})
		})
	}
}

// removeOdd removes the entries of the role named Helpdesk that the API cannot express.
func removeOdd(vb *acctest.VB365) {
	for _, l := range []vb365sim.List{vb365sim.Operators, vb365sim.SelectedItems, vb365sim.ExcludedItems} {
		removeEntry(vb, l, "")
	}
}

func TestUpdate_AFailureSendsNothingMore(t *testing.T) {
	const lists = "/v8/RbacRoles/*/*"
	from := role(map[string]any{"excluded_items": list(site)})
	moved := role(map[string]any{
		"selected_items": list(abc, site), "excluded_items": list(user3), "operators": list(admin), "description": "d",
	})
	changed := role(map[string]any{
		"selected_items": list(abc, team), "excluded_items": list(site), "operators": list(admin),
	})
	for name, c := range map[string]struct {
		to    tfrun.Block
		fault vb365sim.Fault
		want  []string
	}{
		"removing what moves": {
			moved, vb365sim.Fault{Method: "DELETE", PathPattern: lists, Status: 403}, []string{"DELETE selectedItems"},
		},
		"adding": {
			changed, vb365sim.Fault{Method: "POST", PathPattern: lists, Status: 400}, []string{"POST selectedItems"},
		},
		"removing": {
			changed,
			vb365sim.Fault{Method: "DELETE", PathPattern: lists, Status: 400},
			[]string{"POST selectedItems", "POST operators", "DELETE operators"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				w.MustApply(from)
				addOdd(vb, vb365sim.Operators, "operators", odd)
				addOdd(vb, vb365sim.SelectedItems, "selected_items", odd)
				addOdd(vb, vb365sim.ExcludedItems, "excluded_items", odd)
				vb.ResetJournal()
				vb.Inject(c.fault)
				out := w.Apply(c.to)
				if len(out.Errors) != 1 {
					t.Fatalf("%+v", out)
				}
				want := slices.Clone(c.want)
				for i := range want {
					want[i] = strings.Replace(want[i], " ", " /v8/RbacRoles/ID/", 1)
				}
				sent(t, vb, want...)
			})
		})
	}
}

func TestUpdate_AServerThatKeepsTheTypeOfARoleGetsNoFurtherChange(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(whole(nil))
		vb.ResetJournal()
		vb.Inject(vb365sim.Fault{Method: "PUT", PathPattern: "/v8/RbacRoles/*", Status: 204})
		out := w.Apply(role(nil))
		if len(out.Errors) != 1 {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "role_type \"EntireOrganization\" instead of \"SpecificObjects\"",
			"selected_items without the User")
		sent(t, vb, "PUT /v8/RbacRoles/ID")
		stateIsTrue(t, vb, w)
	})
}

func TestUpdate_WhatTheServerHasOtherwiseIsNamed(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(map[string]any{"description": "old"}))
		vb.Inject(vb365sim.Fault{Method: "PUT", PathPattern: "/v8/RbacRoles/*", Status: 204})
		vb.Inject(vb365sim.Fault{PathPattern: "/v8/RbacRoles/*/*", Method: "POST", Status: 204})
		vb.Inject(vb365sim.Fault{PathPattern: "/v8/RbacRoles/*/*", Method: "DELETE", Status: 204})
		out := w.Apply(role(map[string]any{"operators": list(admin), "name": "New", "description": "new"}))
		if len(out.Errors) != 1 {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "the server accepted the change, but it has otherwise: name \"Helpdesk\" instead of \"New\"; "+
			"description \"old\" instead of \"new\"; operators without the User with the name \""+vb365sim.AdminName+
			"\"; operators with the User with the name \""+vb365sim.RestoreOperatorName+"\"")
		stateIsTrue(t, vb, w)
	})
}

func TestUpdate_AnEntryThatIsRemovedAfterThePlanIsGrantedToTheSameObject(t *testing.T) {
	bubble(t, vb365sim.Options{NamesFollowRename: true}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		w.BeforeApply = func() {
			removeEntry(vb, vb365sim.SelectedItems, vb365sim.User3ID)
			rename(vb, "User", vb365sim.User3ID, "fox@abc.onmicrosoft.com")
			vb.Mutate(func(s *vb365sim.Store) {
				s.Organization(cloud).Add(vb365sim.Object{Type: "User", ID: "other", Name: vb365sim.User3Name, Kind: "User"})
			})
		}
		if out := w.Apply(role(map[string]any{"description": "d"})); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, nil)

		w.BeforeApply = func() {
			removeEntry(vb, vb365sim.SelectedItems, vb365sim.User3ID)
			vb.Mutate(func(s *vb365sim.Store) { s.Organization(cloud).Remove("User", vb365sim.User3ID) })
		}
		out := w.Apply(role(map[string]any{"description": "e"}))
		if len(out.Errors) != 1 {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "the User with the name \""+vb365sim.User3Name+"\" in selected_items is no longer an entry")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{anABC}, nil)
	})
}

func TestDelete_OfARoleThatIsGoneSucceeds(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusBadRequest} {
		bubble(t, vb365sim.Options{GoneStatus: status}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
			w.MustApply(role(nil))
			w.BeforeApply = func() {
				vb.Mutate(func(s *vb365sim.Store) { s.RemoveRole(s.FindRole(cloud, "Helpdesk").ID) })
			}
			if out := w.Apply(); len(out.Errors) > 0 || len(w.Addresses()) > 0 {
				t.Errorf("%+v", out)
			}
		})
	}
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(role(nil))
		vb.Inject(vb365sim.Fault{Method: "DELETE", Status: 403})
		out := w.Apply()
		if len(out.Errors) != 1 || len(w.Addresses()) != 1 {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "Could not delete the restore operator role Helpdesk", "HTTP 403")
	})
}
