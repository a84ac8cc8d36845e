// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// use sets the environment of the provider for a product.
func use(t *testing.T, product tfkit.ProductInfo, i *acctest.Instance, user, password string) {
	t.Helper()
	for attribute, value := range map[string]string{
		"endpoint": i.URL, "ca_pem": i.CAPEM, "username": user, "password": password,
	} {
		t.Setenv(product.Variable(attribute), value)
	}
}

func TestSim_Acceptance_LeavesNothingBehindAndSweepsOnlyWhatHasThePrefix(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	vb := acctest.StartVB365(t, vb365sim.Options{RefuseUnknownObjects: true})
	use(t, tfkit.EnterpriseManager, em.Instance, emsim.DefaultUser, emsim.DefaultPassword)
	use(t, tfkit.BackupFor365, vb.Instance, vb365sim.DefaultUser, vb365sim.DefaultPassword)
	const prefix = "tfacc-"
	t.Setenv(resource.EnvTfAcc, "1")
	t.Setenv(prefixVariable, prefix)
	t.Setenv(organizationVariable, "abc.onmicrosoft.com")
	t.Setenv(userVariable, "user3@abc.onmicrosoft.com")

	accounts, roles := em.Snapshot(), vb.Snapshot()
	t.Run("account", TestAcc_Account_LivesFromCreateToDestroy)
	t.Run("role", TestAcc_RestoreOperatorRole_LivesFromCreateToDestroy)
	if e, v := len(em.Writes()), len(vb.Writes()); e < 3 || v < 3 {
		t.Errorf("the tests changed something %d and %d times, want at least 3 times on each server", e, v)
	}
	unchanged := func() {
		t.Helper()
		if err := em.Unchanged(accounts)(nil); err != nil {
			t.Error(err)
		}
		if err := vb.Unchanged(roles)(nil); err != nil {
			t.Error(err)
		}
	}
	unchanged()

	em.Mutate(func(s *emsim.Store) {
		for _, a := range []emsim.Account{{Type: "ExternalGroup", Name: "other-tfacc-"}, {Type: "User", Name: `tfacc-\fox`}} {
			a.Roles = []string{emsim.RolePortalUser}
			s.AddAccount(a)
		}
	})
	addRole := func(name string) {
		vb.Mutate(func(s *vb365sim.Store) {
			s.AddRole(vb365sim.Role{OrganizationID: vb365sim.OrganizationID, Name: name, RoleType: "EntireOrganization"})
		})
	}
	addRole("other tfacc-")
	accounts, roles = em.Snapshot(), vb.Snapshot()
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{Type: "ExternalGroup", Name: prefix + "1", Roles: []string{emsim.RolePortalUser}})
	})
	addRole(prefix + "1")
	sweepers := map[string]func(string) error{"accounts": sweep(removeAccounts), "roles": sweep(removeRoles)}
	for what, remove := range sweepers {
		for _, short := range []string{"", "tf-", "tfacc ", "t"} {
			if err := remove(short); err == nil {
				t.Errorf("the sweeper of %s takes the prefix %q", what, short)
			}
		}
		if err := remove(prefix); err != nil {
			t.Errorf("the sweeper of %s: %v", what, err)
		}
	}
	unchanged()
}
