// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

const rootID = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd"

// call runs a function with these arguments.
func call(t *testing.T, f function.Function, empty attr.Value, arguments ...string) (attr.Value, *function.FuncError) {
	t.Helper()
	values := make([]attr.Value, 0, len(arguments))
	for _, a := range arguments {
		values = append(values, types.StringValue(a))
	}
	resp := function.RunResponse{Result: function.NewResultData(empty)}
	f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(values)}, &resp)
	return resp.Result.Value(), resp.Error
}

// fails checks that a call failed at the argument, with an error that contains words.
func fails(t *testing.T, err *function.FuncError, argument int64, words string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Text, words) {
		t.Fatalf("error %v, want one with %q", err, words)
	}
	if err.FunctionArgument == nil || *err.FunctionArgument != argument {
		t.Errorf("the error is at argument %v, want %d", err.FunctionArgument, argument)
	}
}

var parts = map[string][]string{
	"urn:VMware:Vm:" + rootID + ".vm-7870":                     {"VMware", "Vm", rootID, "vm-7870"},
	"urn:vCloud:Vm:" + rootID + ".urn:vcloud:vm:6b2da27f.x":    {"vCloud", "Vm", rootID, "urn:vcloud:vm:6b2da27f.x"},
	"urn:NasBackup:FileServer:" + rootID + "." + rootID:        {"NasBackup", "FileServer", rootID, rootID},
	"urn:vmware:VM:" + rootID + ".vm-1":                        {"vmware", "VM", rootID, "vm-1"},
	"urn:VMware:Tag:" + rootID + ".urn:vmomi:Tag:0b9f0:GLOBAL": {"VMware", "Tag", rootID, "urn:vmomi:Tag:0b9f0:GLOBAL"},
}

func TestRefFunction_BuildsTheReferenceThatTheParseFunctionParses(t *testing.T) {
	for ref, p := range parts {
		got, err := call(t, refFunction{}, types.StringUnknown(), p...)
		if err != nil || !got.Equal(types.StringValue(ref)) {
			t.Errorf("%q: %v, %v, want %s", p, got, err, ref)
		}
		apart, err := call(t, parseFunction{}, types.ObjectUnknown(refTypes), ref)
		if err != nil || !apart.Equal(inParts(p)) {
			t.Errorf("%s: %v, %v, want %q", ref, apart, err, p)
		}
	}
}

var refTypes = map[string]attr.Type{
	"platform": types.StringType, "type": types.StringType, "hierarchy_root_id": types.StringType,
	"object_ref": types.StringType,
}

func inParts(p []string) types.Object {
	return types.ObjectValueMust(refTypes, map[string]attr.Value{
		"platform": types.StringValue(p[0]), "type": types.StringValue(p[1]), "hierarchy_root_id": types.StringValue(p[2]),
		"object_ref": types.StringValue(p[3]),
	})
}

func TestFunctions_ReturnTheRootInLowerCase(t *testing.T) {
	upper := strings.ToUpper(rootID)
	got, err := call(t, refFunction{}, types.StringUnknown(), "VMware", "Vm", upper, "vm-1")
	if want := types.StringValue("urn:VMware:Vm:" + rootID + ".vm-1"); err != nil || !got.Equal(want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	apart, err := call(t, parseFunction{}, types.ObjectUnknown(refTypes), "urn:VMware:Vm:"+upper+".vm-1")
	if want := inParts([]string{"VMware", "Vm", rootID, "vm-1"}); err != nil || !apart.Equal(want) {
		t.Errorf("%v, %v, want %v", apart, err, want)
	}
}

func TestRefFunction_ReportsAnInvalidPartAtItsArgument(t *testing.T) {
	for name, c := range map[string]struct {
		arguments []string
		argument  int64
		want      string
	}{
		"empty platform":        {[]string{"", "Vm", rootID, "vm-1"}, 0, `"" is not a platform`},
		"platform with a colon": {[]string{"VMware:Vm", "Vm", rootID, "vm-1"}, 0, `"VMware:Vm" is not a platform`},
		"platform with a space": {[]string{"VM ware", "Vm", rootID, "vm-1"}, 0, `"VM ware" is not a platform`},
		"empty type":            {[]string{"VMware", "", rootID, "vm-1"}, 1, `"" is not a type of object`},
		"type with a colon":     {[]string{"VMware", "Vm:" + rootID + ".x", rootID, "vm-1"}, 1, `is not a type of object`},
		"unknown type": {
			[]string{"VMware", "Robot", rootID, "vm-1"},
			1,
			`has the type "Robot", which VMware does not have. Its types are Vm, Host,`,
		},
		"type of other platform": {
			[]string{"hyperv", "Datastore", rootID, "vm-1"},
			1,
			`which Hyperv does not have. Its types are Vm, Host, Cluster, Scvmm, HostGroup, VmGroup.`,
		},
		"root is not a GUID": {[]string{"VMware", "Vm", "vc01", "vm-1"}, 2, `"vc01" is not a GUID`},
		"root is a UID": {
			[]string{"VMware", "Vm", "urn:veeam:HierarchyRoot:" + rootID, "vm-1"}, 2, `write only the part after the last colon`,
		},
		"empty object":          {[]string{"VMware", "Vm", rootID, ""}, 3, `"" is not the ID of an object`},
		"object with space":     {[]string{"VMware", "Vm", rootID, " vm-1"}, 3, `" vm-1" is not the ID of an object`},
		"object over two lines": {[]string{"VMware", "Vm", rootID, "vm\n1"}, 3, `"vm\n1" is not the ID of an object`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := call(t, refFunction{}, types.StringUnknown(), c.arguments...)
			fails(t, err, c.argument, c.want)
			if !got.Equal(types.StringUnknown()) {
				t.Errorf("the call failed, but returned %v", got)
			}
		})
	}
}

