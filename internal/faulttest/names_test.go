// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// An é is one character in NFC, and two in NFD, as macOS writes it. Both are the same name.
const composed, decomposed = "caf\u00e9", "cafe\u0301"

func TestNames_AreTheSameInEveryUnicodeForm(t *testing.T) {
	const ref = "urn:VMware:Vm:" + emsim.VCenterID + ".vm-4711"
	item := []any{map[string]any{"hierarchy_obj_ref": ref, "object_name": decomposed}}
	for _, form := range []emsim.NameForm{emsim.NameFormNFC, emsim.NameFormNFD} {
		for owner, block := range map[string]tfrun.Block{
			"account": {Type: "veeam_em_account", Name: "test", Attributes: map[string]any{
				"account_type": "User", "account_name": `TECH\` + decomposed, "restore_scope": item,
				"roles":                 []any{"urn:veeam:EnterpriseRole:" + emsim.RolePortalUser},
				"allow_restore_all_vms": false,
			}},
			"scope": {Type: "veeam_em_account_scope", Name: "test", Attributes: map[string]any{
				"hierarchy_obj_ref": ref, "object_name": decomposed,
			}},
			"exclusive list": {Type: "veeam_em_account_scopes_exclusive", Name: "test", Attributes: map[string]any{
				"scopes": item,
			}},
		} {
			t.Run(owner+" on a server with "+string(form), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, emsim.Options{NameForm: form, RefuseUnknownObjects: true})
					em.Mutate(func(s *emsim.Store) { s.AddObject(ref, composed) })
					if owner != "account" {
						block.Attributes["account_id"] = em.AddAccountWithScopes()
					}
					begun, w := time.Now(), em.NewWorkspace()
					out := w.Apply(block)
					if len(out.Errors)+len(out.Warnings) > 0 {
						t.Errorf("errors %q, warnings %q", out.Errors, out.Warnings)
					}
					if took := time.Since(begun); took > time.Second {
						t.Errorf("it took %s", took)
					}
					if plan := w.Plan(block); len(plan.Errors)+len(plan.Changes) > 0 {
						t.Errorf("the second plan: errors %q, changes %q", plan.Errors, plan.Changes)
					}
				})
			})
		}
	}
}

func TestNames_OfImportedScopesAreTheSameInEveryUnicodeForm(t *testing.T) {
	const ref = "urn:VMware:Vm:" + emsim.VCenterID + ".vm-4711"
	items := func(ref, name string) []any {
		return []any{map[string]any{"hierarchy_obj_ref": ref, "object_name": name}}
	}
	for owner, attributes := range map[string]map[string]any{
		"veeam_em_account_scope":            {"hierarchy_obj_ref": ref, "object_name": decomposed},
		"veeam_em_account_scopes_exclusive": {"scopes": items(strings.Replace(ref, "Vm", "VM", 1), decomposed)},
	} {
		t.Run(owner, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{NameForm: emsim.NameFormNFC})
				em.Mutate(func(s *emsim.Store) { s.AddObject(ref, composed) })
				account := em.AddAccountWithScopes(ref, composed)
				attributes["account_id"] = account
				block, id := tfrun.Block{Type: owner, Name: "test", Attributes: attributes}, account
				if owner == "veeam_em_account_scope" {
					em.Mutate(func(s *emsim.Store) { id += "/" + s.Account(account).Scopes[0].ID })
				}
				w := em.NewWorkspace()
				if out := w.Import(block, id, nil); len(out.Errors) > 0 {
					t.Fatal(out.Errors)
				}
				if plan := w.Plan(block); len(plan.Errors)+len(plan.Changes) > 0 {
					t.Errorf("errors %q, changes %q", plan.Errors, plan.Changes)
				}
				if attributes["scopes"] == nil {
					attributes["object_name"] = "other"
				} else {
					attributes["scopes"] = items(ref, "other")
				}
				if plan := w.Plan(block); len(plan.Errors) > 0 || len(plan.Changes) != 1 {
					t.Errorf("another name: errors %q, changes %q", plan.Errors, plan.Changes)
				}
			})
		})
	}
}
