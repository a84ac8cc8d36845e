// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The tests in this file need no Terraform CLI. They run in virtual time, so a server can take minutes and durations
// are exact.

const (
	resourceType = "veeam_em_account_scope"
)

// settling is how long an apply looks for the scopes of other processes if the server does not return the Location of a
// new scope and the lookup service does not show that only one object has the name.
const settling = 10 * time.Second

func block(label, accountID, ref, name string) tfrun.Block {
	return tfrun.Block{Type: resourceType, Name: label, Attributes: map[string]any{
		"account_id": accountID, "hierarchy_obj_ref": ref, "object_name": name,
	}}
}

func TestScope_CanBeAddedAndRemovedOnEveryServer(t *testing.T) {
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
				continue // the root of a file share is not a hierarchy root and has no name
			}
			t.Run(name+" "+kind, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, options)
					id := seed(em)
					w := em.NewWorkspace()
					config := block("test", id, object[0], object[1])
					took, settles := w.MustApply(config), time.Duration(0)
					if kind == "file share" { // the lookup service does not know it
						settles = settling
					}
					tfrun.Took(t, took, options.ScopeDelay+settles, 2)
					tfrun.Check(t, holds(em, object[0]), em.WritesExactly("POST /api/security/accounts/"+id+"/scopes"))
					time.Sleep(options.ProcessDelay)
					if plan := w.Plan(config); len(plan.Errors)+len(plan.Changes) > 0 {
						t.Errorf("a later plan: errors %q, changes %q", plan.Errors, plan.Changes)
					}
					tfrun.Took(t, w.MustApply(), options.RemovingDelay, 1)
					tfrun.Check(t, holds(em))
				})
			})
		}
	}
}

func TestScope_DistinguishesTwoObjectsOfOneName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
		id := seed(em)
		w := em.NewWorkspace()
		a, b := block("a", id, emsim.VMDupARef, emsim.VMDupName), block("b", id, emsim.VMDupBRef, emsim.VMDupName)
		tfrun.Took(t, w.MustApply(a, b), 2*(delay+settling), 4) // one after another
		tfrun.Check(t, holds(em, emsim.VMDupARef, emsim.VMDupBRef))
		if of, other := w.Attributes(a.Address())["id"], w.Attributes(b.Address())["id"]; of == other {
			t.Errorf("both have the ID %v", of)
		}
		w.MustApply(b) // removes the right one of the two
		tfrun.Check(t, holds(em, emsim.VMDupBRef))
		w.MustApply()
		tfrun.Check(t, holds(em))
	})
}

func TestScope_AnAmbiguousNameIsSentAndTheNewScopeAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
		id := seed(em)
		var foreign string
		em.Mutate(func(s *emsim.Store) { foreign = s.AddScope(id, emsim.VMDupARef, emsim.VMDupName).ID })
		w := em.NewWorkspace()
		config := block("test", id, emsim.VMDupBRef, emsim.VMDupName)
		tfrun.Took(t, w.MustApply(config), delay+settling, 2)
		tfrun.Check(t, em.WritesExactly("POST /api/security/accounts/"+id+"/scopes"),
			holds(em, emsim.VMDupARef, emsim.VMDupBRef))
		if got := w.Attributes(config.Address())["id"]; got == foreign {
			t.Errorf("the scope of another object (%s) was adopted as the new one", got)
		}
		w.MustApply()
		tfrun.Check(t, holds(em, emsim.VMDupARef)) // the existing scope stays
	})
}

func TestScope_IsNotLostIfItMovesToAnotherResourceWithoutAMovedBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{RemovingDelay: time.Minute})
		id := seed(em)
		w := em.NewWorkspace()
		w.MustApply(block("old", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
		w.MustApply(block("new", id, emsim.VMWeb01Ref, emsim.VMWeb01Name))
		tfrun.Check(t, holds(em, emsim.VMWeb01Ref))
		w.MustApply()
		tfrun.Check(t, holds(em))
	})
}

