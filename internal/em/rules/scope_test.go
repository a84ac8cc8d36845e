// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

var itemTypes = map[string]attr.Type{AttrHierarchyObjRef: types.StringType, AttrObjectName: types.StringType}

func scopeItem(ref, name string) types.Object { return itemOf(text(ref), text(name)) }

func itemOf(ref, name types.String) types.Object {
	return types.ObjectValueMust(itemTypes, map[string]attr.Value{AttrHierarchyObjRef: ref, AttrObjectName: name})
}

func TestRule10_AHierarchyReferenceHasTheFormAndAKnownType(t *testing.T) {
	notRef := func(quoted, why string) []refusal {
		return []refusal{{at: at, summary: "Not a hierarchy reference", details: []string{
			quoted, why, "write it as urn:<Platform>:<Type>:<hierarchy root GUID>.<object>",
			"for example urn:VMware:Vm:" + rootGUID + ".vm-7870",
		}}}
	}
	badType := func(given, kind, platform string) []refusal {
		return []refusal{{at: at, summary: "Unknown type of hierarchy object", details: []string{
			`"` + given + `" has the type "` + kind + `", which ` + platform + " does not have.",
			"Its types are " + strings.Join(emapi.PlatformTypes[platform], ", ") + ".",
		}}}
	}
	for name, c := range map[string]struct {
		value types.String
		want  []refusal
	}{
		"VM":                       {text("urn:VMware:Vm:" + rootGUID + ".vm-7870"), nil},
		"type in another case":     {text("urn:VMware:VM:" + rootGUID + ".vm-7870"), nil},
		"platform in another case": {text("urn:vmware:folder:" + rootGUID + ".group-v3"), nil},
		"root in upper case":       {text("urn:VMware:Vm:" + strings.ToUpper(rootGUID) + ".vm-7870"), nil},
		"object with colons and dots": {
			text("urn:VMware:Tag:" + rootGUID + ".urn:vmomi:InventoryServiceTag:1:GLOBAL.x"), nil,
		},
		"vCloud datastore":            {text("urn:vCloud:Datastore:" + rootGUID + ".urn:vcloud:datastore:x"), nil},
		"vCloud storage profile":      {text("urn:vcloud:orgvdcstorageprofile:" + rootGUID + ".x"), nil},
		"platform that is not listed": {text("urn:Nas:FileShare:" + rootGUID + ".share"), nil},
		"null":                        {types.StringNull(), nil},
		"unknown":                     {types.StringUnknown(), nil},
		"empty":                       {text(""), notRef(`""`, `it does not begin with "urn:"`)},
		"name of a VM":                {text("VM01"), notRef(`"VM01"`, `it does not begin with "urn:"`)},
		"too few parts":               {text("urn:VMware:Vm"), notRef(`"urn:VMware:Vm"`, "it has too few parts")},
		"root is not a GUID": {
			text("urn:VMware:Vm:vc01.vm-1"), notRef(`"urn:VMware:Vm:vc01.vm-1"`, `the hierarchy root "vc01" is not a GUID`),
		},
		"no object": {
			text("urn:VMware:Vm:" + rootGUID + "."), notRef(rootGUID, "the object after the dot is empty"),
		},
		"type that VMware does not have": {
			text("urn:VMware:OrgVdc:" + rootGUID + ".x"), badType("urn:VMware:OrgVdc:"+rootGUID+".x", "OrgVdc", "VMware"),
		},
		"type that Hyper-V does not have": {
			text("urn:hyperv:Folder:" + rootGUID + ".x"), badType("urn:hyperv:Folder:"+rootGUID+".x", "Folder", "Hyperv"),
		},
		"type that vCloud does not have": {
			text("urn:vCloud:Cluster:" + rootGUID + ".x"), badType("urn:vCloud:Cluster:"+rootGUID+".x", "Cluster", "vCloud"),
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, HierarchyObjRef(at, c.value), c.want...) })
	}
}

