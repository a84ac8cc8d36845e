// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// startCounting starts a server on which each change of an account takes a second. It also returns the highest number
// of such changes that were in progress at the same time.
func startCounting(t *testing.T, options emsim.Options) (*acctest.EM, *atomic.Int64) {
	t.Helper()
	var now, most atomic.Int64
	changes := func(r emsim.Request) bool {
		return r.IsWrite() && strings.HasPrefix(r.Path, "/api/security/accounts/")
	}
	options.OnRequest = func(r emsim.Request) {
		if changes(r) {
			now.Add(-1)
		}
	}
	em := acctest.StartEMWithoutTLS(t, options)
	em.Inject(emsim.Fault{Kind: emsim.FaultDelayBeforeCommit, Delay: time.Second, Match: func(r emsim.Request) bool {
		if !changes(r) {
			return false
		}
		if n := now.Add(1); n > most.Load() { // no other goroutine calls Match at the same time
			most.Store(n)
		}
		return true
	}})
	return em, &most
}

// The resources of one account do not wait for each other, because they have its ID as a literal.
func TestConcurrency_AnAccountIsChangedByOneRequestAtATime(t *testing.T) {
	everything := []string{emsim.RolePortalUser, emsim.RoleSQLRestoreOperator}
	withScopes := func(a account) []tfrun.Block {
		return blocks(a.block(), scope("one", "fox", web02), scope("two", "fox", db01), scope("three", "fox", sql))
	}
	for name, steps := range map[string][][]tfrun.Block{
		"single scopes are added and removed": {
			blocks(account{scope: []object{vm01}}.block()),
			withScopes(account{scope: []object{vm01, web01}, roles: everything, all: true}),
			blocks(account{scope: []object{vm01}}.block()),
		},
		"the account is deleted": {
			withScopes(account{scope: []object{vm01}}),
			{},
		},
		"the complete list is enforced": {
			blocks(foxAllNoScope),
			blocks(account{all: true, roles: everything}.block(), exclusive("fox", vm01, web01)),
			blocks(account{all: true}.block(), exclusive("fox", vm01, db01)),
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			em, most := startCounting(t, emsim.Options{})
			w := workspace(em)
			w.Parallelism = 50
			mustApply(t, w, blocks(fox))
			id := text(w.Attributes(accountType + ".fox")["id"])
			for _, config := range steps {
				mustApply(t, w, withLiteralIDs(config, id))
				if got, want := em.Holds(), configured(config); !reflect.DeepEqual(got, want) {
					t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
				}
			}
			if n := most.Load(); n != 1 {
				t.Errorf("up to %d requests changed the account at the same time, want 1", n)
			}
		})
	}
}

// The list removes its scope of an ambiguous name after another resource has added one for the same object. At the same
// time, a third resource adds a scope.
func TestConcurrency_AListThatGoesRemovesASecondScopeWhileNothingElseChangesTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em, most := startCounting(t, emsim.Options{})
		w := workspace(em)
		mustApply(t, w, blocks(foxAllNoScope, exclusive("fox", dupA)))
		later := scope("later", "fox", web02)
		later.Attributes["account_id"] = tfrun.Reference{Address: scopeType + ".dup", Attribute: "account_id"}
		w.ApplyOrder = []string{scopeType + ".dup", "delete " + eNode}
		em.ResetJournal()
		mustApply(t, w, blocks(foxAllNoScope, scope("dup", "fox", dupA), later))
		if sent := em.Writes(); len(sent) != 3 {
			t.Errorf("sent %q, want two new scopes and a removal", sent)
		}
		if n := most.Load(); n != 1 {
			t.Errorf("up to %d requests changed the account at the same time, want 1", n)
		}
	})
}

// The server shows two objects of one name in the same way and lists their scopes after a minute. A scope that is added
// while another one is awaited could be taken for it.
func TestConcurrency_AnAccountAndASingleScopeAddObjectsOfOneName(t *testing.T) {
	inBothOrders(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{ScopeDelay: time.Minute})
		w := workspace(em)
		mustApply(t, w, blocks(fox))
		id := text(w.Attributes(accountType + ".fox")["id"])
		account := account{scope: []object{vm01, dupA}}.block()
		config := blocks(account, scope("b", "fox", dupB))
		mustApply(t, w, withLiteralIDs(config, id))
		emptyPlan(t, w, withLiteralIDs(config, id))
		mustApply(t, w, blocks(account)) // removes the scope of the right object
		holdsExactly(t, em, w, blocks(account))
	})
}

func TestConcurrency_TheCompleteListAndASingleScopeAddAnObjectOnce(t *testing.T) {
	inBothOrders(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{ScopeDelay: time.Minute})
		w := workspace(em)
		mustApply(t, w, blocks(foxAllNoScope))
		id := text(w.Attributes(accountType + ".fox")["id"])
		config := blocks(foxAllNoScope, exclusive("fox", vm01, web01), scope("web", "fox", web01))
		mustApply(t, w, withLiteralIDs(config, id))
		if got, want := em.Holds(), configured(config[:2]); !reflect.DeepEqual(got, want) {
			t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
		}
		emptyPlan(t, w, withLiteralIDs(config, id))
	})
}

// inBothOrders runs a test of two resources that are applied at the same time, in an order that is random.
func inBothOrders(t *testing.T, run func(t *testing.T)) {
	for i := range 10 {
		inBubble(t, strconv.Itoa(i), run)
	}
}
