// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// doubtful returns a block of each owner of scopes, with these references and names, and the start of its warning.
func doubtful(account string, objects ...string) map[string]tfrun.Block {
	var items []any
	for i := 0; i < len(objects); i += 2 {
		items = append(items, map[string]any{"hierarchy_obj_ref": objects[i], "object_name": objects[i+1]})
	}
	return map[string]tfrun.Block{
		`Check restore_scope of TECH\fox`: {Type: "veeam_em_account", Name: "test", Attributes: map[string]any{
			"account_type": "User", "account_name": `TECH\fox`, "restore_scope": items,
			"roles":                 []any{"urn:veeam:EnterpriseRole:" + emsim.RolePortalUser},
			"allow_restore_all_vms": false,
		}},
		`Check scopes of the account TECH\William.Fox`: {
			Type: "veeam_em_account_scopes_exclusive", Name: "test", Attributes: map[string]any{
				"account_id": account, "scopes": items,
			},
		},
		"Check hierarchy_obj_ref of the restore scope " + objects[1]: {
			Type: "veeam_em_account_scope", Name: "test", Attributes: map[string]any{
				"account_id": account, "hierarchy_obj_ref": objects[0], "object_name": objects[1],
			},
		},
	}
}

// lookups returns the number of requests to the lookup service.
func lookups(em *acctest.EM) (n int) {
	for _, r := range em.Journal() {
		if r.Path == "/api/lookup" {
			n++
		}
	}
	return n
}

func TestNewItems_WarnIfTheLookupServiceDoesNotKnowThem(t *testing.T) {
	unknown := "urn:VMware:Vm:" + emsim.VCenterID + ".vm-404"
	for name, c := range map[string]struct {
		ref, name string
		want      string // "" if there is no warning
	}{
		"known":         {emsim.VM01Ref, emsim.VM01Name, ""},
		"file share":    {emsim.FileShareRef, emsim.FileShareName, ""},
		"unlisted root": {"urn:AHV:Vm:d0000000-0000-0000-0000-000000000001.vm-1", "x", ""},
		"unknown": {
			unknown, "no such VM", `knows neither this object nor another one of its type and object_name "no such VM"`,
		},
		"another object": {unknown, emsim.VM01Name, `It knows object_name "VM01" as ` + emsim.VM01Ref + "."},
		"another name":   {emsim.VM01Ref, "vm01", `knows this object as "VM01", and object_name is "vm01".`},
	} {
		for summary := range doubtful("ID", c.ref, c.name) {
			t.Run(name+", "+summary, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, emsim.Options{})
					account := em.AddAccountWithScopes()
					block := doubtful(account, c.ref, c.name)[summary]
					w := em.NewWorkspace()
					plan := w.Plan(block)
					start := fmt.Sprintf("warning: %s: hierarchy_obj_ref %q: the lookup service", summary, c.ref)
					switch {
					case len(plan.Errors) > 0, c.want == "" && len(plan.Warnings) > 0:
						t.Errorf("errors %q, warnings %q", plan.Errors, plan.Warnings)
					case c.want == "":
					case len(plan.Warnings) != 1 || !strings.HasPrefix(plan.Warnings[0], start) ||
						!strings.Contains(plan.Warnings[0], c.want):
						t.Errorf("warnings %q, want %s ... %s", plan.Warnings, start, c.want)
					}
					w.MustApply(block)
					em.ResetJournal()
					if plan := w.Plan(block); len(plan.Warnings)+lookups(em) > 0 {
						t.Errorf("a later plan: warnings %q, %d lookups", plan.Warnings, lookups(em))
					}
				})
			})
		}
	}
}

func TestNewItems_AreCheckedOncePerRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		var config []tfrun.Block
		for i := range 20 {
			block := tfrun.Block{Type: "veeam_em_account_scope", Name: fmt.Sprint("s", i), Attributes: map[string]any{
				"hierarchy_obj_ref": emsim.VM01Ref, "object_name": "another name",
			}}
			em.Mutate(func(s *emsim.Store) {
				block.Attributes["account_id"] = s.AddAccount(emsim.Account{Type: "User", Name: fmt.Sprint(`TECH\u`, i)}).ID
			})
			config = append(config, block)
		}
		plan := em.NewWorkspace().Plan(config...)
		if len(plan.Warnings) != 20 || lookups(em) != 2 { // by the name, and then by the reference
			t.Errorf("%d warnings, %d lookups", len(plan.Warnings), lookups(em))
		}
	})
}

