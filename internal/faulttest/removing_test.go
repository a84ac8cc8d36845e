// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// removing is how long the server lists a scope that is being removed.
const removing = 3 * time.Minute

// removeOutside removes the scope of an object, as an administrator would outside Terraform.
func removeOutside(em *acctest.EM, o object) {
	em.Mutate(func(s *emsim.Store) {
		for _, sc := range s.FindAccount("User", `TECH\william.fox`).Scopes {
			if sc.Ref == o.ref {
				sc.RemovingUntil = time.Now().Add(removing)
			}
		}
	})
}

// owners are the ways to configure restore scopes of an account. They all start from the account foxAllNoScope.
var owners = map[string]func(objects ...object) []tfrun.Block{
	"restore_scope": func(objects ...object) []tfrun.Block {
		return blocks(account{scope: objects, all: true}.block())
	},
	"single scopes": func(objects ...object) []tfrun.Block {
		config := blocks(foxAllNoScope)
		for _, o := range objects {
			config = append(config, scope(o.name, "fox", o))
		}
		return config
	},
	"exclusive list": func(objects ...object) []tfrun.Block {
		return blocks(foxAllNoScope, exclusive("fox", objects...))
	},
}

// A scope that is being removed is still listed, but it will be gone soon. If it counted as the configured one, the
// account would lose access without an error.
func TestScopes_OneThatIsBeingRemovedIsNotTheConfiguredOne(t *testing.T) {
	for name, config := range owners {
		inBubble(t, name+", a new item", func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			mustApply(t, w, config(vm01))
			addWebOutside(em)
			removeOutside(em, web01)
			em.ResetJournal()
			addsWeb(t, em, w, config(vm01, web01))
		})
		inBubble(t, name+", an item of the state", func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := workspace(em)
			mustApply(t, w, config(vm01, web01))
			removeOutside(em, web01)
			em.ResetJournal()
			addsWeb(t, em, w, config(vm01, web01))
		})
	}
}

// addsWeb checks that an apply sends one request, which adds web01, and that its scope stays.
func addsWeb(t *testing.T, em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block) {
	t.Helper()
	mustApply(t, w, config)
	if sent := em.Writes(); len(sent) != 1 || !strings.HasPrefix(sent[0], "POST /api/security/accounts/") ||
		!strings.HasSuffix(sent[0], "/scopes") {
		t.Errorf("sent %q, want one new scope", sent)
	}
	time.Sleep(removing)
	if got, want := em.Holds(), configured(config); !reflect.DeepEqual(got, want) {
		t.Errorf("the server holds\n  %+v\nconfigured\n  %+v", got, want)
	}
	emptyPlan(t, w, config)
}

// An administrator has begun to remove the scope that the apply is about to remove.
func TestScope_ARemovalThatHasBegunIsAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		w := workspace(em)
		config := owners["single scopes"]
		mustApply(t, w, config(vm01, web01))
		w.BeforeApply = func() { removeOutside(em, web01); em.ResetJournal() }
		begun := time.Now()
		mustApply(t, w, config(vm01))
		tfrun.Took(t, time.Since(begun), removing, 1)
		if sent := em.Writes(); len(sent) > 0 {
			t.Errorf("sent %q", sent)
		}
		holdsExactly(t, em, w, config(vm01))
	})
}
