// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"slices"
	"strings"
	"testing"
)

const (
	roleUID = "urn:veeam:EnterpriseRole:f84a8b62-49b8-4d0c-b25b-92321b52bab6"
	href    = ` Href="https://enterprise04.tech.local:9398/api/x"`
)

// accountDoc is a create spec that follows both the schema and the API reference.
const accountDoc = `<?xml version="1.0" encoding="utf-8"?>
<EnterpriseAccountCreateSpec xmlns="http://www.veeam.com/ent/v1.0">
 <AccountType>User</AccountType>
 <AccountName>TECH\fox</AccountName>
 <Roles><EnterpriseRole><EnterpriseRoleUid>` + roleUID + `</EnterpriseRoleUid></EnterpriseRole></Roles>
 <AllowRestoreAllVms>false</AllowRestoreAllVms>
</EnterpriseAccountCreateSpec>`

// refDoc is a document with a link and a reference.
const refDoc = `<EntityRef xmlns="http://www.veeam.com/ent/v1.0" UID="` + roleUID + `" Name="Portal User"` + href +
	` Type="EnterpriseRoleReference"><Links><Link Rel="Alternate"` + href + ` /></Links></EntityRef>`

const rebuildDoc = `<RebuildScopeJobSpec xmlns="http://www.veeam.com/ent/v1.0"><RebuildAll/></RebuildScopeJobSpec>`

const scopesDoc = `<HierarchyScopeCreateSpec xmlns="http://www.veeam.com/ent/v1.0"><HierarchyScopeItem>` +
	`<HierarchyObjRef>urn:VMware:Vm:vm-1</HierarchyObjRef><ObjectName>VM01</ObjectName>` +
	`</HierarchyScopeItem></HierarchyScopeCreateSpec>`

