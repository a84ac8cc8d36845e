// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func init() {
	const name = "veeam_vb365_restore_operator_role"
	resource.AddTestSweepers(name, &resource.Sweeper{Name: name, F: sweep(removeRoles)})
}

// The user may restore only what is the user's own.
func TestAcc_RestoreOperatorRole_LivesFromCreateToDestroy(t *testing.T) {
	name, factories := onServer(t, tfkit.BackupFor365)
	organization, user := given(t, organizationVariable), given(t, userVariable)
	role := func(description string) string {
		return `
data "veeam_vb365_organization" "test" { name = ` + organization + ` }
resource "veeam_vb365_restore_operator_role" "test" {
  organization_id = data.veeam_vb365_organization.test.id
  name            = ` + acctest.Quote(name) + `
  description     = "` + description + `"
  role_type       = "SpecificObjects"
  operators       = [{ type = "User", name = ` + user + ` }]
  selected_items  = [{ type = "User", name = ` + user + ` }]
}`
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: role("An acceptance test")},
			{Config: role("An acceptance test has changed this")},
			{ResourceName: "veeam_vb365_restore_operator_role.test", ImportState: true, ImportStateVerify: true},
		},
		CheckDestroy: func(*terraform.State) error {
			return gone(t, func(ctx context.Context, data *tfkit.Data) ([]string, error) {
				roles, err := rolesNamed(ctx, data.VB365.Client, name)
				return names(roles, func(r vb365api.Role) string { return r.Name }), err
			})
		},
	})
}

// rolesNamed returns the roles whose names start with a prefix.
func rolesNamed(ctx context.Context, client *vb365api.Client, prefix string) (found []vb365api.Role, err error) {
	roles, err := client.ListRoles(ctx)
	for _, r := range roles {
		if strings.HasPrefix(r.Name, prefix) {
			found = append(found, r)
		}
	}
	return found, err
}

func removeRoles(ctx context.Context, data *tfkit.Data, prefix string) error {
	if data.VB365 == nil {
		return nil // no server is configured
	}
	roles, err := rolesNamed(ctx, data.VB365.Client, prefix)
	for _, r := range roles {
		err = errors.Join(err, data.VB365.Client.DeleteRole(ctx, r.OrganizationID, r.ID))
	}
	return err
}