func TestNewItems_AreNotCheckedWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		var accounts []tfrun.Block
		for n := range 12 {
			var objects []string
			for i := range 50 {
				ref, name := fmt.Sprintf("urn:VMware:Vm:%s.vm-%d0%d", emsim.VCenterID, n, i), fmt.Sprintf("VM%d-%d", n, i)
				em.Mutate(func(s *emsim.Store) { s.AddObject(ref, name) })
				objects = append(objects, ref, name)
			}
			block := doubtful("", objects...)[`Check restore_scope of TECH\fox`]
			block.Name, block.Attributes["account_name"] = fmt.Sprint("fox", n), fmt.Sprintf(`TECH\fox%d`, n)
			accounts = append(accounts, block)
		}
		plan := em.NewWorkspace().Plan(accounts...)
		if len(plan.Errors)+len(plan.Warnings) > 0 || lookups(em) != 500 {
			t.Errorf("errors %q, warnings %q, %d lookups", plan.Errors, plan.Warnings, lookups(em))
		}
	})
}

func TestNewItems_ArePlannedIfTheLookupServiceFails(t *testing.T) {
	for name, fault := range map[string]emsim.Fault{
		"refuses":    {Kind: emsim.FaultStatus, Status: 403},
		"fails":      {Kind: emsim.FaultStatus, Status: 503},
		"hangs":      {Kind: emsim.FaultDelayAfterCommit, Delay: time.Hour},
		"bare 404":   {Kind: emsim.FaultStatus, Status: 404},
		"proxy page": {Kind: emsim.FaultHTML},
	} {
		for _, path := range []string{"/api/lookup", "/api/hierarchyRoots"} {
			t.Run(name+" "+path, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					em := acctest.StartEM(t, emsim.Options{})
					fault.PathPattern = path
					em.Inject(fault)
					begun := time.Now()
					objects := []string{emsim.VM01Ref, "another name", emsim.VMWeb01Ref, "another one"}
					plan := em.NewWorkspace().Plan(doubtful("", objects...)[`Check restore_scope of TECH\fox`])
					if len(plan.Errors)+len(plan.Warnings) > 0 || len(plan.Changes) != 1 {
						t.Errorf("errors %q, warnings %q, changes %q", plan.Errors, plan.Warnings, plan.Changes)
					}
					if took := time.Since(begun); took > 15*time.Second {
						t.Errorf("it took %s", took)
					}
				})
			})
		}
	}
}

func TestNewAccounts_WarnOnceAboutSettingsWithoutEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		block := doubtful("", emsim.VM01Ref, emsim.VM01Name)[`Check restore_scope of TECH\fox`]
		block.Attributes["roles"] = []any{"urn:veeam:EnterpriseRole:" + emsim.RolePortalAdministrator}
		block.Attributes["flr_settings"] = map[string]any{"extension_restrictions": []any{"doc"}}
		w := em.NewWorkspace()
		warned := w.Plan(block).Warnings
		for _, want := range []string{
			"warning: The file name extensions may not restrict the account: ",
			`warning: TECH\fox becomes a Portal Administrator: `,
			`warning: The restore scope does not restrict TECH\fox: `,
		} {
			if !slices.ContainsFunc(warned, func(w string) bool { return strings.HasPrefix(w, want) }) {
				t.Errorf("no %q in %q", want, warned)
			}
		}
		w.MustApply(block)
		if later := w.Plan(block); len(later.Errors)+len(later.Changes)+len(later.Warnings) > 0 {
			t.Errorf("a later plan: errors %q, changes %q, warnings %q", later.Errors, later.Changes, later.Warnings)
		}
		block.Attributes["flr_settings"] = map[string]any{"extension_restrictions": []any{"pdf"}}
		if replaced := w.Plan(block).Warnings; len(replaced) != len(warned) {
			t.Errorf("a replacement warns %q, want as a new account: %q", replaced, warned)
		}
	})
}
