// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package rulekit contains what the rules of all products share: errors and warnings at an attribute, and validators
// that apply a rule. It knows no rule.
package rulekit

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Refuse returns the error of a rule at an attribute. The summary says what is wrong, the detail says why and what to
// write instead.
func Refuse(p path.Path, summary, detail string, args ...any) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(p, summary, fmt.Sprintf(detail, args...))}
}

// RefuseNamed is like [Refuse], and the detail begins with the name of the attribute. It is for rules about the
// elements of a set: for a path into a set, Terraform shows the whole resource.
func RefuseNamed(p path.Path, summary, detail string, args ...any) diag.Diagnostics {
	return Refuse(p, summary, "%s: %s", attributeName(p), fmt.Sprintf(detail, args...))
}

// attributeName returns the name of the attribute at a path, such as restore_scope.object_name. If it is an attribute
// of an object in a set, the name contains the object.
func attributeName(p path.Path) string {
	var names []string
	object := ""
	for _, step := range p.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			names = append(names, string(step))
		case path.PathStepElementKeyValue:
			if _, ok := step.Value.(types.Object); ok {
				object = " of " + step.Value.String()
			}
		}
	}
	return strings.Join(names, ".") + object
}

// Warn returns the warning of a rule at an attribute.
func Warn(p path.Path, summary, detail string, args ...any) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(p, summary, fmt.Sprintf(detail, args...))}
}

// Known reports whether the value is neither null nor unknown.
func Known(v interface {
	IsNull() bool
	IsUnknown() bool
},
) bool {
	return !v.IsNull() && !v.IsUnknown()
}

// String returns a validator that applies a rule to a single string.
func String(description string, rule func(path.Path, types.String) diag.Diagnostics) validator.String {
	return stringRule{description: description, rule: rule}
}

type stringRule struct {
	description string
	rule        func(path.Path, types.String) diag.Diagnostics
}

// Description says what the rule requires.
func (r stringRule) Description(context.Context) string { return r.description }

// MarkdownDescription says what the rule requires.
func (r stringRule) MarkdownDescription(context.Context) string { return r.description }

// ValidateString applies the rule.
func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics.Append(r.rule(req.Path, req.ConfigValue)...)
}

// Set returns a validator that applies a rule to a whole set.
func Set(description string, rule func(path.Path, types.Set) diag.Diagnostics) validator.Set {
	return setRule{description: description, rule: rule}
}

type setRule struct {
	description string
	rule        func(path.Path, types.Set) diag.Diagnostics
}

// Description says what the rule requires.
func (r setRule) Description(context.Context) string { return r.description }

// MarkdownDescription says what the rule requires.
func (r setRule) MarkdownDescription(context.Context) string { return r.description }

// ValidateSet applies the rule.
func (r setRule) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	resp.Diagnostics.Append(r.rule(req.Path, req.ConfigValue)...)
}

// EachString returns a validator that applies a rule to each string of a set.
func EachString(description string, rule func(path.Path, types.String) diag.Diagnostics) validator.Set {
	return Set(description, func(p path.Path, v types.Set) diag.Diagnostics {
		var diags diag.Diagnostics
		for _, e := range v.Elements() {
			if s, ok := e.(types.String); ok {
				diags.Append(rule(p.AtSetValue(e), s)...)
			}
		}
		return diags
	})
}
