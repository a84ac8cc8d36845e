// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// Defects that the soak found on servers that list the scopes of several hierarchy roots with the same ID.

func TestSharedIDs_EveryChangeOfScopesEndsAsConfigured(t *testing.T) {
	var (
		prod, dr    = poolProd, poolDR
		foxProd     = blocks(account{scope: []object{prod}}.block())
		foxDR       = blocks(account{scope: []object{dr}}.block())
		foxBoth     = blocks(account{scope: []object{prod, dr}}.block())
		listed      = func(objects ...object) []tfrun.Block { return blocks(foxAllNoScope, exclusive("fox", objects...)) }
		inTwoBlocks = blocks(fox, scope("prod", "fox", prod), scope("dr", "fox", dr))
	)
	for name, c := range map[string]struct{ before, after []tfrun.Block }{
		"one replaces the other":                       {foxProd, foxDR},
		"one is added to the other":                    {foxProd, foxBoth},
		"one is removed":                               {foxBoth, foxDR},
		"one replaces the other in the exclusive list": {listed(vm01, prod), listed(vm01, dr)},
		"both are added to the exclusive list":         {listed(vm01), listed(prod, dr)},
		"one is removed from the exclusive list":       {listed(prod, dr), listed(dr)},
		"both are added by separate resources":         {blocks(fox), inTwoBlocks},
		"both are removed by separate resources":       {inTwoBlocks, blocks(fox)},
		"the exclusive list replaces separate resources": {
			inTwoBlocks, blocks(foxAll, exclusive("fox", vm01, prod, dr)),
		},
	} {
		for _, deletes := range []emsim.SharedDelete{emsim.SharedDeleteAll, emsim.SharedDeleteFirst} {
			t.Run(name+" "+string(deletes), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEMWithoutTLS(t, emsim.Options{SharedScopeIDs: true, SharedDelete: deletes})
					w := em.NewWorkspace()
					mustApply(t, w, c.before)
					holdsExactly(t, em, w, c.before)
					mustApply(t, w, c.after)
					holdsExactly(t, em, w, c.after)
					mustApply(t, w, nil)
				})
			})
		}
	}
}

// The second request would remove the other scope of that ID.
func TestSharedIDs_ARemovalWhoseResponseIsLostIsNotRepeatedBlindly(t *testing.T) {
	before, after := blocks(fox, scope("prod", "fox", poolProd), scope("dr", "fox", poolDR)),
		blocks(fox, scope("dr", "fox", poolDR))
	for name, kind := range map[string]emsim.FaultKind{
		"lost": emsim.FaultDropAfterCommit, "502": emsim.FaultHTML,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{SharedScopeIDs: true, SharedDelete: emsim.SharedDeleteFirst})
				w := em.NewWorkspace()
				mustApply(t, w, before[:2]) // the server removes the first scope of the ID
				mustApply(t, w, before)
				em.ResetJournal()
				em.Inject(emsim.Fault{
					Kind: kind, Status: http.StatusBadGateway, AfterCommit: true, Times: 1,
					Method: http.MethodDelete, PathPattern: "/api/security/accounts/*/scopes/*",
				})
				mustApply(t, w, after)
				if writes := em.Writes(); len(writes) != 1 {
					t.Errorf("sent %q, want one request", writes)
				}
				holdsExactly(t, em, w, after)
			})
		})
	}
}

func TestSharedIDs_WithCreateBeforeDestroy(t *testing.T) {
	first := func(b tfrun.Block) tfrun.Block { b.CreateBeforeDestroy = true; return b }
	with := func(scopes ...tfrun.Block) []tfrun.Block { return append(blocks(foxAllNoScope), scopes...) }
	one := func(label string, o object) tfrun.Block { return first(scope(label, "fox", o)) }
	for name, c := range map[string]struct{ before, after []tfrun.Block }{
		"one is replaced by the other": {with(one("a", poolProd)), with(one("a", poolDR))},
		"both get another address": {
			with(one("a", poolProd), one("b", poolDR)), with(one("c", poolProd), one("d", poolDR)),
		},
		"they swap addresses": {with(one("a", poolProd), one("b", poolDR)), with(one("a", poolDR), one("b", poolProd))},
		"one is replaced, the other stays": {
			with(one("a", poolProd), one("b", poolDR)), with(one("a", vm01), one("b", poolDR)),
		},
	} {
		for _, options := range []emsim.Options{
			{SharedDelete: emsim.SharedDeleteAll},
			{SharedDelete: emsim.SharedDeleteFirst},
			{SharedDelete: emsim.SharedDeleteFirst, RemovingDelay: time.Minute, ScopeDelay: time.Minute},
			{SharedDelete: emsim.SharedDeleteAll, RemovingDelay: time.Minute, ScopeLocation: true},
		} {
			inBubble(t, fmt.Sprintf("%s, %+v", name, options.SharedDelete+"/"+emsim.SharedDelete(options.ScopeDelay.String())),
				func(t *testing.T) {
					options.SharedScopeIDs = true
					em := acctest.StartEMWithoutTLS(t, options)
					w := em.NewWorkspace()
					mustApply(t, w, c.before)
					holdsExactly(t, em, w, c.before)
					begun := time.Now()
					mustApply(t, w, c.after)
					mustApply(t, w, c.after) // a scope that the server removed together with another one
					holdsExactly(t, em, w, c.after)
					mustApply(t, w, nil)
					if took := time.Since(begun); took > 12*time.Minute {
						t.Errorf("took %s", took)
					}
				})
		}
	}
}

// The account is deleted while the scope is being removed.
func TestSharedIDs_ARemovalEndsIfTheAccountIsDeleted(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{SharedScopeIDs: true})
		w := em.NewWorkspace()
		mustApply(t, w, blocks(fox, scope("prod", "fox", poolProd), scope("dr", "fox", poolDR)))
		em.Configure(func(o *emsim.Options) {
			o.OnRequest = func(r emsim.Request) {
				if r.Method == http.MethodDelete && strings.Contains(r.Path, "/scopes/") {
					em.Mutate(func(s *emsim.Store) { s.RemoveAccount(text(w.Attributes(foxNode)["id"])) })
				}
			}
		})
		mustApply(t, w, nil)
	})
}
