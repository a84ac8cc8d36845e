// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package emtype provides types for strings of Enterprise Manager that have several spellings: account names and IDs,
// which are compared without regard to case, and hierarchy references, of which only the object part is case-sensitive.
package emtype

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// The types. Each type defines which spellings stand for the same value.
var (
	// AccountName is the name of an account. Windows compares such names without regard to case, and Enterprise Manager
	// may return a name in another case or Unicode form.
	AccountName = Type{kind: "AccountName"}
	// ObjectID is a GUID. The case of its hexadecimal digits does not matter.
	ObjectID = Type{kind: "ObjectID"}
	// ObjRef is a hierarchy reference. Platform, type and root GUID are compared without regard to case, the object
	// exactly, including case.
	ObjRef = Type{kind: "ObjRef"}
	// ObjectName is the name of an object. It is compared exactly, including case, but regardless of its Unicode form.
	ObjectName = Type{kind: "ObjectName"}
)

var (
	_ basetypes.StringTypable                    = Type{}
	_ basetypes.StringValuableWithSemanticEquals = Value{}
)

// Type is the type of a string that has several spellings.
type Type struct {
	basetypes.StringType
	kind string
}

// Value is a value of such a type. The zero value belongs to no type: create values with Of, Null or Type.Value.
type Value struct {
	basetypes.StringValue
	kind string
}

// Of returns a known value.
func (t Type) Of(s string) Value { return t.Value(basetypes.NewStringValue(s)) }

// Null returns the null value.
func (t Type) Null() Value { return t.Value(basetypes.NewStringNull()) }

// Value returns v as a value of this type.
func (t Type) Value(v basetypes.StringValue) Value { return Value{StringValue: v, kind: t.kind} }

// Same reports whether a and b are spellings of the same value.
func (t Type) Same(a, b string) bool {
	switch t.kind {
	case AccountName.kind:
		return emapi.SameNameFold(a, b)
	case ObjectName.kind:
		return emapi.SameName(a, b)
	case ObjRef.kind:
		ra, errA := emapi.ParseObjRef(a)
		rb, errB := emapi.ParseObjRef(b)
		if errA == nil && errB == nil {
			return ra.Same(rb)
		}
		return a == b
	}
	return strings.EqualFold(a, b)
}

// Equal reports whether o is the same type.
func (t Type) Equal(o attr.Type) bool {
	other, ok := o.(Type)
	return ok && t.kind == other.kind
}

// String returns the name of the type.
func (t Type) String() string { return "emtype." + t.kind }

// ValueType returns the zero value of the type.
func (t Type) ValueType(context.Context) attr.Value { return t.Null() }

// ValueFromString converts a plain string value to a value of the type.
func (t Type) ValueFromString(_ context.Context, in basetypes.StringValue) (
	basetypes.StringValuable, diag.Diagnostics,
) {
	return t.Value(in), nil
}

// ValueFromTerraform converts a value from Terraform to a value of the type.
func (t Type) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	v, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	s, ok := v.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("%s: not a string value: %T", t, v)
	}
	return t.Value(s), nil
}

// Type returns the type of the value.
func (v Value) Type(context.Context) attr.Type { return Type{kind: v.kind} }

// Equal reports whether o is the same value in the same spelling.
func (v Value) Equal(o attr.Value) bool {
	other, ok := o.(Value)
	return ok && v.kind == other.kind && v.StringValue.Equal(other.StringValue)
}

// StringSemanticEquals reports whether newValue is a spelling of the same value. Null, unknown and empty are three
// different values. The framework calls it after create, read and update; for plans, use KeepSpelling.
func (v Value) StringSemanticEquals(_ context.Context, newValue basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := newValue.(Value)
	if !ok || v.kind != other.kind || v.IsNull() != other.IsNull() || v.IsUnknown() != other.IsUnknown() {
		return false, nil
	}
	return Type{kind: v.kind}.Same(v.ValueString(), other.ValueString()), nil
}

// KeepSpelling returns a plan modifier that plans the spelling of the state if the configuration only spells the same
// value differently. Put it before a modifier that requires replacement, because the framework does not check semantic
// equality during planning.
func (t Type) KeepSpelling() planmodifier.String { return tfkit.KeepSpelling(t.Same) }
