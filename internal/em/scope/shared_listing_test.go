// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// Resources of one account share listings of its scopes. These tests are about how many requests that leaves, and about
// what a listing does not show: what has happened since it was requested.

// machine returns the reference and the name of one of the machines of addMachines.
func machine(n int) (ref, name string) {
	return fmt.Sprintf("urn:VMware:Vm:%s.vm-99%d", emsim.VCenterID, n), fmt.Sprintf("machine%d", n)
}

func addMachines(em *acctest.EM, n int) {
	em.Mutate(func(s *emsim.Store) {
		for i := range n {
			s.AddObject(machine(i))
		}
	})
}

// scopeBlock is a scope resource for a machine.
func scopeBlock(accountID string, n int) tfrun.Block {
	ref, name := machine(n)
	return tfrun.Block{Type: "veeam_em_account_scope", Name: name, Attributes: map[string]any{
		"account_id": accountID, "hierarchy_obj_ref": ref, "object_name": name,
	}}
}

// sentKinds returns how often each kind of request was sent since the last call, apart from logons.
func sentKinds(em *acctest.EM) map[string]int {
	count := map[string]int{}
	for _, r := range em.Journal() {
		path := strings.Split(strings.TrimPrefix(r.Path, "/api/"), "/")
		if !strings.Contains(path[0], "session") && path[0] != "logonSessions" {
			count[r.Method+" "+path[len(path)-1]]++
		}
	}
	em.ResetJournal()
	return count
}

func inAccount(t *testing.T, options emsim.Options, test func(t *testing.T, em *acctest.EM, accountID string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, options)
		addMachines(em, 8)
		id := em.AddAccountWithScopes()
		test(t, em, id)
	})
}

// The polls of several scopes of one account are shared as well: the server lists all of them at about the same time.
func TestSharedListing_ThreeNewScopesOfAnAccountCostOneListingBeforeThem(t *testing.T) {
	options := emsim.Options{Latency: 50 * time.Millisecond, ScopeDelay: 500 * time.Millisecond}
	inAccount(t, options, func(t *testing.T, em *acctest.EM, id string) {
		w := em.NewWorkspace()
		w.BeforeApply = func() { em.ResetJournal() }
		if out := w.Apply(scopeBlock(id, 0), scopeBlock(id, 1), scopeBlock(id, 2)); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		got := sentKinds(em)
		if got["POST scopes"] != 3 || got["GET lookup"] != 3 || got["GET scopes"] > 1+3*2 {
			t.Errorf("sent %v", got)
		}
	})
}

func TestSharedListing_ARefreshListsTheScopesOfAnAccountOnce(t *testing.T) {
	inAccount(t, emsim.Options{}, func(t *testing.T, em *acctest.EM, id string) {
		blocks := []tfrun.Block{scopeBlock(id, 0), scopeBlock(id, 1), scopeBlock(id, 2)}
		w := em.NewWorkspace()
		w.MustApply(blocks...)
		em.ResetJournal()
		if out := w.Plan(blocks...); len(out.Errors)+len(out.Changes) > 0 {
			t.Errorf("the second plan has %v, %v", out.Errors, out.Changes)
		}
		if got := sentKinds(em); got["GET scopes"] != 1 || len(got) != 1 {
			t.Errorf("sent %v", got)
		}
	})
}

// step is what this client, does to the account between two requests for a listing.
type step struct {
	pause  time.Duration
	change func(t *testing.T, em *acctest.EM, c *emapi.Client, id string)
	// Whether a listing for a refresh, and one before machine 1 is added, is requested again.
	refresh, before bool
}

func TestSharedListing_IsRequestedAgainAfterAnOwnChangeThatMatters(t *testing.T) {
	add := func(n int) func(*testing.T, *acctest.EM, *emapi.Client, string) {
		return func(t *testing.T, _ *acctest.EM, c *emapi.Client, id string) {
			pending, err := c.AddScopes(t.Context(), id, nil, items(n))
			if err == nil {
				_, err = pending.Wait(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		}
	}
	for name, s := range map[string]step{
		"nothing":            {pause: time.Second},
		"two seconds":        {pause: 2 * time.Second, before: true},
		"ten seconds":        {pause: 10 * time.Second, before: true, refresh: true},
		"the same name":      {change: add(1), before: true, refresh: true},
		"another name":       {change: add(2), refresh: true},
		"an account is gone": {change: deleteAccount, before: true, refresh: true},
		"a removal": {change: func(t *testing.T, em *acctest.EM, c *emapi.Client, id string) {
			if err := c.RemoveScope(t.Context(), id, em.Account(`TECH\William.Fox`).Scopes[0].ID); err != nil {
				t.Error(err)
			}
		}, before: true, refresh: true},
		"a removal of a shared ID": {change: func(t *testing.T, _ *acctest.EM, c *emapi.Client, id string) {
			listed, err := c.ListScopes(t.Context(), id)
			if err == nil {
				err = c.RemoveSharedScope(t.Context(), id, listed[0])
			}
			if err != nil {
				t.Error(err)
			}
		}, before: true, refresh: true},
	} {
		for use, again := range map[string]bool{"refresh": s.refresh, "before": s.before} {
			t.Run(name+", "+use, func(t *testing.T) {
				inAccount(t, emsim.Options{Latency: time.Millisecond}, func(t *testing.T, em *acctest.EM, id string) {
					em.Mutate(func(store *emsim.Store) { ref, name := machine(7); store.AddScope(id, ref, name) })
					c := em.Client(nil)
					list := func() (err error) {
						if use == "refresh" {
							_, err = c.RecentScopes(t.Context(), id)
						} else {
							_, err = c.ScopesBefore(t.Context(), id, items(1))
						}
						return err
					}
					if err := list(); err != nil {
						t.Fatal(err)
					}
					time.Sleep(s.pause)
					if s.change != nil {
						s.change(t, em, c, id)
					}
					em.ResetJournal()
					_ = list()
					if got := sentKinds(em)["GET scopes"]; (got > 0) != again {
						t.Errorf("%d requests, want one: %t", got, again)
					}
				})
			})
		}
	}
}

func deleteAccount(t *testing.T, _ *acctest.EM, c *emapi.Client, id string) {
	if err := c.DeleteAccount(t.Context(), id); err != nil {
		t.Error(err)
	}
}

func items(n int) []emapi.ScopeItem {
	item, err := emapi.ParseScopeItem(machine(n))
	if err != nil {
		panic(err)
	}
	return []emapi.ScopeItem{item}
}

// The server lists a new scope after a second and a half. Without what it has learned, the client would look three or
// four times for each scope.
func TestSharedListing_TheClientLearnsWhenToLook(t *testing.T) {
	options := emsim.Options{Latency: 10 * time.Millisecond, ScopeDelay: 1500 * time.Millisecond}
	inAccount(t, options, func(t *testing.T, em *acctest.EM, id string) {
		c := em.Client(nil)
		const learning, scopes = 3, 8
		looks := 0
		for n := range scopes {
			listed, err := c.ScopesBefore(t.Context(), id, items(n))
			if err != nil {
				t.Fatal(err)
			}
			pending, err := c.AddScopes(t.Context(), id, listed, items(n))
			if err != nil {
				t.Fatal(err)
			}
			em.ResetJournal()
			if _, err := pending.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n >= learning {
				looks += sentKinds(em)["GET scopes"]
			}
		}
		if looks > 2*(scopes-learning)+1 {
			t.Errorf("%d looks for %d scopes", looks, scopes-learning)
		}
	})
}
