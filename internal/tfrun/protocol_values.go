// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// encode converts Go values to a value of the plugin protocol. Missing attributes are null; a nil map is a null object.
func (p *Protocol) encode(typ tftypes.Type, attributes map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	var given any
	if attributes != nil {
		given = attributes
	}
	value, err := toValue(typ, given)
	if err != nil {
		p.t.Fatal(err)
	}
	dynamic, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		p.t.Fatal(err)
	}
	return &dynamic
}

// decode is the inverse of encode.
func (p *Protocol) decode(typ tftypes.Type, dynamic *tfprotov6.DynamicValue) map[string]any {
	p.t.Helper()
	value, err := dynamic.Unmarshal(typ)
	if err != nil {
		p.t.Fatal(err)
	}
	decoded, err := fromValue(value)
	if err != nil {
		p.t.Fatal(err)
	}
	attributes, ok := decoded.(map[string]any)
	if decoded != nil && !ok {
		p.t.Fatalf("%T is not an object", decoded)
	}
	return attributes
}

func toValue(typ tftypes.Type, v any) (tftypes.Value, error) {
	if v == nil {
		return tftypes.NewValue(typ, nil), nil
	}
	if v == Unknown {
		return tftypes.NewValue(typ, tftypes.UnknownValue), nil
	}
	switch t := typ.(type) {
	case tftypes.Object:
		return toObject(t, v)
	case tftypes.Set:
		return toElements(typ, t.ElementType, v)
	case tftypes.List:
		return toElements(typ, t.ElementType, v)
	}
	if err := tftypes.ValidateValue(typ, v); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(typ, v), nil
}

func toObject(typ tftypes.Object, v any) (tftypes.Value, error) {
	given, ok := v.(map[string]any)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%T is not an object", v)
	}
	attributes := map[string]tftypes.Value{}
	for name, attributeType := range typ.AttributeTypes {
		value, err := toValue(attributeType, given[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		attributes[name] = value
	}
	for name := range given {
		if _, ok := attributes[name]; !ok {
			return tftypes.Value{}, fmt.Errorf("the schema has no attribute %s", name)
		}
	}
	return tftypes.NewValue(typ, attributes), nil
}

func toElements(typ, elementType tftypes.Type, v any) (tftypes.Value, error) {
	given, ok := v.([]any)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%T is not an []any", v)
	}
	elements := make([]tftypes.Value, 0, len(given))
	for _, e := range given {
		value, err := toValue(elementType, e)
		if err != nil {
			return tftypes.Value{}, err
		}
		elements = append(elements, value)
	}
	return tftypes.NewValue(typ, elements), nil
}

// Unknown stands for a value that is not known yet.
const Unknown = "(known after apply)"

func fromValue(v tftypes.Value) (any, error) {
	if v.IsNull() {
		return nil, nil
	}
	if !v.IsKnown() {
		return Unknown, nil
	}
	switch {
	case v.Type().Is(tftypes.String):
		return as[string](v)
	case v.Type().Is(tftypes.Bool):
		return as[bool](v)
	case v.Type().Is(tftypes.Number):
		return as[*big.Float](v)
	case v.Type().Is(tftypes.Object{}), v.Type().Is(tftypes.Map{}):
		attributes, err := as[map[string]tftypes.Value](v)
		out := map[string]any{}
		for name, a := range attributes {
			if out[name], err = fromValue(a); err != nil {
				return nil, err
			}
		}
		return out, err
	}
	elements, err := as[[]tftypes.Value](v)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(elements))
	for _, e := range elements {
		value, err := fromValue(e)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	if v.Type().Is(tftypes.Set{}) {
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return out, nil
}

func as[T any](v tftypes.Value) (T, error) {
	var out T
	err := v.As(&out)
	return out, err
}
