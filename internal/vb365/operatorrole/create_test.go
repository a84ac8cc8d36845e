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

const createPath = "/v8/Organizations/*/RbacRoles"

func TestCreate_ARoleOfTheNameIsNotAdopted(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		id := addRole(vb, "Helpdesk")
		before := vb.Snapshot()
		refused(t, vb, w.Apply(role(nil)), "The restore operator role already exists", "Nothing was changed",
			"to = veeam_vb365_restore_operator_role.NAME", `id = "`+id+`"`)
		tfrun.Check(t, vb.Unchanged(before))
		if got := w.Addresses(); len(got) > 0 {
			t.Errorf("the state has %v", got)
		}
		second := addRole(vb, "Helpdesk")
		refused(t, vb, w.Apply(role(nil)), "the roles with the IDs "+id+", "+second)
		// The name is compared exactly, and only within the organization.
		w.MustApply(role(map[string]any{"name": "helpdesk"}))
		other := role(map[string]any{
			"organization_id": vb365sim.HybridOrganizationID, "operators": list(byName("User", vb365sim.HybridUserName)),
			"role_type": "EntireOrganization", "selected_items": nil,
		})
		other.Name = "other"
		w.MustApply(role(map[string]any{"name": "helpdesk"}), other)
	})
}

func TestCreate_AChangeOfTheOrganizationReplacesTheRole(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		w.MustApply(whole(nil))
		block := whole(map[string]any{
			"organization_id": vb365sim.HybridOrganizationID, "operators": list(byName("User", vb365sim.HybridUserName)),
		})
		if out := w.Plan(block); !slices.Equal(out.Changes, []string{"replace " + address}) {
			t.Errorf("%+v", out)
		}
		block.CreateBeforeDestroy = true // works between organizations
		w.MustApply(block)
		if r := vb.Role("Helpdesk"); r.OrganizationID != vb365sim.HybridOrganizationID {
			t.Errorf("the role is in %s", r.OrganizationID)
		}
	})
}

func TestCreate_AReplacedRoleRefersToTheObjectsOfItsNewOrganization(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		const twin = "2d5f8a1c-0000-4000-8000-000000000000"
		vb.Mutate(func(s *vb365sim.Store) {
			s.Organization(vb365sim.HybridOrganizationID).Add(vb365sim.Object{
				Type: "User", ID: twin, Name: vb365sim.RestoreOperatorName, Kind: "User", Location: "Hybrid",
			})
		})
		w.MustApply(whole(nil))
		w.MustApply(whole(map[string]any{"organization_id": vb365sim.HybridOrganizationID}))
		holds(t, vb, "EntireOrganization", []string{"User " + twin}, nil, nil)
	})
}

func TestCreate_ALostAnswerMakesOneRole(t *testing.T) {
	for name, c := range map[string]struct {
		fault   vb365sim.Fault
		options vb365sim.Options
		posts   int
	}{
		"lost before it was carried out": {vb365sim.Fault{Kind: simkit.FaultDropBeforeCommit}, vb365sim.Options{}, 2},
		"lost after it was carried out":  {vb365sim.Fault{Kind: simkit.FaultDropAfterCommit}, vb365sim.Options{}, 1},
		"lost, and listed late": {
			vb365sim.Fault{Kind: simkit.FaultDropAfterCommit},
			vb365sim.Options{RoleDelay: 3 * time.Second, EntryDelay: 2 * time.Second},
			1,
		},
		"truncated": {vb365sim.Fault{Kind: simkit.FaultTruncated}, vb365sim.Options{}, 1},
		"garbage":   {vb365sim.Fault{Kind: simkit.FaultGarbage, AfterCommit: true}, vb365sim.Options{}, 1},
		"502":       {vb365sim.Fault{Status: 502, AfterCommit: true}, vb365sim.Options{}, 1},
		"500":       {vb365sim.Fault{Status: 500}, vb365sim.Options{}, 2},
		"429":       {vb365sim.Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}}, vb365sim.Options{}, 2},
		"answer 200 without an ID": {
			vb365sim.Fault{Status: 200, AfterCommit: true, Body: `{"name":"Helpdesk"}`}, vb365sim.Options{}, 1,
		},
		"slow": {vb365sim.Fault{Kind: simkit.FaultDelayAfterCommit, Delay: 2 * time.Minute}, vb365sim.Options{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, c.options, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				c.fault.Method, c.fault.PathPattern, c.fault.Times = "POST", createPath, 1
				vb.Inject(c.fault)
				w.MustApply(role(map[string]any{"excluded_items": list(site)}))
				holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, []string{aSite})
				posts := slices.DeleteFunc(vb.Writes(), func(r string) bool { return !strings.HasSuffix(r, "/RbacRoles") })
				if len(posts) != c.posts {
					t.Errorf("sent %q, want %d requests to create", vb.Writes(), c.posts)
				}
			})
		})
	}
}