func TestRule10_EveryTypeOfTheTableIsAllowed(t *testing.T) {
	for platform, kinds := range emapi.PlatformTypes {
		for _, kind := range kinds {
			check(t, HierarchyObjRef(at, text("urn:"+platform+":"+kind+":"+rootGUID+".x")))
		}
	}
}

func TestRule10_TheErrorSaysOnceWhatToWrite(t *testing.T) {
	got := HierarchyObjRef(at, text("VM01"))
	if len(got) != 1 || strings.Count(got[0].Detail(), "for example") != 1 {
		t.Errorf("the required form is not there exactly once: %v", got)
	}
}

func TestRule10_AnObjectHasAName(t *testing.T) {
	for name, c := range map[string]struct {
		value types.String
		want  []refusal
	}{
		"name":    {text("VM 01"), nil},
		"null":    {types.StringNull(), nil},
		"unknown": {types.StringUnknown(), nil},
		"control character": {text("VM\t01"), []refusal{{
			at: at, summary: "The object name contains a control character", details: []string{
				`"VM\t01" has a control character after 2 bytes.`, "Write the name of the object in the infrastructure",
			},
		}}},
		"empty": {text(""), []refusal{{
			at: at, summary: "The object has no name", details: []string{
				`Write the name of the object in the infrastructure, for example "VM01".`,
			},
		}}},
	} {
		t.Run(name, func(t *testing.T) { check(t, ObjectName(at, c.value), c.want...) })
	}
}

func TestRule11_AnIDIsAGUID(t *testing.T) {
	refused := func(given string) []refusal {
		return []refusal{{at: at, summary: "Not an ID of Enterprise Manager", details: []string{
			`"` + given + `" is not a GUID such as d6701c3d-15f4-421d-b376-c0e2634bc1f4.`,
			"If it is a UID (urn:veeam:...), write only the part after the last colon.",
		}}}
	}
	for name, c := range map[string]struct {
		value types.String
		want  []refusal
	}{
		"GUID":               {text(rootGUID), nil},
		"GUID in upper case": {text(strings.ToUpper(rootGUID)), nil},
		"null":               {types.StringNull(), nil},
		"unknown":            {types.StringUnknown(), nil},
		"empty":              {text(""), refused("")},
		"UID": {
			text("urn:veeam:EnterpriseAccount:" + rootGUID), refused("urn:veeam:EnterpriseAccount:" + rootGUID),
		},
		"in braces":   {text("{" + rootGUID + "}"), refused("{" + rootGUID + "}")},
		"path":        {text(rootGUID + "/../x"), refused(rootGUID + "/../x")},
		"white space": {text(rootGUID + " "), refused(rootGUID + " ")},
	} {
		t.Run(name, func(t *testing.T) { check(t, ID(at, c.value), c.want...) })
	}
}

