// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emtype

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const root = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd"

var upperRoot = strings.ToUpper(root)

// spellings are pairs of strings, and whether both stand for the same value.
var spellings = map[string]struct {
	kind Type
	a, b string
	same bool
}{
	"equal names":                    {AccountName, `TECH\fox`, `TECH\fox`, true},
	"name, in another case":          {AccountName, `TECH\fox`, `tech\FOX`, true},
	"name with letters beyond ASCII": {AccountName, `TECH\müller`, `TECH\MÜLLER`, true},
	"name in another Unicode form":   {AccountName, "TECH\\caf\u00e9", "tech\\cafe\u0301", true},
	"name without its accent":        {AccountName, "TECH\\caf\u00e9", "TECH\\cafe", false},
	"object in another Unicode form": {ObjectName, "caf\u00e9", "cafe\u0301", true},
	"object in another case":         {ObjectName, "caf\u00e9", "CAFE\u0301", false},
	"another name":                   {AccountName, `TECH\fox`, `TECH\fix`, false},
	"name with added white space":    {AccountName, `TECH\fox`, `TECH\fox `, false},
	"name and empty string":          {AccountName, `TECH\fox`, "", false},
	"ID, in another case":            {ObjectID, root, upperRoot, true},
	"another ID":                     {ObjectID, root, "00000000-0000-0000-0000-000000000000", false},
	"equal references":               {ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "urn:VMware:Vm:" + root + ".vm-1", true},
	"platform in another case":       {ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "urn:vmware:Vm:" + root + ".vm-1", true},
	"type in another case":           {ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "urn:VMware:VM:" + root + ".vm-1", true},
	"root in another case": {
		ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "urn:VMware:Vm:" + upperRoot + ".vm-1", true,
	},
	"object of a reference in another case": {
		ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "urn:VMware:Vm:" + root + ".VM-1", false,
	},
	"another type": {
		ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "urn:VMware:Folder:" + root + ".vm-1", false,
	},
	"another platform": {
		ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "urn:Hyperv:Vm:" + root + ".vm-1", false,
	},
	"object with colons and dots": {
		ObjRef, "urn:VMware:Tag:" + root + ".urn:vmomi:Tag:1.x:GLOBAL",
		"urn:VMWARE:TAG:" + upperRoot + ".urn:vmomi:Tag:1.x:GLOBAL", true,
	},
	"object that differs after a colon": {
		ObjRef, "urn:VMware:Tag:" + root + ".urn:vmomi:Tag:1:GLOBAL",
		"urn:VMware:Tag:" + root + ".urn:vmomi:Tag:1:global", false,
	},
	"object that differs after a dot": {
		ObjRef, "urn:VMware:Tag:" + root + ".a.b", "urn:VMware:Tag:" + root + ".a.B", false,
	},
	"not a reference, equal":           {ObjRef, "x", "x", true},
	"not a reference, in another case": {ObjRef, "x", "X", false},
	"reference and other text":         {ObjRef, "urn:VMware:Vm:" + root + ".vm-1", "vm-1", false},
}

func TestSame_RecognizesSpellingsOfTheSameValue(t *testing.T) {
	for name, c := range spellings {
		t.Run(name, func(t *testing.T) {
			if got := c.kind.Same(c.a, c.b); got != c.same {
				t.Errorf("%s.Same(%q, %q) is %t", c.kind, c.a, c.b, got)
			}
			if got := c.kind.Same(c.b, c.a); got != c.same {
				t.Errorf("%s.Same(%q, %q) is %t", c.kind, c.b, c.a, got)
			}
		})
	}
}

func TestStringSemanticEquals_EqualsSameForKnownValues(t *testing.T) {
	for name, c := range spellings {
		t.Run(name, func(t *testing.T) {
			got, diags := c.kind.Of(c.a).StringSemanticEquals(t.Context(), c.kind.Of(c.b))
			if got != c.same || diags.HasError() {
				t.Errorf("%t, %v; want %t", got, diags, c.same)
			}
		})
	}
}

func TestStringSemanticEquals_DistinguishesNullUnknownAndEmpty(t *testing.T) {
	for _, kind := range []Type{AccountName, ObjectID, ObjRef} {
		values := map[string]Value{
			"null": kind.Null(), "unknown": kind.Value(basetypes.NewStringUnknown()), "empty": kind.Of(""),
		}
		for a, one := range values {
			for b, other := range values {
				if got, _ := one.StringSemanticEquals(t.Context(), other); got != (a == b) {
					t.Errorf("%s: %s and %s are equal: %t", kind, a, b, got)
				}
			}
		}
	}
}

func TestStringSemanticEquals_IsFalseForAnotherType(t *testing.T) {
	if got, _ := AccountName.Of("x").StringSemanticEquals(t.Context(), types.StringValue("x")); got {
		t.Error("a plain string is equal")
	}
	if got, _ := AccountName.Of("x").StringSemanticEquals(t.Context(), ObjectID.Of("x")); got {
		t.Error("an ID is equal to a name")
	}
}