func TestScope_ReplacingTheReferenceWaitsForTheNewScopeAndTheRemoval(t *testing.T) {
	const delay = time.Minute
	options := emsim.Options{ScopeDelay: delay, RemovingDelay: delay}
	t.Run("destroy first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			id := seed(em)
			w := em.NewWorkspace()
			after := block("test", id, emsim.VMDupBRef, emsim.VMDupName)
			w.MustApply(block("test", id, emsim.VMDupARef, emsim.VMDupName))
			if plan := w.Plan(after); !slices.Equal(plan.Changes, []string{"replace " + after.Address()}) {
				t.Errorf("planned %q", plan.Changes)
			}
			tfrun.Took(t, w.MustApply(after), 2*delay+settling, 3)
			tfrun.Check(t, holds(em, emsim.VMDupBRef))
			w.MustApply()
			tfrun.Check(t, holds(em))
		})
	})
	t.Run("create first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			id := seed(em)
			change := func(p *tfrun.Protocol, prior tfrun.Stored, config map[string]any) tfrun.Stored {
				after, said := p.Apply(resourceType, prior, config)
				if len(said) > 0 {
					t.Fatal(said)
				}
				return after
			}
			before := change(em.Protocol(), tfrun.Stored{}, block("test", id, emsim.VMDupARef, emsim.VMDupName).Attributes)
			replacing := em.Protocol() // in a later run
			begun := time.Now()
			after := change(replacing, tfrun.Stored{}, block("test", id, emsim.VMDupBRef, emsim.VMDupName).Attributes)
			tfrun.Check(t, holds(em, emsim.VMDupARef, emsim.VMDupBRef))
			change(replacing, before, nil)
			tfrun.Took(t, time.Since(begun), 2*delay+settling, 3)
			tfrun.Check(t, holds(em, emsim.VMDupBRef))
			if read, said := em.Protocol().Read(resourceType, after); len(said) > 0 || read.State["id"] != after.State["id"] {
				t.Errorf("read %v, %q", read.State, said)
			}
			change(em.Protocol(), after, nil)
			tfrun.Check(t, holds(em))
		})
	})
}

func TestScope_TwentyScopesOfOneAccountWaitConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 2 * time.Minute
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay, RemovingDelay: delay})
		id := seed(em)
		var refs []string
		var config []tfrun.Block
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
		tfrun.Took(t, time.Since(begun), 2*delay, 2) // Terraform works on ten at a time
		tfrun.Check(t, holds(em, refs...))
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
		// Ten scopes wait with one list per second each, and with a few more in the first two seconds. Two further lists per
		// scope read what existed before.
		if most := 2*(int(delay/time.Second)+20) + 2*20; posts != 20 || lists > most {
			t.Errorf("%d requests added 20 scopes and %d listed them, want at most %d", posts, lists, most)
		}
		tfrun.Took(t, w.MustApply(), 2*delay, 2)
		tfrun.Check(t, holds(em))
	})
}

func TestScope_ListedAfterTheTimeoutIsRecognizedAndNotSentAgain(t *testing.T) {
	const delay, timeout = 10 * time.Minute, 3 * time.Minute
	for name, then := range map[string]time.Duration{
		"before the next apply": time.Hour, "during the next apply": delay - timeout - 5*time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
				id := seed(em)
				// A scope of this name exists. Only the IDs from before the request identify the new one.
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
				w.MustApply(config)
				tfrun.Check(t, holds(em, emsim.VMDupARef, emsim.VMDupBRef))
				w.MustApply()
				tfrun.Check(t, holds(em, emsim.VMDupARef))
			})
		})
	}
}

func TestScope_WithALostAnswerIsFoundAndNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 8 * time.Second
		em := acctest.StartEM(t, emsim.Options{ScopeDelay: delay})
		id := seed(em)
		em.Inject(emsim.Fault{
			Method: http.MethodPost, PathPattern: "/api/security/accounts/*/scopes", Kind: emsim.FaultDropAfterCommit, Times: 1,
		})
		w := em.NewWorkspace()
		tfrun.Took(t, w.MustApply(block("test", id, emsim.VMWeb01Ref, emsim.VMWeb01Name)), delay, 1)
		tfrun.Check(t, holds(em, emsim.VMWeb01Ref), em.WritesExactly("POST /api/security/accounts/"+id+"/scopes"))
		w.MustApply()
		tfrun.Check(t, holds(em))
	})
}

