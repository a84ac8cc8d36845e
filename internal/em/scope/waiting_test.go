// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// The tests in this file need no Terraform CLI and run in virtual time, so that a server can take minutes and times are exact.

const (
	resourceType = "veeam_em_account_scope"
	// lag is the longest time until the provider notices a change of the list of scopes: it looks every two seconds, and another
	// resource may have read the list a second earlier.
	lag = 3 * time.Second
)

func block(label, accountID, ref, name string) acctest.Block {
	return acctest.Block{Type: resourceType, Name: label, Attributes: map[string]any{
		"account_id": accountID, "hierarchy_obj_ref": ref, "object_name": name,
	}}
}

// apply applies a configuration and checks that a plan is empty after it. It returns how long the apply took.
func apply(t *testing.T, w *acctest.Workspace, config ...acctest.Block) (took time.Duration) {
	t.Helper()
	begun := time.Now()
	if out := w.Apply(config...); len(out.Errors) > 0 || out.LogOff != nil {
		t.Fatalf("the apply says %q, the logoff %v", out.Errors, out.LogOff)
	}
	took = time.Since(begun)
	if plan := w.Plan(config...); len(plan.Errors)+len(plan.Changes) > 0 {
		t.Fatalf("the plan after the apply: errors %q, changes %q", plan.Errors, plan.Changes)
	}
	return took
}

// checked fails the test for each check that fails.
func checked(t *testing.T, checks ...resource.TestCheckFunc) {
	t.Helper()
	for _, check := range checks {
		if err := check(nil); err != nil {
			t.Error(err)
		}
	}
}

// within checks that an apply took as long as the server, and no more than the lag of each wait longer. If the server does
// everything at once, no time may pass.
func within(t *testing.T, took, server time.Duration, waits int) {
	t.Helper()
	most := server + time.Duration(waits)*lag
	if server == 0 {
		most = 0
	}
	if took < server || took > most {
		t.Errorf("took %s, want %s to %s", took, server, most)
	}
}

func TestScope_IsAddedAndRemovedOnEveryServer(t *testing.T) {
	const delay = 3 * time.Minute
	for name, options := range map[string]emsim.Options{
		"listed late":       {ScopeDelay: delay},
		"vanishes late":     {RemovingDelay: delay},
		"roots by uniqueID": {RootNames: emsim.RootNamesUniqueID},
		"roots by name":     {RootNames: emsim.RootNamesName},
		"processed later":   {ProcessDelay: delay},
		"references only":   {ReferencesOnly: true, RootNames: emsim.RootNamesName},
		"infrastructure":    {ObjectNames: emsim.ObjectNamesInfrastructure},
	} {
		for kind, object := range kinds {
			if kind == "file share" && options.RootNames == emsim.RootNamesName {
				continue // a file share is no hierarchy root, and has no name to be listed by
			}
			t.Run(name+" "+kind, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, options)
					id := seed(em)
					w := em.NewWorkspace()
					config := block("test", id, object[0], object[1])
					within(t, apply(t, w, config), options.ScopeDelay, 1)
					checked(t, holds(em, object[0]), em.WritesExactly("POST /api/security/accounts/"+id+"/scopes"))
					time.Sleep(options.ProcessDelay)
					if plan := w.Plan(config); len(plan.Errors)+len(plan.Changes) > 0 {
						t.Errorf("a later plan: errors %q, changes %q", plan.Errors, plan.Changes)
					}
					within(t, apply(t, w), options.RemovingDelay, 1)
					checked(t, holds(em))
				})
			})
		}
	}
}

func TestScope_TwoObjectsOfOneNameAreToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
		id := seed(em)
		w := em.NewWorkspace()
		a, b := block("a", id, emsim.VMDupARef, emsim.VMDupName), block("b", id, emsim.VMDupBRef, emsim.VMDupName)
		within(t, apply(t, w, a, b), 2*delay, 2) // one after the other
		checked(t, holds(em, emsim.VMDupARef, emsim.VMDupBRef))
		if of, other := w.Attributes(a.Address())["id"], w.Attributes(b.Address())["id"]; of == other {
			t.Errorf("both have the ID %v", of)
		}
		apply(t, w, b) // the right one of the two goes
		checked(t, holds(em, emsim.VMDupBRef))
		apply(t, w)
		checked(t, holds(em))
	})
}