func TestParseFunction_ReportsAnInvalidReferenceAtItsArgument(t *testing.T) {
	for ref, want := range map[string]string{
		"":                                      `it does not begin with "urn:"`,
		"vm-7870":                               `it does not begin with "urn:"`,
		"urn:veeam:HierarchyRoot:" + rootID:     "there is no dot between the hierarchy root and the object",
		"urn:VMware:Vm:vc01.vm-1":               `the hierarchy root "vc01" is not a GUID`,
		"urn:VMware:Vm:" + rootID + ".":         "the object after the dot is empty",
		"urn:VMware:Robot:" + rootID + ".vm-1":  `has the type "Robot", which VMware does not have`,
		"urn:VM ware:Robot:" + rootID + ".vm-1": "the platform must consist of letters and digits",
	} {
		_, err := call(t, parseFunction{}, types.ObjectUnknown(refTypes), ref)
		fails(t, err, 0, want)
	}
}

func TestFunctions_AreDescribedAndRefuseNull(t *testing.T) {
	for _, f := range []function.Function{NewRefFunction(), NewParseFunction()} {
		var resp function.DefinitionResponse
		f.Definition(t.Context(), function.DefinitionRequest{}, &resp)
		for _, p := range resp.Definition.Parameters {
			if p.GetMarkdownDescription() == "" || p.GetAllowNullValue() || p.GetAllowUnknownValues() {
				t.Errorf("%T: parameter %s: %q", f, p.GetName(), p.GetMarkdownDescription())
			}
		}
	}
}

func TestParseFunction_ReturnsTheArgumentsOfTheRefFunction(t *testing.T) {
	var made, apart function.DefinitionResponse
	NewRefFunction().Definition(t.Context(), function.DefinitionRequest{}, &made)
	NewParseFunction().Definition(t.Context(), function.DefinitionRequest{}, &apart)
	want := map[string]bool{}
	for _, p := range made.Definition.Parameters {
		want[p.GetName()] = true
	}
	result, ok := apart.Definition.Return.GetType().(types.ObjectType)
	if !ok {
		t.Fatalf("returns %v", apart.Definition.Return.GetType())
	}
	got := map[string]bool{}
	for name := range result.AttrTypes {
		got[name] = true
	}
	if !maps.Equal(got, want) || len(want) != 4 {
		t.Errorf("the object has %v, the function takes %v", got, want)
	}
}

func TestRootModel_IsFoundAndSavedByTheConfiguredKey(t *testing.T) {
	root := emapi.HierarchyRoot{ID: rootID, Name: "vc01", UniqueID: "09D89361-9178-4EAF-8037-E4E82B1932F0", HostType: "VC"}
	whole := fromRoot(root)
	for name, c := range map[string]struct {
		configured rootModel
		matches    bool
		want       rootModel
	}{
		"name": {
			rootModel{Name: types.StringValue("VC01")},
			true,
			func() rootModel { w := whole; w.Name = types.StringValue("VC01"); return w }(),
		},
		"other name":   {rootModel{Name: types.StringValue("vc02")}, false, rootModel{}},
		"ID":           {rootModel{ID: types.StringValue(rootID)}, true, whole},
		"ID as name":   {rootModel{Name: types.StringValue(rootID)}, false, rootModel{}},
		"unique ID":    {rootModel{UniqueID: types.StringValue(root.UniqueID)}, true, whole},
		"ID as unique": {rootModel{UniqueID: types.StringValue(rootID)}, false, rootModel{}},
	} {
		t.Run(name, func(t *testing.T) {
			m := c.configured
			if got := m.matches(root); got != c.matches {
				t.Fatalf("matches: %t, want %t", got, c.matches)
			}
			if m.save(root); c.matches && m != c.want {
				t.Errorf("%+v, want %+v", m, c.want)
			}
		})
	}
}

func TestFromRoot_ValuesThatTheServerOmitsAreNull(t *testing.T) {
	got := fromRoot(emapi.HierarchyRoot{ID: rootID, Name: "vc01"})
	if !got.UniqueID.IsNull() || !got.HostType.IsNull() || got.UID.ValueString() != "urn:veeam:HierarchyRoot:"+rootID {
		t.Errorf("%+v", got)
	}
	if none := fromRoots(nil); none.HierarchyRoots == nil || len(none.HierarchyRoots) != 0 {
		t.Errorf("%+v, want an empty list", none)
	}
}