// A resource whose removal failed still has its scope, and the next apply removes it. If another resource had adopted
// the scope, it would lose it then.
func TestScope_IsNotAdoptedIfItsRemovalFailed(t *testing.T) {
	removes := func(q emsim.Request) bool {
		return q.Method == http.MethodDelete && strings.Contains(q.Path, "/scopes/")
	}
	lists := func(q emsim.Request) bool { return q.Method == http.MethodGet && strings.HasSuffix(q.Path, "/scopes") }
	for name, fault := range map[string]emsim.Fault{
		"refused":            {Kind: emsim.FaultStatus, Status: http.StatusTooManyRequests, Match: removes},
		"failed":             {Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Match: removes},
		"first list failed":  {Kind: emsim.FaultStatus, Status: http.StatusForbidden, Match: lists, Times: 1},
		"second list failed": {Kind: emsim.FaultStatus, Status: http.StatusForbidden, Match: lists, Skip: 1, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, order := range [][]string{
				{"delete veeam_em_account_scope.before", "veeam_em_account_scope.after"},
				{"veeam_em_account_scope.after", "delete veeam_em_account_scope.before"},
				nil, // at the same time
			} {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, emsim.Options{})
					id := seed(em)
					w := em.NewWorkspace()
					w.ApplyOrder = order
					before := block("before", id, emsim.VM01Ref, emsim.VM01Name)
					after := block("after", id, emsim.VM01Ref, emsim.VM01Name)
					w.MustApply(before)
					w.BeforeApply = func() { em.Inject(fault) }
					w.Apply(after)
					w.BeforeApply = nil
					em.ClearFaults()
					w.MustApply(after)
					tfrun.Check(t, holds(em, emsim.VM01Ref))
				})
			}
		})
	}
}

// Two runs know nothing of each other. Without a Location, neither can know which of two scopes of one name is its own.
func TestScope_TwoRunsTellScopesOfOneNameApartByTheLocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{
			ScopeDelay: 20 * time.Second, ScopeLocation: true, ListOrder: emsim.ListNewestFirst,
		})
		id := seed(em)
		refs := []string{emsim.VMDupARef, emsim.VMDupBRef}
		runs := []*tfrun.Workspace{em.NewWorkspace(), em.NewWorkspace()}
		var all sync.WaitGroup
		for i, run := range runs {
			all.Go(func() {
				if out := run.Apply(block("test", id, refs[i], emsim.VMDupName)); len(out.Errors) > 0 {
					t.Errorf("%s: %q", refs[i], out.Errors)
				}
			})
		}
		all.Wait()
		tfrun.Check(t, holds(em, refs...))
		runs[0].MustApply() // its own scope goes, and not the other
		tfrun.Check(t, holds(em, emsim.VMDupBRef))
		runs[1].MustApply()
		tfrun.Check(t, holds(em))
	})
}

// Without a Location, a run whose own scope is listed late sees only the scope of the other run.
func TestScope_WithoutALocationTwoRunsFailRatherThanTakeEachOthersScope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var em *acctest.EM
		late := true
		em = acctest.StartEM(t, emsim.Options{OnRequest: func(r emsim.Request) {
			if r.Method == "POST" && strings.HasSuffix(r.Path, "/scopes") && late {
				late = false // only the scope that is added first is listed late
				em.Mutate(func(s *emsim.Store) {
					for _, a := range s.Accounts() {
						for _, sc := range a.Scopes {
							sc.ListedAt = sc.ListedAt.Add(8 * time.Second)
						}
					}
				})
			}
		}})
		id := seed(em)
		refs := []string{emsim.VMDupARef, emsim.VMDupBRef}
		runs := []*tfrun.Workspace{em.NewWorkspace(), em.NewWorkspace()}
		outcomes := make([]tfrun.Outcome, 2)
		var all sync.WaitGroup
		for i, run := range runs {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Second)
				outcomes[i] = run.Apply(block("test", id, refs[i], emsim.VMDupName))
			})
		}
		all.Wait()
		tfrun.Check(t, holds(em, refs...))
		for i, out := range outcomes {
			said := strings.Join(out.Errors, "\n")
			for _, s := range em.Account(accountName).Scopes {
				if s.Name == emsim.VMDupName && !strings.Contains(said, s.ID) {
					t.Errorf("run %d does not name the scope %s: %q", i, s.ID, said)
				}
			}
		}
		// Neither run removes a scope that may be the other's.
		for _, run := range runs {
			if out := run.Apply(); len(out.Errors) == 0 {
				t.Error("a destroy that does not know its own scope succeeds")
			}
		}
		tfrun.Check(t, holds(em, refs...))
	})
}

