// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// passive returns the attributes without their validators and plan modifiers, which are part of what a provider does.
// Defaults remain: without them, the plans would differ.
func passive(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(attributes))
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case schema.StringAttribute:
			a.Validators, a.PlanModifiers = nil, nil
			attribute = a
		case schema.BoolAttribute:
			a.Validators, a.PlanModifiers = nil, nil
			attribute = a
		case schema.SetAttribute:
			a.Validators, a.PlanModifiers = nil, nil
			attribute = a
		case schema.SetNestedAttribute:
			a.Validators, a.PlanModifiers = nil, nil
			a.NestedObject.Validators, a.NestedObject.PlanModifiers = nil, nil
			a.NestedObject.Attributes = passive(a.NestedObject.Attributes)
			attribute = a
		case schema.ListNestedAttribute:
			a.Validators, a.PlanModifiers = nil, nil
			a.NestedObject.Validators, a.NestedObject.PlanModifiers = nil, nil
			a.NestedObject.Attributes = passive(a.NestedObject.Attributes)
			attribute = a
		case schema.SingleNestedAttribute:
			a.Validators, a.PlanModifiers = nil, nil
			a.Attributes = passive(a.Attributes)
			attribute = a
		default:
			panic(fmt.Sprintf("the attribute %s has the type %T, which passive does not know", name, a))
		}
		out[name] = attribute
	}
	return out
}