// Each mistake is planted into a document without one.
func TestJudge_FindsEachMistake(t *testing.T) {
	const allVMs = "<AllowRestoreAllVms>false</AllowRestoreAllVms>"
	for _, c := range []struct {
		document, replace, by string
		want                  []string
	}{
		{document: accountDoc},
		{document: refDoc},
		{document: rebuildDoc},
		{document: scopesDoc},
		{accountDoc, "AccountName>", "Name>", []string{
			"EnterpriseAccountCreateSpecType: Name is not declared", "EnterpriseAccountCreateSpecType: AccountName is missing",
		}},
		{accountDoc, allVMs, "", []string{"EnterpriseAccountCreateSpecType: AllowRestoreAllVms is missing"}},
		{accountDoc, allVMs, allVMs + allVMs, []string{"EnterpriseAccountCreateSpecType: AllowRestoreAllVms is repeated"}},
		{accountDoc, " <AccountType>", allVMs + "<AccountType>", []string{
			"EnterpriseAccountCreateSpecType: AccountType is out of order",
			"EnterpriseAccountCreateSpecType: AccountName is out of order",
			"EnterpriseAccountCreateSpecType: Roles is out of order",
			"EnterpriseAccountCreateSpecType: AllowRestoreAllVms is repeated",
		}},
		{accountDoc, allVMs, "<SqlSettings><DenyInPlaceRestore>1</DenyInPlaceRestore></SqlSettings>" + allVMs, []string{
			"EnterpriseAccountCreateSpecType: SqlSettings is not declared",
			"EnterpriseAccountCreateSpecType: AllowRestoreAllVms is out of order",
		}},
		{accountDoc, allVMs, allVMs + "<FlrSettings><FlrInplaceOnly>1</FlrInplaceOnly></FlrSettings>", []string{
			"FileRestoreSettingsSpecsType: FlrInplaceOnly is not declared",
			"FileRestoreSettingsSpecsType: FlrInlaceOnly is missing",
			"FileRestoreSettingsSpecsType: FlrExtentionRestrictions is missing",
		}},
		{accountDoc, allVMs, allVMs + "<FlrSettings><FlrInlaceOnly>1</FlrInlaceOnly></FlrSettings>", []string{
			"FileRestoreSettingsSpecsType: FlrInplaceOnly is missing",
			"FileRestoreSettingsSpecsType: FlrExtentionRestrictions is missing",
		}},
		{accountDoc, ">false<", ">False<", []string{`bool: the value "False" does not match the pattern`}},
		{accountDoc, ">User<", ">Robot<", []string{"AccountTypeEnumeration: the value Robot is not declared"}},
		{accountDoc, roleUID, "f84a8b62", []string{`UidType: the value "f84a8b62" does not match the pattern`}},
		{accountDoc, "<Roles>", "<Roles>x", []string{"EnterpriseAccountInRoleCreateSpecListType: Roles has text"}},
		{accountDoc, "<AccountName>", "<AccountName x='1'>", []string{"string: AccountName has elements or attributes"}},
		{accountDoc, "AccountCreateSpec", "AccountSpec", []string{"EnterpriseAccountSpec is not declared"}},
		{refDoc, ` Name="Portal User"`, "", []string{"EntityReferenceType: the attribute Name is missing"}},
		{refDoc, "Rel=", "Relation=", []string{
			"LinkType: the attribute Rel is missing", "LinkType: the attribute Relation is not declared",
		}},
		{refDoc, "<Links>", "<Links><Linked/>", []string{"LinkListType: Linked is not declared"}},
		{rebuildDoc, "<RebuildAll/>", "", []string{"RebuildScopeJobSpecType: there are 0 elements instead of one"}},
		{rebuildDoc, "<RebuildAll/>", "<RebuildAll/><RebuildUnprocessed/>", []string{
			"RebuildScopeJobSpecType: there are 2 elements instead of one",
		}},
		{rebuildDoc, "<RebuildAll/>", "<RebuildAll>now</RebuildAll>", []string{"empty: RebuildAll has text"}},
		{scopesDoc, "vm-1<", "vm.1<", []string{
			`HierarchyObjRefType: the value "urn:VMware:Vm:vm.1" does not match the pattern`,
		}},
		{scopesDoc, "vm-1<", "a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-1<", []string{
			"HierarchyObjRefType: the value has the form of the reference only",
		}},
	} {
		got, err := judge([]byte(strings.ReplaceAll(c.document, c.replace, c.by)))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q instead of %q: findings\n%q, %v, want\n%q", c.by, c.replace, got, err, c.want)
		}
	}
}

func TestJudge_RefusesWhatIsNoDocument(t *testing.T) {
	for name, document := range map[string]string{
		"no XML":              "Service Unavailable",
		"cut off":             accountDoc[:len(accountDoc)-10],
		"another namespace":   strings.Replace(accountDoc, "v1.0\"", "v2.0\"", 1),
		"no namespace":        strings.Replace(accountDoc, ` xmlns="`+namespace+`"`, "", 1),
		"an unqualified kid":  strings.Replace(rebuildDoc, "<RebuildAll/>", `<RebuildAll xmlns=""/>`, 1),
		"two documents":       rebuildDoc + rebuildDoc,
		"text around it":      rebuildDoc + "end",
		"a document type":     "<!DOCTYPE x>" + rebuildDoc,
		"nothing but a space": " ",
	} {
		if findings, err := judge([]byte(document)); err == nil {
			t.Errorf("%s: there is no error, and the findings are %q", name, findings)
		}
	}
}

func TestTables_NameOnlyTypesThatTheyHave(t *testing.T) {
	used := map[string]bool{}
	for _, typ := range roots {
		used[strings.TrimPrefix(typ, "!")] = true
	}
	for name, typ := range complexTypes {
		for _, p := range parts(typ.attributes + " " + typ.elements) {
			used[p.typ] = true
			if p.typ == "" || simpleTypes[p.typ].pattern == nil && simpleTypes[p.typ].values == nil {
				if _, ok := complexTypes[p.typ]; !ok {
					t.Errorf("%s: the tables lack the type %q of %s", name, p.typ, p.name)
				}
			}
		}
	}
	for name := range complexTypes {
		if !used[name] {
			t.Errorf("nothing has the type %s", name)
		}
	}
}
