// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func TestDataModelSave_KeepsConfiguredValuesAndFillsInTheRest(t *testing.T) {
	const upper = "D6701C3D-15F4-421D-B376-C0E2634BC1F4"
	s := &snapshot{
		account: &emapi.Account{
			ID: accountID, Type: "User", Name: `TECH\fox`,
			FLR: &emapi.FLRSettings{ExtensionRestrictions: []string{"doc"}}, SQL: &emapi.SQLSettings{DenyInplaceRestore: true},
		},
		roles: []emapi.Role{{ID: roleID, Name: "Portal User"}},
		scopes: []emapi.Scope{{
			ID: accountID, Name: "VM01", HierarchyRootName: "vc01", Platform: "VMware", HierarchyObjectType: "Vm",
			State: "Removing",
		}},
	}
	want := dataModel{
		ID: types.StringValue(accountID), UID: types.StringValue("urn:veeam:EnterpriseAccount:" + accountID),
		AccountType: types.StringValue("User"), AccountName: types.StringValue(`TECH\fox`), Roles: texts(roleUID),
		RoleNames:          texts("Portal User"),
		AllowRestoreAllVMs: types.BoolValue(false),
		FLRSettings:        flr(types.BoolValue(false), texts("doc")),
		SQLSettings:        types.ObjectValueMust(sqlTypes, map[string]attr.Value{attrDenyInplace: types.BoolValue(true)}),
		Scopes: []scopeModel{{
			ID: types.StringValue(accountID), Name: types.StringValue("VM01"), Platform: types.StringValue("VMware"),
			HierarchyObjectType: types.StringValue("Vm"), HierarchyRootName: types.StringValue("vc01"),
			State: types.StringValue("Removing"),
		}},
	}
	for name, c := range map[string]struct{ configured, want dataModel }{
		"ID": {
			dataModel{ID: types.StringValue(upper)}, func() dataModel { w := want; w.ID = types.StringValue(upper); return w }(),
		},
		"name": {
			dataModel{AccountName: types.StringValue(`tech\FOX`)},
			func() dataModel { w := want; w.AccountName = types.StringValue(`tech\FOX`); return w }(),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.configured
			if got.save(s); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestDataModelSave_MissingSettingsAreNullAndMissingScopesAreAnEmptyList(t *testing.T) {
	var m dataModel
	m.save(&snapshot{account: &emapi.Account{ID: accountID, Type: "User", Name: "x"}})
	if !m.FLRSettings.Equal(types.ObjectNull(flrTypes)) || !m.SQLSettings.Equal(types.ObjectNull(sqlTypes)) {
		t.Errorf("settings %v and %v, want null", m.FLRSettings, m.SQLSettings)
	}
	if m.Scopes == nil || len(m.Scopes) != 0 || !m.Roles.Equal(texts()) {
		t.Errorf("scopes %v and roles %v, want empty ones", m.Scopes, m.Roles)
	}
}

func TestSummariesFrom_WithoutAccountsIsEmptyAndNotNull(t *testing.T) {
	if got := summariesFrom(nil); got == nil || len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestMatchesName_AppliesEveryPartOfTheFilter(t *testing.T) {
	for name, c := range map[string]struct {
		f    filter
		want bool
	}{
		"all":                   {filter{}, true},
		"name":                  {filter{name: `tech\FOX`}, true},
		"part of the name":      {filter{name: "fox"}, false},
		"expression":            {filter{nameRegex: regexp.MustCompile("fox$")}, true},
		"expression, case":      {filter{nameRegex: regexp.MustCompile("FOX")}, false},
		"name, not expression":  {filter{name: `TECH\fox`, nameRegex: regexp.MustCompile("hound")}, false},
		"expression, not name":  {filter{name: `TECH\hound`, nameRegex: regexp.MustCompile("fox")}, false},
		"type is not applied":   {filter{accountType: "Group"}, true},
		"empty expression: all": {filter{nameRegex: regexp.MustCompile("")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.f.matchesName(`TECH\fox`); got != c.want {
				t.Errorf("%t, want %t", got, c.want)
			}
		})
	}
}