func TestRule13_ItemsOfOneRestoreScopeCanBeDistinguished(t *testing.T) {
	const (
		otherRoot = "00000000-0000-0000-0000-000000000001"
		first     = "urn:VMware:Vm:" + rootGUID + ".vm-1"
		second    = "urn:VMware:Vm:" + rootGUID + ".vm-2"
	)
	item := types.ObjectType{AttrTypes: itemTypes}
	items := func(values ...attr.Value) types.Set { return types.SetValueMust(item, values) }
	alike := func(a, b string) refusal {
		return refusal{at: at, summary: "Two restore scopes cannot be distinguished", details: []string{
			a + " and " + b + ` have the same hierarchy root and type, and both are named "VM01".`,
			"Enterprise Manager lists restore scopes only by these three values.",
			"Use an object above them (a folder, a resource pool), rename one of them, " +
				"or manage the second one with veeam_em_account_scope",
		}}
	}
	spelled := "urn:vmware:VM:" + strings.ToUpper(rootGUID) + ".vm-2"
	for name, c := range map[string]struct {
		value types.Set
		want  []refusal
	}{
		"null":                 {types.SetNull(item), nil},
		"unknown":              {types.SetUnknown(item), nil},
		"empty":                {items(), nil},
		"another name":         {items(scopeItem(first, "VM01"), scopeItem(second, "VM02")), nil},
		"name in another case": {items(scopeItem(first, "VM01"), scopeItem(second, "vm01")), nil},
		"another type": {
			items(scopeItem(first, "VM01"), scopeItem("urn:VMware:Folder:"+rootGUID+".vm-2", "VM01")), nil,
		},
		"another root": {
			items(scopeItem(first, "VM01"), scopeItem("urn:VMware:Vm:"+otherRoot+".vm-2", "VM01")), nil,
		},
		"an unknown item": {items(scopeItem(first, "VM01"), types.ObjectUnknown(itemTypes)), nil},
		"a null item":     {items(scopeItem(first, "VM01"), types.ObjectNull(itemTypes)), nil},
		"an unknown reference": {
			items(scopeItem(first, "VM01"), itemOf(types.StringUnknown(), text("VM01"))), nil,
		},
		"an unknown name": {
			items(scopeItem(first, "VM01"), itemOf(text(second), types.StringUnknown())), nil,
		},
		"a null name": {
			items(scopeItem(first, "VM01"), itemOf(text(second), types.StringNull())), nil,
		},
		"one that rule 10 refuses": {items(scopeItem("x", "VM01"), scopeItem("y", "VM01")), nil},
		"the same three": {
			items(scopeItem(first, "VM01"), scopeItem(second, "VM01")), []refusal{alike(first, second)},
		},
		"the same three, spelled differently": {
			items(scopeItem(first, "VM01"), scopeItem(spelled, "VM01")), []refusal{alike(first, spelled)},
		},
		"three of them": {
			items(scopeItem(first, "VM01"), scopeItem(second, "VM01"), scopeItem(spelled, "VM01")),
			[]refusal{alike(first, second), alike(first, spelled)},
		},
		"with an unknown item": {
			items(types.ObjectUnknown(itemTypes), scopeItem(first, "VM01"), scopeItem(second, "VM01")),
			[]refusal{alike(first, second)},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, ScopesDistinct(at, c.value), c.want...) })
	}
}

func TestRule10_TheObjectOfANewItemIsKnownUnderItsName(t *testing.T) {
	const ref, other = "urn:VMware:Vm:" + rootGUID + ".vm-1", "urn:VMware:Vm:" + rootGUID + ".vm-2"
	item, err := emapi.ParseScopeItem(ref, "caf\u00e9")
	if err != nil {
		t.Fatal(err)
	}
	found := func(ref, name string) emapi.HierarchyItem {
		return emapi.HierarchyItem{ObjectRef: ref, ObjectName: name}
	}
	for name, c := range map[string]struct {
		known, alike []emapi.HierarchyItem
		want         string
	}{
		"known":             {[]emapi.HierarchyItem{found(ref, "caf\u00e9")}, nil, ""},
		"another form":      {[]emapi.HierarchyItem{found(ref, "cafe\u0301")}, nil, ""},
		"known among other": {[]emapi.HierarchyItem{found(ref, "x"), found(ref, "caf\u00e9")}, nil, ""},
		"another name": {
			[]emapi.HierarchyItem{found(ref, "Caf\u00e9")}, nil, `hierarchy_obj_ref "` + ref +
				`": the lookup service of the server knows this object as "Caf\u00e9", and object_name is "caf\u00e9".`,
		},
		"another object of the name": {
			nil, []emapi.HierarchyItem{found(other, "caf\u00e9")}, `hierarchy_obj_ref "` + ref + `": the lookup service of ` +
				`the server does not know this object. It knows object_name "caf\u00e9" as ` + other + ".",
		},
		"unknown": {
			nil, nil, `hierarchy_obj_ref "` + ref + `": the lookup service of the server knows neither this object nor ` +
				`another one of its type and object_name "caf\u00e9" under the hierarchy root.`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := strings.ReplaceAll(c.want, `\u00e9`, "\u00e9")
			if got := KnownObject(item, c.known, c.alike); got != want {
				t.Errorf("says %s\nwant %s", got, want)
			}
		})
	}
}