func TestEqual_ComparesTheKindsOfTypes(t *testing.T) {
	kinds := []Type{AccountName, ObjectID, ObjRef}
	for i, a := range kinds {
		for j, b := range kinds {
			if a.Equal(b) != (i == j) {
				t.Errorf("%s equal to %s: %t", a, b, a.Equal(b))
			}
		}
		if a.Equal(types.StringType) || a.Equal(nil) {
			t.Errorf("%s is equal to a plain string type or to nil", a)
		}
		if got := a.Of("x").Type(t.Context()); !a.Equal(got) {
			t.Errorf("a value of %s has the type %s", a, got)
		}
		if got := a.ValueType(t.Context()); !got.IsNull() || !a.Equal(got.Type(t.Context())) {
			t.Errorf("the zero value of %s is %v of %s", a, got, got.Type(t.Context()))
		}
	}
	for want, kind := range map[string]Type{
		"emtype.AccountName": AccountName, "emtype.ObjectID": ObjectID, "emtype.ObjRef": ObjRef,
	} {
		if got := kind.String(); got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
}

func TestEqual_ComparesTheSpellingAndKindOfValues(t *testing.T) {
	for name, c := range map[string]struct {
		a    Value
		b    attr.Value
		want bool
	}{
		"the same":         {AccountName.Of("x"), AccountName.Of("x"), true},
		"in another case":  {AccountName.Of("x"), AccountName.Of("X"), false},
		"of another kind":  {AccountName.Of("x"), ObjectID.Of("x"), false},
		"a plain string":   {AccountName.Of("x"), types.StringValue("x"), false},
		"null twice":       {ObjRef.Null(), ObjRef.Null(), true},
		"null and empty":   {ObjRef.Null(), ObjRef.Of(""), false},
		"null and unknown": {ObjRef.Null(), ObjRef.Value(types.StringUnknown()), false},
		"unknown twice":    {ObjRef.Value(types.StringUnknown()), ObjRef.Value(types.StringUnknown()), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.a.Equal(c.b); got != c.want {
				t.Errorf("%t, want %t", got, c.want)
			}
		})
	}
}

func TestValueFromTerraform_RoundTripKeepsTheValueAndTheKind(t *testing.T) {
	for _, kind := range []Type{AccountName, ObjectID, ObjRef} {
		for name, c := range map[string]struct {
			in   tftypes.Value
			want Value
		}{
			"known":   {tftypes.NewValue(tftypes.String, "Ab"), kind.Of("Ab")},
			"empty":   {tftypes.NewValue(tftypes.String, ""), kind.Of("")},
			"null":    {tftypes.NewValue(tftypes.String, nil), kind.Null()},
			"unknown": {tftypes.NewValue(tftypes.String, tftypes.UnknownValue), kind.Value(types.StringUnknown())},
		} {
			t.Run(kind.String()+" "+name, func(t *testing.T) {
				got, err := kind.ValueFromTerraform(t.Context(), c.in)
				if err != nil || !c.want.Equal(got) {
					t.Fatalf("%v, %v; want %v", got, err, c.want)
				}
				back, err := got.ToTerraformValue(t.Context())
				if err != nil || !back.Equal(c.in) {
					t.Errorf("back: %v, %v; want %v", back, err, c.in)
				}
			})
		}
		if got, err := kind.ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
			t.Errorf("a bool became %v", got)
		}
	}
}

func TestValueFromString_ReturnsAValueOfTheKind(t *testing.T) {
	for _, in := range []types.String{types.StringValue("x"), types.StringNull(), types.StringUnknown()} {
		got, diags := ObjRef.ValueFromString(t.Context(), in)
		if diags.HasError() || !ObjRef.Value(in).Equal(got) {
			t.Errorf("%v became %v, %v", in, got, diags)
		}
		plain, diags := got.ToStringValue(t.Context())
		if diags.HasError() || !plain.Equal(in) {
			t.Errorf("%v came back as %v, %v", in, plain, diags)
		}
	}
}

func TestKeepSpelling_PlansTheSpellingOfTheState(t *testing.T) {
	const vm = "urn:VMware:Vm:" + root + ".vm-1"
	text, null, unknown := types.StringValue, types.StringNull(), types.StringUnknown()
	for name, c := range map[string]struct {
		kind              Type
		state, plan, want types.String
	}{
		"another case":              {AccountName, text(`TECH\fox`), text(`tech\fox`), text(`TECH\fox`)},
		"another name":              {AccountName, text(`TECH\fox`), text(`tech\fix`), text(`tech\fix`)},
		"same spelling":             {AccountName, text("x"), text("x"), text("x")},
		"ID in another case":        {ObjectID, text(root), text(upperRoot), text(root)},
		"reference in another case": {ObjRef, text(vm), text("urn:vmware:VM:" + upperRoot + ".vm-1"), text(vm)},
		"another object": {
			ObjRef, text(vm), text("urn:VMware:Vm:" + root + ".VM-1"), text("urn:VMware:Vm:" + root + ".VM-1"),
		},
		"no state":             {AccountName, null, text("x"), text("x")},
		"no state, empty plan": {AccountName, null, text(""), text("")},
		"planned null":         {AccountName, text(""), null, null},
		"planned unknown":      {AccountName, text(""), unknown, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			resp := planmodifier.StringResponse{PlanValue: c.plan}
			req := planmodifier.StringRequest{StateValue: c.state, PlanValue: c.plan}
			c.kind.KeepSpelling().PlanModifyString(t.Context(), req, &resp)
			if !resp.PlanValue.Equal(c.want) || resp.Diagnostics.HasError() || resp.RequiresReplace {
				t.Errorf("planned %v, want %v (%+v)", resp.PlanValue, c.want, resp)
			}
		})
	}
}

func TestKeepSpelling_DescribesItself(t *testing.T) {
	m := AccountName.KeepSpelling()
	const want = "Another spelling of the same value plans no change."
	for _, got := range []string{m.Description(t.Context()), m.MarkdownDescription(t.Context())} {
		if got != want {
			t.Errorf("description %q", got)
		}
	}
}
