// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

const (
	accountID = "d6701c3d-15f4-421d-b376-c0e2634bc1f4"
	roleID    = "5f37a46b-9ce2-40f4-8a62-b45b079257fc"
	roleUID   = "urn:veeam:EnterpriseRole:" + roleID
	refA      = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-1"
	refB      = "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-2"
)

var (
	itemA = item(refA, "VM01")
	itemB = item(refB, "VM02")

	scopeItem = types.ObjectType{AttrTypes: scopeset.ItemTypes}
)

func item(ref, name string) emapi.ScopeItem {
	parsed, err := emapi.ParseScopeItem(ref, name)
	if err != nil {
		panic(err)
	}
	return parsed
}

func texts(values ...string) types.Set {
	elements := make([]attr.Value, 0, len(values))
	for _, v := range values {
		elements = append(elements, types.StringValue(v))
	}
	return types.SetValueMust(types.StringType, elements)
}

func flr(inplaceOnly types.Bool, extensions types.Set) types.Object {
	return types.ObjectValueMust(flrTypes, map[string]attr.Value{
		rules.AttrInplaceOnly: inplaceOnly, rules.AttrExtensions: extensions,
	})
}

func TestToSpec_ContainsEveryPlannedValue(t *testing.T) {
	m := model{
		ID: types.StringUnknown(), UID: types.StringUnknown(),
		AccountType: types.StringValue("User"), AccountName: emtype.AccountName.Of(`TECH\fox`),
		Roles:              texts("urn:b", "urn:a"),
		AllowRestoreAllVMs: types.BoolValue(true), RestoreScope: scopeset.Set([]emapi.ScopeItem{itemB, itemA}),
		FLRSettings: flr(types.BoolValue(true), texts("pdf", "doc")),
		SQLSettings: types.ObjectValueMust(sqlTypes, map[string]attr.Value{attrDenyInplace: types.BoolValue(true)}),
	}
	want := emapi.AccountSpec{
		Type: "User", Name: `TECH\fox`, RoleUIDs: []string{"urn:a", "urn:b"}, AllowRestoreAllVMs: true,
		Scopes: []emapi.ScopeItem{itemA, itemB},
		FLR:    &emapi.FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc", "pdf"}},
		SQL:    &emapi.SQLSettings{DenyInplaceRestore: true},
	}
	if got := m.toSpec(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestToSpec_OmitsNullValues(t *testing.T) {
	m := model{
		AccountType: types.StringValue("ExternalGroup"), AccountName: emtype.AccountName.Of("ops"), Roles: texts(roleUID),
		AllowRestoreAllVMs: types.BoolValue(true), RestoreScope: types.SetNull(scopeItem),
		FLRSettings: types.ObjectNull(flrTypes), SQLSettings: types.ObjectNull(sqlTypes),
	}
	want := emapi.AccountSpec{
		Type: "ExternalGroup", Name: "ops", RoleUIDs: []string{roleUID}, AllowRestoreAllVMs: true,
	}
	if got := m.toSpec(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestSave_CopiesTheServersValuesAndKeepsSpellingAndRestoreScope(t *testing.T) {
	m := model{
		ID: types.StringUnknown(), UID: types.StringUnknown(), AccountType: types.StringUnknown(),
		AccountName: emtype.AccountName.Of(`tech\FOX`),
		Roles:       types.SetUnknown(types.StringType), AllowRestoreAllVMs: types.BoolUnknown(),
		RestoreScope: scopeset.Set([]emapi.ScopeItem{itemA}),
		FLRSettings:  defaultFLR, SQLSettings: defaultSQL,
	}
	m.save(&snapshot{
		account: &emapi.Account{
			ID: accountID, Type: "User", Name: `TECH\fox`, AllowRestoreAllVMs: true,
			FLR: &emapi.FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc"}},
			SQL: &emapi.SQLSettings{DenyInplaceRestore: true},
		},
		roles: []emapi.Role{{ID: roleID, Name: "Portal Administrator"}},
	})
	if m.ID.ValueString() != accountID || m.UID.ValueString() != "urn:veeam:EnterpriseAccount:"+accountID ||
		m.AccountType.ValueString() != "User" || !m.AllowRestoreAllVMs.ValueBool() {
		t.Errorf("%+v", m)
	}
	if got := m.AccountName.ValueString(); got != `tech\FOX` {
		t.Errorf("the name is spelled %q", got)
	}
	if !m.Roles.Equal(texts(roleUID)) {
		t.Errorf("roles %v", m.Roles)
	}
	if !m.RestoreScope.Equal(scopeset.Set([]emapi.ScopeItem{itemA})) {
		t.Errorf("restore_scope %v", m.RestoreScope)
	}
	if !m.FLRSettings.Equal(flr(types.BoolValue(true), texts("doc"))) || !m.SQLSettings.Equal(sqlFrom(&emapi.SQLSettings{
		DenyInplaceRestore: true,
	})) {
		t.Errorf("settings %v, %v", m.FLRSettings, m.SQLSettings)
	}
}

func TestSave_CopiesTheServersNameIfTheStateHasNoneOrAnother(t *testing.T) {
	for name, before := range map[string]emtype.Value{
		"after an import": emtype.AccountName.Null(), "renamed on the server": emtype.AccountName.Of(`TECH\old`),
	} {
		t.Run(name, func(t *testing.T) {
			m := model{AccountName: before}
			m.save(&snapshot{account: &emapi.Account{ID: accountID, Type: "User", Name: `TECH\fox`}})
			if !m.AccountName.Equal(emtype.AccountName.Of(`TECH\fox`)) {
				t.Errorf("%v", m.AccountName)
			}
		})
	}
}

func TestSave_KeepsSettingsThatTheServerOmits(t *testing.T) {
	for name, c := range map[string]struct{ flr, sql types.Object }{
		"null after an import": {types.ObjectNull(flrTypes), types.ObjectNull(sqlTypes)},
		"set before": {
			flr(types.BoolValue(true), texts("doc")), sqlFrom(&emapi.SQLSettings{DenyInplaceRestore: true}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := model{FLRSettings: c.flr, SQLSettings: c.sql}
			m.save(&snapshot{account: &emapi.Account{ID: accountID, Type: "User", Name: "x"}})
			if !m.FLRSettings.Equal(c.flr) || !m.SQLSettings.Equal(c.sql) {
				t.Errorf("%v, %v", m.FLRSettings, m.SQLSettings)
			}
		})
	}
}

func TestSave_WithoutRolesSetsAnEmptySet(t *testing.T) {
	var m model
	m.save(&snapshot{account: &emapi.Account{ID: accountID, Type: "User", Name: "x"}})
	if m.Roles.IsNull() || len(m.Roles.Elements()) != 0 {
		t.Errorf("roles %v", m.Roles)
	}
}

func TestName_IsTheAccountNameOrTheID(t *testing.T) {
	for want, m := range map[string]model{
		"x":       {ID: types.StringValue(accountID), AccountName: emtype.AccountName.Of("x")},
		accountID: {ID: types.StringValue(accountID), AccountName: emtype.AccountName.Null()},
		"":        {ID: types.StringUnknown(), AccountName: emtype.AccountName.Value(types.StringUnknown())},
	} {
		if got := m.name(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestStringsOf_IsSortedAndSkipsUnknownElements(t *testing.T) {
	for name, c := range map[string]struct {
		set  types.Set
		want []string
	}{
		"null":     {types.SetNull(types.StringType), []string{}},
		"unknown":  {types.SetUnknown(types.StringType), []string{}},
		"empty":    {texts(), []string{}},
		"unsorted": {texts("b", "a"), []string{"a", "b"}},
		"unknown element": {
			types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown(), types.StringValue("a")}), []string{"a"},
		},
		"zero value": {types.Set{}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := stringsOf(c.set); !slices.Equal(got, c.want) || got == nil {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestRolesFrom_ContainsEachRoleOnce(t *testing.T) {
	role := emapi.Role{ID: roleID}
	for name, c := range map[string]struct {
		roles []emapi.Role
		want  types.Set
	}{
		"none":         {nil, texts()},
		"one":          {[]emapi.Role{role}, texts(roleUID)},
		"listed twice": {[]emapi.Role{role, role}, texts(roleUID)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := rolesFrom(c.roles); !got.Equal(c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestFLR_RoundTrip(t *testing.T) {
	for name, c := range map[string]struct {
		value types.Object
		want  *emapi.FLRSettings
	}{
		"null":    {types.ObjectNull(flrTypes), nil},
		"unknown": {types.ObjectUnknown(flrTypes), nil},
		"default": {defaultFLR, &emapi.FLRSettings{ExtensionRestrictions: []string{}}},
		"all": {
			flr(types.BoolValue(true), texts("pdf", "doc")),
			&emapi.FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc", "pdf"}},
		},
		"null parts": {
			flr(types.BoolNull(), types.SetNull(types.StringType)), &emapi.FLRSettings{ExtensionRestrictions: []string{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := flrTo(c.value)
			if !reflect.DeepEqual(got, c.want) {
				t.Fatalf("%+v, want %+v", got, c.want)
			}
			if back := c.value; got != nil && name != "null parts" && !flrFrom(got).Equal(back) {
				t.Errorf("back: %v, want %v", flrFrom(got), back)
			}
		})
	}
}

func TestFLRFrom_ContainsEachExtensionOnce(t *testing.T) {
	got := flrFrom(&emapi.FLRSettings{ExtensionRestrictions: []string{"doc", "pdf", "doc"}})
	if want := flr(types.BoolValue(false), texts("doc", "pdf")); !got.Equal(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSQL_RoundTrip(t *testing.T) {
	for name, c := range map[string]struct {
		value types.Object
		want  *emapi.SQLSettings
	}{
		"null":    {types.ObjectNull(sqlTypes), nil},
		"unknown": {types.ObjectUnknown(sqlTypes), nil},
		"default": {defaultSQL, &emapi.SQLSettings{}},
		"denied":  {sqlFrom(&emapi.SQLSettings{DenyInplaceRestore: true}), &emapi.SQLSettings{DenyInplaceRestore: true}},
	} {
		t.Run(name, func(t *testing.T) {
			got := sqlTo(c.value)
			if !reflect.DeepEqual(got, c.want) {
				t.Fatalf("%+v, want %+v", got, c.want)
			}
			if got != nil && !sqlFrom(got).Equal(c.value) {
				t.Errorf("back: %v, want %v", sqlFrom(got), c.value)
			}
		})
	}
}

// private is the private state of a resource.
