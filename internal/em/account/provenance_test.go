// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func TestSameName_KnowsTheConfiguredAndTheServersSpelling(t *testing.T) {
	made := provenance{ConfiguredName: `tech.local\svc`, ServerName: `TECH\svc`}
	for _, c := range []struct {
		made provenance
		a, b string
		want bool
	}{
		{made, `tech.local\svc`, `TECH\svc`, true},
		{made, `TECH\SVC`, `TECH.LOCAL\svc`, true},
		{made, `other\svc`, `OTHER\svc`, true},
		{made, `other\svc`, `TECH\svc`, false},
		{made, `tech.local\svc`, `other\svc`, false},
		{provenance{}, `tech.local\svc`, `TECH\svc`, false},
		{provenance{}, "", `TECH\svc`, false},
	} {
		if got := c.made.sameName(c.a, c.b); got != c.want {
			t.Errorf("%+v: %s and %s: %t, want %t", c.made, c.a, c.b, got, c.want)
		}
	}
}

func TestCompare_NamesEachAttributeThatTheServerShowsDifferently(t *testing.T) {
	c := &creation{plan: &model{
		AccountType: types.StringValue("User"), AccountName: emtype.AccountName.Of(`TECH\fox`),
		Roles: texts(roleUID), AllowRestoreAllVMs: types.BoolValue(false),
		FLRSettings: flr(types.BoolValue(true), texts("doc", "pdf")),
		SQLSettings: sqlFrom(&emapi.SQLSettings{DenyInplaceRestore: true}),
	}}
	for name, test := range map[string]struct {
		change func(*snapshot)
		want   []string
	}{
		"nothing":           {func(*snapshot) {}, nil},
		"what is not shown": {func(s *snapshot) { s.account.FLR, s.account.SQL = nil, nil }, nil},
		"another spelling": {
			func(s *snapshot) { s.account.FLR.ExtensionRestrictions = []string{".PDF", "DOC"} }, nil,
		},
		"the type": {func(s *snapshot) { s.account.Type = "Group" }, []string{"account_type: User, Group"}},
		"the rights": {
			func(s *snapshot) { s.account.AllowRestoreAllVMs, s.roles = true, nil },
			[]string{"allow_restore_all_vms: false, true", `roles: ["` + roleUID + `"], []`},
		},
		"the settings": {
			func(s *snapshot) { s.account.FLR, s.account.SQL = &emapi.FLRSettings{}, &emapi.SQLSettings{} },
			[]string{
				"flr_settings.inplace_only: true, false", `flr_settings.extension_restrictions: ["doc", "pdf"], []`,
				"sql_settings.deny_inplace_restore: true, false",
			},
		},
	} {
		s := &snapshot{
			account: &emapi.Account{
				Type: "User", Name: `tech.local\fox`,
				FLR: &emapi.FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc", "pdf"}},
				SQL: &emapi.SQLSettings{DenyInplaceRestore: true},
			},
			roles: []emapi.Role{{ID: roleID}, {ID: roleID}},
		}
		test.change(s)
		var got []string
		for _, d := range c.compare(s) {
			got = append(got, d.at.String()+": "+d.requested+", "+d.has)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
