// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// manyAccounts returns the configuration of n accounts, with or without an inline restore scope.
func manyAccounts(n int, inline bool) string {
	scope := "allow_restore_all_vms = true"
	if inline {
		scope = fmt.Sprintf("allow_restore_all_vms = false\n  restore_scope = [{ hierarchy_obj_ref = %q, object_name = %q }]",
			emsim.VM01Ref, emsim.VM01Name)
	}
	return fmt.Sprintf(`
resource "veeam_em_account" "test" {
  count        = %d
  account_type = "User"
  account_name = "TECH\\many${count.index}"
  roles        = ["urn:veeam:EnterpriseRole:%s"]
  %s
}`, n, emsim.RoleVMRestoreOperator, scope)
}

func TestSim_Traffic_ARefreshSendsTwoRequestsPerAccountAndThreeWithInlineScopes(t *testing.T) {
	t.Parallel()
	const n = 12
	for name, c := range map[string]struct {
		inline bool
		each   int
		roots  emsim.RootNames
	}{
		"without inline scopes":             {false, 2, emsim.RootNamesID},
		"with inline scopes":                {true, 3, emsim.RootNamesID},
		"with inline scopes, roots by name": {true, 3, emsim.RootNamesName},
	} {
		t.Run(name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{RootNames: c.roots})
			config := em.Config(manyAccounts(n, c.inline))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: em.Factories(),
				Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig: func() { em.LogOff(); em.ResetJournal() },
						Config:    config,
						PlanOnly:  true,
					},
				},
				CheckDestroy: func(*terraform.State) error { return nil },
			})
			counts := map[string]int{}
			for _, r := range em.Journal() {
				if counts[kind(r)]++; counts["logon"] == 2 {
					break // the destroy after the steps
				}
			}
			if got := counts["account"] + counts["roles"] + counts["scopes"]; got != n*c.each {
				t.Errorf("%d requests read %d accounts, want %d per account: %v", got, n, c.each, counts)
			}
			if counts["other"] > 2 {
				t.Errorf("%d further requests, want at most 2: %v", counts["other"], counts)
			}
		})
	}
}

// kind returns the kind of a request of a refresh.
func kind(r emsim.Request) string {
	switch parts := strings.Split(strings.TrimPrefix(r.Path, "/api/"), "/"); {
	case strings.HasPrefix(r.Path, "/api/sessionMngr"):
		return "logon"
	case strings.HasPrefix(r.Path, "/api/logonSessions"):
		return "logoff"
	case len(parts) == 3 && parts[1] == "accounts":
		return "account"
	case len(parts) == 4 && parts[1] == "accounts":
		return parts[3]
	}
	return "other"
}

func TestSim_Traffic_ConnectionsAreKeptAlive(t *testing.T) {
	t.Parallel()
	em := acctest.StartEM(t, emsim.Options{})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: em.Factories(),
		Steps:                    []resource.TestStep{{Config: em.Config(manyAccounts(20, true))}},
	})
	logons := 0
	for _, r := range em.Journal() {
		if kind(r) == "logon" {
			logons++
		}
	}
	// Terraform works on 10 objects at once, and the provider sends two or three reads of one account concurrently.
	if most := logons * 32; em.Connections() > most {
		t.Errorf("%d connections for %d providers", em.Connections(), logons)
	}
	t.Logf("%d requests over %d connections of %d providers", len(em.Journal()), em.Connections(), logons)
}