func TestCreate_ASecondRoleOfTheNameIsReportedAndKept(t *testing.T) {
	bubble(t, vb365sim.Options{RoleDelay: 20 * time.Second}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		vb.Inject(vb365sim.Fault{Method: "POST", PathPattern: createPath, Kind: simkit.FaultDropAfterCommit, Times: 1})
		release := make(chan struct{})
		vb.Inject(vb365sim.Fault{
			Method: "POST", PathPattern: createPath, Kind: simkit.FaultHoldAfterCommit, Release: release, Times: 1,
		})
		go func() {
			time.Sleep(30 * time.Second)
			close(release)
		}()
		out := w.Apply(role(nil))
		if len(out.Errors) != 1 || !w.Tainted(address) {
			t.Fatalf("%+v", out)
		}
		all := vb.Snapshot()
		if len(all) != 2 {
			t.Fatalf("the server has %v", all)
		}
		own, _ := w.Attributes(address)["id"].(string)
		twin := all[0].ID
		if twin == own {
			twin = all[1].ID
		}
		says(t, out.Errors[0], "several restore operator roles with the name Helpdesk", "created the role with the ID "+own,
			"the role with the ID "+twin, "terraform untaint", "terraform state rm")
		if got := vb.Writes(); slices.ContainsFunc(got, func(r string) bool { return strings.HasPrefix(r, "DELETE") }) {
			t.Errorf("sent %q", got)
		}
	})
}

func TestCreate_AnUncertainFailureSaysWhatToDo(t *testing.T) {
	bubble(t, vb365sim.Options{RoleDelay: time.Hour}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		vb.Inject(vb365sim.Fault{Method: "POST", PathPattern: createPath, Status: 500})
		out := w.Apply(role(nil))
		if len(out.Errors) != 1 || len(w.Addresses()) > 0 {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "Could not create the restore operator role Helpdesk", "HTTP 500",
			"The server may have created the role nevertheless")
	})
}

func TestCreate_ARefusalSaysSoAndLeavesNothing(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		onPremises := role(map[string]any{
			"organization_id": vb365sim.HybridOrganizationID, "operators": list(byName("User", vb365sim.HybridOnPremUserName)),
			"role_type": "EntireOrganization", "selected_items": nil,
		})
		out := w.Apply(onPremises)
		if len(out.Errors) != 1 || len(w.Addresses())+len(vb.Snapshot()) > 0 {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "Could not create the restore operator role Helpdesk", "HTTP 400",
			"is not a Microsoft 365 object")
		if strings.Contains(out.Errors[0], "nevertheless") {
			t.Error(out.Errors[0])
		}
	})
}

func TestCreate_AFailureAfterTheRoleExistsKeepsItsID(t *testing.T) {
	for name, f := range map[string]vb365sim.Fault{
		"reading the role":   {Method: "GET", PathPattern: "/v8/RbacRoles/*", Status: 500},
		"reading a list":     {Method: "GET", PathPattern: "/v8/RbacRoles/*/excludedItems", Status: 403},
		"reading everything": {Method: "GET", PathPattern: "/v8/RbacRoles/**", Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
				vb.Inject(f)
				out := w.Apply(role(nil))
				if len(out.Errors) != 1 {
					t.Fatalf("%+v", out)
				}
				says(t, out.Errors[0], "Could not finish creating the restore operator role Helpdesk",
					fmt.Sprint("HTTP ", f.Status))
				if got := w.Attributes(address)["id"]; got != vb.Role("Helpdesk").ID || !w.Tainted(address) {
					t.Errorf("the state has the ID %v", got)
				}
				vb.ClearFaults()
				w.MustApply(role(nil))
				if all := vb.Snapshot(); len(all) != 1 {
					t.Errorf("the server has %v", all)
				}
			})
		})
	}
}

