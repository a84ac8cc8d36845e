// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// testType is the type of the accounts that the tests create: a group of an identity provider without members.
const testType = "ExternalGroup"

func init() {
	resource.AddTestSweepers("veeam_em_account", &resource.Sweeper{Name: "veeam_em_account", F: sweep(removeAccounts)})
}

func TestAcc_Account_LivesFromCreateToDestroy(t *testing.T) {
	name, factories := onServer(t, tfkit.EnterpriseManager)
	account := func(roles string) string {
		return `
data "veeam_em_role" "first" { name = "Portal User" }
data "veeam_em_role" "second" { name = "File Restore Operator" }
resource "veeam_em_account" "test" {
  account_type          = "` + testType + `"
  account_name          = ` + acctest.Quote(name) + `
  roles                 = [` + roles + `]
  allow_restore_all_vms = true
}`
	}
	const one, both = "data.veeam_em_role.first.uid", "data.veeam_em_role.first.uid, data.veeam_em_role.second.uid"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: account(one)},
			{Config: account(both)},
			{ResourceName: "veeam_em_account.test", ImportState: true, ImportStateVerify: true},
		},
		CheckDestroy: func(*terraform.State) error {
			return gone(t, func(ctx context.Context, data *tfkit.Data) ([]string, error) {
				accounts, err := accountsNamed(ctx, data.EM.Client, name)
				return names(accounts, func(a emapi.Account) string { return a.Name }), err
			})
		},
	})
}

// accountsNamed returns the accounts of the tests whose names start with a prefix.
func accountsNamed(ctx context.Context, client *emapi.Client, prefix string) (found []emapi.Account, err error) {
	accounts, err := client.ListAccounts(ctx)
	for _, a := range accounts {
		if a.Type == testType && strings.HasPrefix(a.Name, prefix) {
			found = append(found, a)
		}
	}
	return found, err
}

func removeAccounts(ctx context.Context, data *tfkit.Data, prefix string) error {
	if data.EM == nil {
		return nil // no server is configured
	}
	accounts, err := accountsNamed(ctx, data.EM.Client, prefix)
	for _, a := range accounts {
		err = errors.Join(err, data.EM.Client.DeleteAccount(ctx, a.ID))
	}
	return err
}

// gone checks that the server no longer has what list returns.
func gone(t *testing.T, list func(context.Context, *tfkit.Data) ([]string, error)) error {
	t.Helper()
	clients := &tfkit.Clients{}
	data, err := connect(t.Context(), clients)
	if err != nil {
		return err
	}
	left, err := list(t.Context(), data)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("the server still has %q", left)
	}
	return errors.Join(err, logOff(clients))
}

func names[T any](all []T, name func(T) string) (out []string) {
	for _, one := range all {
		out = append(out, name(one))
	}
	return out
}