func TestScope_OneOfAnAmbiguousNameIsSentAndTheNewOneAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
		id := seed(em)
		var foreign string
		em.Mutate(func(s *emsim.Store) { foreign = s.AddScope(id, emsim.VMDupARef, emsim.VMDupName).ID })
		w := em.NewWorkspace()
		config := block("test", id, emsim.VMDupBRef, emsim.VMDupName)
		within(t, apply(t, w, config), delay, 1)
		checked(t, em.WritesExactly("POST /api/security/accounts/"+id+"/scopes"), holds(em, emsim.VMDupARef, emsim.VMDupBRef))
		if got := w.Attributes(config.Address())["id"]; got == foreign {
			t.Errorf("the scope of another object (%s) was taken for the new one", got)
		}
		apply(t, w)
		checked(t, holds(em, emsim.VMDupARef)) // what was there before stays
	})
}

func TestScope_MovedToAnotherResourceWithoutAMovedBlockIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{RemovingDelay: time.Minute})
		id := seed(em)
		w := em.NewWorkspace()
		apply(t, w, block("old", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
		apply(t, w, block("new", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
		checked(t, holds(em, emsim.VMWeb01Ref))
		apply(t, w)
		checked(t, holds(em))
	})
}

func TestScope_AReplacedReferenceGetsTheNewScopeAndLosesTheOldHoweverLongThatTakes(t *testing.T) {
	const delay = time.Minute
	options := emsim.Options{ScopeDelay: delay, RemovingDelay: delay}
	t.Run("destroy first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			id := seed(em)
			w := em.NewWorkspace()
			after := block("test", id, emsim.VMDupBRef, emsim.VMDupName)
			apply(t, w, block("test", id, emsim.VMDupARef, emsim.VMDupName))
			if plan := w.Plan(after); !slices.Equal(plan.Changes, []string{"replace " + after.Address()}) {
				t.Errorf("planned %q", plan.Changes)
			}
			within(t, apply(t, w, after), 2*delay, 2)
			checked(t, holds(em, emsim.VMDupBRef))
			apply(t, w)
			checked(t, holds(em))
		})
	})
	t.Run("create first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			id := seed(em)
			change := func(p *acctest.Protocol, prior acctest.Stored, config map[string]any) acctest.Stored {
				after, said := p.Apply(resourceType, prior, config)
				if len(said) > 0 {
					t.Fatal(said)
				}
				return after
			}
			before := change(em.Protocol(), acctest.Stored{}, block("test", id, emsim.VMDupARef, emsim.VMDupName).Attributes)
			replacing := em.Protocol() // in a later run
			begun := time.Now()
			after := change(replacing, acctest.Stored{}, block("test", id, emsim.VMDupBRef, emsim.VMDupName).Attributes)
			checked(t, holds(em, emsim.VMDupARef, emsim.VMDupBRef))
			change(replacing, before, nil)
			within(t, time.Since(begun), 2*delay, 2)
			checked(t, holds(em, emsim.VMDupBRef))
			if read, said := em.Protocol().Read(resourceType, after); len(said) > 0 || read.State["id"] != after.State["id"] {
				t.Errorf("read %v, %q", read.State, said)
			}
			change(em.Protocol(), after, nil)
			checked(t, holds(em))
		})
	})
}

func TestScope_TwentyOnOneAccountShareTheWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 2 * time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay, RemovingDelay: delay})
		id := seed(em)
		var refs []string
		var config []acctest.Block
		em.Mutate(func(s *emsim.Store) {
			for i := range 20 {
				ref, name := fmt.Sprintf("urn:VMware:Vm:%s.vm-%d", emsim.VCenterID, 9000+i), fmt.Sprintf("many%d", i)
				s.AddObject(ref, name)
				refs = append(refs, ref)
				config = append(config, block(name, id, ref, name))
			}
		})
		w := em.NewWorkspace()
		begun := time.Now()
		if out := w.Apply(config...); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		within(t, time.Since(begun), 2*delay, 2) // Terraform works on ten at a time
		checked(t, holds(em, refs...))
		lists, posts := 0, 0
		for _, r := range em.Journal() {
			if strings.HasSuffix(r.Path, "/scopes") {
				if r.Method == http.MethodPost {
					posts++
				} else {
					lists++
				}
			}
		}
		// Ten wait with a list a second, after some more in the first two seconds; two lists tell what was there before each scope.
		if most := 2*(int(delay/time.Second)+20) + 2*20; posts != 20 || lists > most {
			t.Errorf("%d requests added 20 scopes and %d listed them, want at most %d", posts, lists, most)
		}
		within(t, apply(t, w), 2*delay, 2)
		checked(t, holds(em))
	})
}