func TestCreate_EntriesThatTheServerDroppedAreAdded(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		vb.Configure(func(o *vb365sim.Options) {
			o.OnRequest = func(r vb365sim.Request) {
				if r.Method == "POST" && strings.HasSuffix(r.Path, "/RbacRoles") {
					removeEntry(vb, vb365sim.SelectedItems, vb365sim.User3ID)
					addEntry(vb, vb365sim.Operators, "User", vb365sim.AdminID)
				}
			}
		})
		began := time.Now()
		w.MustApply(role(nil))
		if took := time.Since(began); took < 5*time.Second || took > 8*time.Second {
			t.Errorf("took %s, want the 5 s in which an entry may be listed late", took)
		}
		sent(t, vb, "POST /v8/Organizations/"+cloud+"/RbacRoles", "POST /v8/RbacRoles/ID/selectedItems",
			"DELETE /v8/RbacRoles/ID/operators")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, nil)
	})
}

func TestCreate_AFailureWhileEntriesAreChangedLeavesATrueState(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		vb.Configure(func(o *vb365sim.Options) {
			o.OnRequest = func(r vb365sim.Request) {
				if r.Method == "POST" && strings.HasSuffix(r.Path, "/RbacRoles") {
					removeEntry(vb, vb365sim.SelectedItems, vb365sim.User3ID)
					addEntry(vb, vb365sim.Operators, "User", vb365sim.AdminID)
				}
			}
		})
		vb.Inject(vb365sim.Fault{Method: "DELETE", Status: 403})
		out := w.Apply(role(nil))
		if len(out.Errors) != 1 || !w.Tainted(address) {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "Could not finish creating the restore operator role Helpdesk", "remove from the operators")
		holds(t, vb, "SpecificObjects", []string{anOperator, anAdmin}, []string{aUser3, anABC}, nil)
		stateIsTrue(t, vb, w)
	})
}

func TestCreate_ARoleThatIsFoundAfterALostAnswerIsBroughtToThePlan(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		vb.Inject(vb365sim.Fault{Method: "POST", PathPattern: createPath, Kind: simkit.FaultDropAfterCommit, Times: 1})
		vb.Configure(func(o *vb365sim.Options) {
			o.OnRequest = func(r vb365sim.Request) {
				if r.Method != "POST" || !strings.HasSuffix(r.Path, "/RbacRoles") {
					return
				}
				vb.Mutate(func(s *vb365sim.Store) { s.FindRole(cloud, "Helpdesk").Description = "of another client" })
				addEntry(vb, vb365sim.Operators, "User", vb365sim.AdminID)
			}
		})
		w.MustApply(role(nil))
		sent(t, vb, "POST /v8/Organizations/"+cloud+"/RbacRoles", "PUT /v8/RbacRoles/ID")
		holds(t, vb, "SpecificObjects", []string{anOperator}, []string{aUser3, anABC}, nil)
	})
}

func TestImport_OfARoleWithoutAnOrganizationIsRefused(t *testing.T) {
	bubble(t, vb365sim.Options{}, func(t *testing.T, vb *acctest.VB365, w *tfrun.Workspace) {
		id := addRole(vb, "Helpdesk")
		vb.Inject(vb365sim.Fault{
			Method: "GET", PathPattern: "/v8/RbacRoles/" + id, Status: 200, Header: http.Header{
				"Content-Type": {"application/json"},
			},
			Body: `{"id":"` + id + `","name":"Helpdesk","description":"manual","roleType":"SpecificObjects"}`,
		})
		out := w.Import(imported(false), id, nil)
		if len(out.Errors) != 1 {
			t.Fatalf("%+v", out)
		}
		says(t, out.Errors[0], "The organization of the restore operator role Helpdesk is not known",
			"<organization>/<role name>")
		if out := w.Import(imported(false), cloud+"/Helpdesk", nil); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		unchanged(t, w, imported(false))
	})
}
