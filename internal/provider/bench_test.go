// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// BenchmarkRefresh measures a plan without changes, of a configuration that has been applied. Within one run, compare
// the figures per account: with and without inline scopes, and for many and few accounts.
func BenchmarkRefresh(b *testing.B) {
	for _, n := range []int{10, 100} {
		for _, inline := range []bool{false, true} {
			b.Run(fmt.Sprintf("accounts=%d/inline=%t", n, inline), func(b *testing.B) {
				em := acctest.StartEM(b, emsim.Options{})
				config := blocks(n, inline)
				workspace := em.NewWorkspace()
				if out := workspace.Apply(config...); len(out.Errors) > 0 {
					b.Fatal(out)
				}
				em.ResetJournal()
				connections := em.Connections()
				b.ReportAllocs()
				for b.Loop() {
					if out := workspace.Plan(config...); len(out.Errors)+len(out.Changes) > 0 {
						b.Fatal(out)
					}
				}
				accounts := float64(n) * float64(b.N)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/accounts, "ns/account")
				b.ReportMetric(float64(len(em.Journal()))/accounts, "requests/account")
				b.ReportMetric(float64(em.Connections()-connections)/float64(b.N), "connections/plan")
			})
		}
	}
}

func blocks(n int, inline bool) []tfrun.Block {
	var config []tfrun.Block
	for i := range n {
		attributes := map[string]any{
			"account_type": "User", "account_name": fmt.Sprintf(`TECH\many%d`, i), "allow_restore_all_vms": !inline,
			"roles": []any{"urn:veeam:EnterpriseRole:" + emsim.RoleVMRestoreOperator},
		}
		if inline {
			attributes["restore_scope"] = []any{
				map[string]any{"hierarchy_obj_ref": emsim.VM01Ref, "object_name": emsim.VM01Name},
			}
		}
		config = append(config, tfrun.Block{Type: "veeam_em_account", Name: fmt.Sprintf("many%d", i), Attributes: attributes})
	}
	return config
}

// BenchmarkList measures what terraform query calls: it lists 500 accounts, reads what the list does not contain, and
// generates their resources.
func BenchmarkList(b *testing.B) {
	const accounts = 500
	em := acctest.StartEM(b, emsim.Options{})
	em.Mutate(func(s *emsim.Store) {
		for i := range accounts {
			id := s.AddAccount(emsim.Account{
				Type: "ExternalUser", Name: fmt.Sprintf("many%d@tech.com", i), Roles: []string{emsim.RoleVMRestoreOperator},
			}).ID
			s.AddScope(id, emsim.VM01Ref, emsim.VM01Name)
		}
	})
	p := em.Protocol()
	call := tfrun.ListCall{
		Type: "veeam_em_account", IncludeResource: true, Config: map[string]any{"account_type": "ExternalUser"},
	}
	em.ResetJournal()
	b.ReportAllocs()
	for b.Loop() {
		if n := len(p.ListAll(call)); n != accounts {
			b.Fatal(n)
		}
	}
	listed := float64(accounts) * float64(b.N)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/listed, "ns/account")
	b.ReportMetric(float64(len(em.Journal()))/listed, "requests/account")
}
