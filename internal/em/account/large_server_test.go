// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// manyAccounts is more than fit into a response of the size that others may have.
const manyAccounts = 20_000

// A name is found among the references, which are a third as large as the entities.
func TestLargeServer_NamesAreFoundWithoutListingEntities(t *testing.T) {
	inBubble(t, "20,000 accounts", func(t *testing.T) {
		em := startLarge(t)
		w := em.NewWorkspace()
		w.MustApply(restrictedBlock(nil))
		if out := w.Plan(restrictedBlock(nil)); len(out.Errors)+len(out.Changes) > 0 {
			t.Errorf("the second plan has %v, %v", out.Errors, out.Changes)
		}
		p := em.Protocol()
		if stored, said := p.Import(listType, `User/TECH\user19999`, nil); len(said) > 0 || stored.State["id"] == nil {
			t.Errorf("imported %v, %v", stored.State, said)
		}
		data, said := p.ReadData("veeam_em_account", map[string]any{"account_name": `TECH\user10000`})
		if len(said) > 0 || data["account_type"] != "User" {
			t.Errorf("the data source returns %v, %v", data, said)
		}
		lists := slices.DeleteFunc(em.Journal(), func(r emsim.Request) bool { return r.Path != "/api/security/accounts" })
		for _, r := range lists {
			if r.Method == "GET" && r.Query != "" {
				t.Errorf("the accounts were listed with %q", r.Query)
			}
		}
		if len(lists) != 4 { // the create lists them and sends the account
			t.Errorf("%d requests for the accounts, want 4", len(lists))
		}
	})
}

func TestLargeServer_EntitiesAreListed(t *testing.T) {
	inBubble(t, "20,000 accounts", func(t *testing.T) {
		data, said := startLarge(t).Protocol().ReadData("veeam_em_accounts", map[string]any{"name_regex": "user1999"})
		if accounts, _ := data["accounts"].([]any); len(said) > 0 || len(accounts) != 11 {
			t.Errorf("%d accounts, %v", len(accounts), said)
		}
	})
}

func startLarge(t *testing.T) *acctest.EM {
	t.Helper()
	em := acctest.StartEM(t, emsim.Options{})
	em.Mutate(func(s *emsim.Store) {
		for n := range manyAccounts {
			s.AddAccount(emsim.Account{
				Type: "User", Name: fmt.Sprintf(`TECH\user%d`, n), Roles: []string{emsim.RolePortalUser},
			})
		}
	})
	return em
}