// Scopes of several roots can have one ID. That another one of them is being removed is no reason to wait.
func TestScope_IsNotAwaitedInPlaceOfAnotherOneOfItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{
			SharedScopeIDs: true, SharedDelete: emsim.SharedDeleteFirst, RemovingDelay: time.Hour,
		})
		id := seed(em)
		prod, said := em.Protocol().Apply(resourceType, tfrun.Stored{},
			block("prod", id, emsim.ResourcePoolRef, emsim.ResourcePoolName).Attributes)
		if len(said) > 0 {
			t.Fatal(said)
		}
		em.Mutate(func(s *emsim.Store) {
			s.AddScope(id, emsim.ResourcePoolDRRef, emsim.ResourcePoolName)
			a := s.Account(id) // an administrator removes both, and the first is gone already
			for _, sc := range a.Scopes {
				if sc.Ref == emsim.ResourcePoolDRRef {
					sc.RemovingUntil = time.Now().Add(time.Hour)
				}
			}
			a.Scopes = slices.DeleteFunc(a.Scopes, func(sc *emsim.Scope) bool { return sc.Ref == emsim.ResourcePoolRef })
		})
		begun := time.Now()
		if _, said := em.Protocol().Apply(resourceType, prod, nil); len(said) > 0 {
			t.Errorf("the removal says %q", said)
		}
		tfrun.Took(t, time.Since(begun), 0, 0)
	})
}

// The server answers with a failure, and a scope of the name appears: it may be that of another process.
func TestScope_IsNotTakenAfterAnAnsweredFailureIfOtherObjectsHaveItsName(t *testing.T) {
	for name, c := range map[string]struct {
		ref, name string
		commits   bool
		taken     bool
	}{
		"ambiguous":             {emsim.VMDupBRef, emsim.VMDupName, false, false},
		"ambiguous, and itself": {emsim.VMDupBRef, emsim.VMDupName, true, false},
		"unique, and itself":    {emsim.VMWeb01Ref, emsim.VMWeb01Name, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{})
				id := seed(em)
				em.Inject(emsim.Fault{
					Match: func(r emsim.Request) bool { return r.Method == "POST" && strings.HasSuffix(r.Path, "/scopes") },
					Kind:  emsim.FaultStatus, Status: 500, AfterCommit: c.commits, Times: 1,
					Header: http.Header{"Content-Type": {"application/xml"}},
					Body:   `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="broken" StatusCode="500" />`,
				})
				if !c.commits {
					em.Configure(func(o *emsim.Options) {
						o.OnRequest = func(r emsim.Request) {
							if r.Method == "POST" && r.Fault != "" {
								em.Mutate(func(s *emsim.Store) { s.AddScope(id, emsim.VMDupARef, emsim.VMDupName) })
							}
						}
					})
				}
				w := em.NewWorkspace()
				config := block("test", id, c.ref, c.name)
				out := w.Apply(config)
				if taken := len(out.Errors) == 0; taken != c.taken {
					t.Fatalf("errors %q", out.Errors)
				}
				if c.taken {
					w.MustApply()
					tfrun.Check(t, holds(em))
					return
				}
				var scope string
				for _, s := range em.Account(accountName).Scopes {
					if s.Name == c.name {
						scope = s.ID
					}
				}
				for _, out := range []tfrun.Outcome{out, w.Plan(config), w.Apply()} { // a later run knows no more
					if !strings.Contains(strings.Join(out.Errors, "\n"), scope) {
						t.Errorf("errors %q, want one with the ID %s", out.Errors, scope)
					}
				}
				if n := len(em.Account(accountName).Scopes); n != 2 {
					t.Errorf("%d scopes, want the two that were there", n)
				}
			})
		})
	}
}

func TestScope_FailsAtOnceIfTheServerAnswersWithAFailedTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{ScopeFailure: "The host is locked."})
		w := em.NewWorkspace()
		begun := time.Now()
		out := w.Apply(block("test", seed(em), emsim.VM01Ref, emsim.VM01Name))
		if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "The host is locked.") {
			t.Errorf("errors %q", out.Errors)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("it took %s", took)
		}
		if got := w.Addresses(); len(got) > 0 {
			t.Errorf("the state has %v", got)
		}
	})
}
