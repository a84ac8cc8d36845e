// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"net/http"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// restricted is the account of operator with restrictions of both kinds of settings.
func restricted() map[string]any {
	attributes := block(nil).Attributes
	attributes["flr_settings"] = map[string]any{"inplace_only": true, "extension_restrictions": []any{"Pdf", "doc"}}
	attributes["sql_settings"] = map[string]any{"deny_inplace_restore": true}
	return attributes
}

// addRestricted adds the account of restricted on the server, modified by change.
func addRestricted(em *acctest.EM, change func(*emsim.Account), items ...item) {
	em.Mutate(func(s *emsim.Store) {
		a := emsim.Account{
			Type: "User", Name: `TECH\william.fox`, Roles: []string{emsim.RoleVMRestoreOperator},
			FlrInplaceOnly: true, FlrExtensions: "doc, pdf", DenyInPlaceRestore: true,
		}
		if change != nil {
			change(&a)
		}
		id := s.AddAccount(a).ID
		for _, i := range items {
			s.AddScope(id, i.ref, i.name)
		}
	})
}

// createWithoutID creates an account whose ID cannot be determined. The server creates it only if created is true.
func createWithoutID(t *testing.T, em *acctest.EM, created bool) tfrun.Stored {
	t.Helper()
	const accounts = "/api/security/accounts"
	fault := emsim.Fault{Kind: emsim.FaultDropBeforeCommit, Method: http.MethodPost, PathPattern: accounts}
	if created {
		fault.Kind = emsim.FaultDropAfterCommit
	}
	em.Inject(fault)
	em.Inject(emsim.Fault{Kind: emsim.FaultGarbage, Method: http.MethodGet, PathPattern: accounts, Skip: 1})
	stored, said := em.Protocol().Apply(listType, tfrun.Stored{}, restricted())
	if len(said) != 1 || stored.State == nil || stored.State["id"] != "" {
		t.Fatalf("%q, and the state %v; want one error and an empty ID", said, stored.State)
	}
	em.ClearFaults()
	em.ResetJournal()
	return stored
}

func TestAccount_WithoutIDIsNeitherAdoptedNorDeletedUnlessItIsExactlyAsRequested(t *testing.T) {
	for name, c := range map[string]struct {
		says    string
		change  func(*emsim.Account)
		scopes  []item
		options emsim.Options
		created bool // by the create itself, not by an administrator afterwards
	}{
		"another file-level restore setting": {
			says:   "it differs from the request: the file-level restore settings.",
			change: func(a *emsim.Account) { a.FlrInplaceOnly = false },
		},
		"other extensions": {
			says:   "it differs from the request: the file-level restore settings.",
			change: func(a *emsim.Account) { a.FlrExtensions = "doc" },
		},
		"another SQL restore setting": {
			says:   "it differs from the request: the SQL restore settings.",
			change: func(a *emsim.Account) { a.DenyInPlaceRestore = false },
		},
		"several settings": {
			says:   "it differs from the request: the restore of all VMs and the SQL restore settings.",
			change: func(a *emsim.Account) { a.AllowRestoreAllVms, a.DenyInPlaceRestore = true, false },
		},
		"another role": {
			says:   "it differs from the request: the roles.",
			change: func(a *emsim.Account) { a.Roles = []string{emsim.RoleSQLRestoreOperator} },
		},
		"one more role": {
			says:   "it differs from the request: the roles.",
			change: func(a *emsim.Account) { a.Roles = append(a.Roles, emsim.RoleSQLRestoreOperator) },
		},
		"another scope":   {says: "it differs from the request: the restore scopes.", scopes: []item{vm01, web01}},
		"one more scope":  {says: "it differs from the request: the restore scopes.", scopes: []item{vm01, sql, web01}},
		"a missing scope": {says: "it does not have all requested restore scopes.", scopes: []item{vm01}},
		"settings that are not shown": {
			says:    "the server does not show the file-level restore settings and the SQL restore settings.",
			options: emsim.Options{OmitSettings: true},
		},
		"scopes that are not listed yet": {
			says:    "it does not have all requested restore scopes.",
			options: emsim.Options{ScopeDelay: time.Hour}, created: true,
		},
	} {
		if c.scopes == nil {
			c.scopes = []item{vm01, sql}
		}
		type command func(*tfrun.Protocol, tfrun.Stored) (tfrun.Stored, []string)
		for summary, run := range map[string]command{
			"is no longer managed": func(p *tfrun.Protocol, s tfrun.Stored) (tfrun.Stored, []string) {
				return p.Read(listType, s)
			},
			"was not deleted": func(p *tfrun.Protocol, s tfrun.Stored) (tfrun.Stored, []string) {
				return p.Apply(listType, s, nil)
			},
		} {
			t.Run(name+" "+summary, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, c.options)
					stored := createWithoutID(t, em, c.created)
					if !c.created {
						addRestricted(em, c.change, c.scopes...)
					}
					id, before := em.Account(`TECH\william.fox`).ID, em.Snapshot()
					after, said := run(em.Protocol(), stored)
					if after.State != nil {
						t.Errorf("the state has %v", after.State)
					}
					want := `warning: The account TECH\william.fox ` + summary + ": The server's answer to the request that created " +
						"this account was lost, so its ID is not known. Enterprise Manager has the " +
						`User account TECH\william.fox with the ID ` + id +
						", but it may have been created outside Terraform: " + c.says +
						" It was left unchanged. If it is the account that Terraform created, import it by this ID or delete it manually."
					if !slices.Equal(said, []string{want}) {
						t.Errorf("said %q\nwant %q", said, want)
					}
					tfrun.Check(t, em.Unchanged(before), em.WritesExactly())
				})
			})
		}
	}
}

func TestAccount_WithoutIDIsFoundAndDeletedIfItIsExactlyAsRequested(t *testing.T) {
	for name, options := range map[string]emsim.Options{
		"a new server":               {},
		"references only":            {ReferencesOnly: true},
		"names in upper case":        {AccountNameCase: emsim.CaseUpper},
		"roots by name":              {RootNames: emsim.RootNamesName},
		"types in upper case":        {ObjectTypeCase: emsim.CaseUpper},
		"shared scope IDs":           {SharedScopeIDs: true},
		"scopes listed later":        {ScopeDelay: 50 * time.Second},
		"scopes one after the other": {ScopeStagger: 50 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, options)
				stored := createWithoutID(t, em, true)
				id := em.Account(`TECH\william.fox`).ID
				read, said := em.Protocol().Read(listType, stored)
				if len(said) > 0 || read.State["id"] != id || !reflect.DeepEqual(read.Identity, map[string]any{"id": id}) {
					t.Errorf("read %v, %q; want the ID %s", read, said, id)
				}
				if after, said := em.Protocol().Apply(listType, stored, nil); len(said) > 0 || after.State != nil {
					t.Errorf("destroyed: %v, %q", after, said)
				}
				tfrun.Check(t, em.HoldsExactly(), em.WritesExactly("DELETE /api/security/accounts/"+id))
			})
		})
	}
}

func TestAccount_WithoutIDIsRemovedFromTheStateIfItDoesNotExist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		stored := createWithoutID(t, em, false)
		if read, said := em.Protocol().Read(listType, stored); len(said) > 0 || read.State != nil {
			t.Errorf("read %v, %q", read, said)
		}
		if after, said := em.Protocol().Apply(listType, stored, nil); len(said) > 0 || after.State != nil {
			t.Errorf("destroyed: %v, %q", after, said)
		}
		tfrun.Check(t, em.HoldsExactly(), em.WritesExactly())
	})
}
