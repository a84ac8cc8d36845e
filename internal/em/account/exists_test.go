// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// race makes an administrator create the account of restricted, modified by change, directly before the server
// processes a request to create it that no earlier fault has hit.
func race(em *acctest.EM, change func(*emsim.Account)) {
	done := false
	em.Inject(emsim.Fault{Match: func(r emsim.Request) bool {
		if r.Method == http.MethodPost && r.Path == "/api/security/accounts" && !done {
			done = true
			addRestricted(em, change, vm01, sql)
		}
		return false
	}})
}

func TestCreate_ADuplicateThatIsRefusedWith500IsLeftAloneAndReportedWithTheImportBlock(t *testing.T) {
	for name, c := range map[string]struct {
		lost   bool // the response to a first request is lost before that
		change func(*emsim.Account)
	}{
		"a matching account":                       {},
		"another account":                          {change: func(a *emsim.Account) { a.AllowRestoreAllVms = true }},
		"a matching account after a lost response": {lost: true},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{DuplicateAccountStatus: http.StatusInternalServerError})
			sent := []string{create}
			if c.lost {
				sent = []string{create, create}
				em.Inject(emsim.Fault{
					Kind: emsim.FaultDropBeforeCommit, Method: http.MethodPost, PathPattern: "/api/security/accounts", Times: 1,
				})
			}
			race(em, c.change)
			w := em.NewWorkspace()
			out := w.Apply(restrictedBlock(nil))
			before := em.Snapshot()
			if len(out.Errors) != 1 {
				t.Fatalf("errors %q, want one", out.Errors)
			}
			for _, says := range []string{
				"The account already exists", "HTTP 500", "another client may have created it. It was left unchanged",
				`id = "` + em.Account(`TECH\william.fox`).ID + `"`,
			} {
				if !strings.Contains(out.Errors[0], says) {
					t.Errorf("the error does not say %q: %s", says, out.Errors[0])
				}
			}
			if strings.Contains(out.Errors[0], "create_before_destroy") {
				t.Errorf("the error names create_before_destroy: %s", out.Errors[0])
			}
			if got := w.Addresses(); len(got) > 0 {
				t.Errorf("the state has %q", got)
			}
			em.ClearFaults()
			if out := w.Apply(); len(out.Errors) > 0 { // destroys what is in the state
				t.Errorf("errors %q", out.Errors)
			}
			tfrun.Check(t, em.Unchanged(before))
			sentExactly(t, em, sent...)
		})
	}
}

// The server answers the create with 500 and the check fails. A matching account that is found later is not adopted.
func TestCreate_AnAccountFoundAfterAn500AndAFailedCheckIsLeftAlone(t *testing.T) {
	type command func(*tfrun.Protocol, tfrun.Stored) (tfrun.Stored, []string)
	for summary, run := range map[string]command{
		"is no longer managed": func(p *tfrun.Protocol, s tfrun.Stored) (tfrun.Stored, []string) {
			return p.Read(listType, s)
		},
		"was not deleted": func(p *tfrun.Protocol, s tfrun.Stored) (tfrun.Stored, []string) {
			return p.Apply(listType, s, nil)
		},
	} {
		inBubble(t, summary, func(t *testing.T) {
			const accounts = "/api/security/accounts"
			em := acctest.StartEM(t, emsim.Options{})
			em.Inject(emsim.Fault{
				Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, AfterCommit: true,
				Method: http.MethodPost, PathPattern: accounts,
			})
			em.Inject(emsim.Fault{Kind: emsim.FaultGarbage, Method: http.MethodGet, PathPattern: accounts, Skip: 1})
			stored, said := em.Protocol().Apply(listType, tfrun.Stored{}, restricted())
			if len(said) != 1 || stored.State == nil || stored.State["id"] != "" {
				t.Fatalf("%q, and the state %v; want one error and an empty ID", said, stored.State)
			}
			em.ClearFaults()
			em.ResetJournal()
			before := em.Snapshot()
			after, said := run(em.Protocol(), stored)
			if after.State != nil {
				t.Errorf("the state has %v", after.State)
			}
			want := `warning: The account TECH\william.fox ` + summary + ": The server answered the request to create this " +
				"account with a failure, and the result could not be checked. Enterprise Manager has the " +
				`User account TECH\william.fox with the ID ` + em.Account(`TECH\william.fox`).ID + ", but it may have been " +
				"created outside Terraform: a request that failed does not prove that the account is its result. It was left " +
				"unchanged. If it is the account that Terraform created, import it by this ID or delete it manually."
			if !slices.Equal(said, []string{want}) {
				t.Errorf("said %q\nwant %q", said, want)
			}
			tfrun.Check(t, em.Unchanged(before), em.WritesExactly())
		})
	}
}

// Terraform applies create_before_destroy of the scope to the account that it refers to.
func TestCreate_TheErrorOfAReplacementThatIsCreatedFirstNamesCreateBeforeDestroy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		w := em.NewWorkspace()
		scope := tfrun.Block{
			Type: "veeam_em_account_scope", Name: "web", CreateBeforeDestroy: true, Attributes: map[string]any{
				"account_id":        tfrun.Reference{Address: address, Attribute: "id"},
				"hierarchy_obj_ref": web01.ref, "object_name": web01.name,
			},
		}
		w.MustApply(restrictedBlock(nil), scope)
		before := em.Snapshot()
		em.ResetJournal()
		replaced := restrictedBlock(func(a map[string]any) {
			a["sql_settings"] = map[string]any{"deny_inplace_restore": false}
		})
		out := w.Apply(replaced, scope)
		if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "The account already exists") ||
			!strings.Contains(out.Errors[0], "create_before_destroy is the cause") {
			t.Errorf("errors %q", out.Errors)
		}
		tfrun.Check(t, em.Unchanged(before), em.WritesExactly())
		scope.CreateBeforeDestroy = false
		w.MustApply(replaced, scope)
		if got := em.Account(`TECH\william.fox`); got.DenyInPlaceRestore {
			t.Errorf("the server holds %+v", got)
		}
	})
}
