// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func TestWidening_WarnsOnlyAboutWiderAccess(t *testing.T) {
	user := emapi.Role{ID: "d19a3d33-cb77-4ffe-94e6-001432483a4e", Name: "Portal User"}
	admin := emapi.Role{ID: roleID, Name: "Portal Administrator"}
	account := func(all bool, items []emapi.ScopeItem, roles ...emapi.Role) *model {
		return &model{
			AccountName: emtype.AccountName.Of(`TECH\fox`), AllowRestoreAllVMs: types.BoolValue(all), Roles: rolesFrom(roles),
			RestoreScope: scopeset.Set(items),
		}
	}
	const (
		becomesAdmin = `TECH\fox becomes a Portal Administrator`
		all          = `TECH\fox gets permission to restore everything`
		noEffect     = `The restore scope of TECH\fox has no effect`
		noLimit      = `The restore scope does not restrict TECH\fox`
	)
	scope := []emapi.ScopeItem{itemA}
	for name, c := range map[string]struct {
		state, plan *model
		want        []string
	}{
		"nothing changes":          {account(false, scope, user), account(false, scope, user), nil},
		"created with a scope":     {nil, account(false, scope, user), nil},
		"created for all VMs":      {nil, account(true, nil, user), nil},
		"created as administrator": {nil, account(true, nil, admin), []string{becomesAdmin}},
		"becomes administrator":    {account(true, nil, user), account(true, nil, user, admin), []string{becomesAdmin}},
		"stays administrator":      {account(true, nil, admin), account(true, nil, admin, user), nil},
		"no longer administrator":  {account(true, nil, admin, user), account(true, nil, user), nil},
		"all VMs enabled":          {account(false, scope, user), account(true, nil, user), []string{all}},
		"all VMs disabled":         {account(true, nil, user), account(false, scope, user), nil},
		"all VMs and a scope":      {account(true, scope, user), account(true, scope, user), []string{noEffect}},
		"all VMs enabled, and scope": {
			account(false, scope, user), account(true, scope, user), []string{all, noEffect},
		},
		"created as restricted administrator": {nil, account(false, scope, admin), []string{becomesAdmin, noLimit}},
		"becomes restricted administrator": {
			account(false, scope, user), account(false, scope, admin), []string{becomesAdmin, noLimit},
		},
		"administrator becomes restricted": {account(true, nil, admin), account(false, scope, admin), []string{noLimit}},
		"stays restricted administrator":   {account(false, scope, admin), account(false, scope, admin, user), nil},
		"all VMs known only at apply": {
			account(false, scope, user),
			&model{
				AllowRestoreAllVMs: types.BoolUnknown(), Roles: rolesFrom([]emapi.Role{user}), RestoreScope: scopeset.Set(scope),
			},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range widening(c.state, c.plan, []emapi.Role{user, admin}) {
				if d.Severity() != diag.SeverityWarning {
					t.Errorf("not a warning: %v", d)
				}
				got = append(got, d.Summary())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("warns %q, want %q", got, c.want)
			}
		})
	}
}