func TestScope_ListedTooLateIsKnownAndTheNextApplyDoublesNothing(t *testing.T) {
	const delay, timeout = 10 * time.Minute, 3 * time.Minute
	for name, then := range map[string]time.Duration{"before the next apply": time.Hour, "during the next apply": delay - timeout - 5*time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
				id := seed(em)
				// One of this name is there, so that only what was there before tells which is the new one.
				em.Mutate(func(s *emsim.Store) { s.AddScope(id, emsim.VMDupARef, emsim.VMDupName) })
				config := block("test", id, emsim.VMDupBRef, emsim.VMDupName)
				config.Attributes["timeouts"] = map[string]any{"create": timeout.String()}
				w := em.NewWorkspace()
				begun := time.Now()
				out := w.Apply(config)
				if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "accepted them, but does not list") {
					t.Fatalf("errors %q", out.Errors)
				}
				if took := time.Since(begun); took != timeout {
					t.Errorf("failed after %s", took)
				}
				time.Sleep(then)
				em.Configure(func(o *emsim.Options) { o.ScopeDelay = 0 })
				apply(t, w, config)
				checked(t, holds(em, emsim.VMDupARef, emsim.VMDupBRef))
				apply(t, w)
				checked(t, holds(em, emsim.VMDupARef))
			})
		})
	}
}

func TestScope_WhoseAnswerIsLostIsFoundAndNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 8 * time.Second
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
		id := seed(em)
		em.Inject(emsim.Fault{Method: http.MethodPost, PathPattern: "/api/security/accounts/*/scopes", Kind: emsim.FaultDropAfterCommit, Times: 1})
		w := em.NewWorkspace()
		within(t, apply(t, w, block("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)), delay, 1)
		checked(t, holds(em, emsim.VMWeb01Ref), em.WritesExactly("POST /api/security/accounts/"+id+"/scopes"))
		apply(t, w)
		checked(t, holds(em))
	})
}

// A resource whose removal failed still has its scope, and the next apply removes it. A resource of another address that took it
// over meanwhile would lose it then. Which of the two comes first is chance: ten runs see both.
func TestScope_OneWhoseRemovalFailedIsNotTakenOver(t *testing.T) {
	removes := func(q emsim.Request) bool {
		return q.Method == http.MethodDelete && strings.Contains(q.Path, "/scopes/")
	}
	lists := func(q emsim.Request) bool { return q.Method == http.MethodGet && strings.HasSuffix(q.Path, "/scopes") }
	for name, fault := range map[string]emsim.Fault{
		"refused":                   {Kind: emsim.FaultStatus, Status: http.StatusTooManyRequests, Match: removes},
		"failed":                    {Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Match: removes},
		"a list that cannot be had": {Kind: emsim.FaultStatus, Status: http.StatusForbidden, Match: lists, Times: 1},
		"a second list":             {Kind: emsim.FaultStatus, Status: http.StatusForbidden, Match: lists, Skip: 1, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			for range 10 {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, emsim.Options{})
					id := seed(em)
					w := em.NewWorkspace()
					before, after := block("before", id, emsim.VM01Ref, emsim.VM01Name), block("after", id, emsim.VM01Ref, emsim.VM01Name)
					apply(t, w, before)
					w.BeforeApply = func() { em.Inject(fault) }
					w.Apply(after)
					w.BeforeApply = nil
					em.ClearFaults()
					apply(t, w, after)
					checked(t, holds(em, emsim.VM01Ref))
				})
			}
		})
	}
}
