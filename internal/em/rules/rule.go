// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// refuse is the error of a rule at an attribute. The summary says what is refused, the detail why and what to write instead.
func refuse(p path.Path, rule int, summary, detail string, args ...any) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(p, summary, fmt.Sprintf(detail, args...)+fmt.Sprintf("\n\n(rule %d)", rule))}
}

// known tells whether the value is there and known, which a rule needs to judge it.
func known(v interface {
	IsNull() bool
	IsUnknown() bool
},
) bool {
	return !v.IsNull() && !v.IsUnknown()
}

// String makes a validator of a rule about a single string.
func String(description string, rule func(path.Path, types.String) diag.Diagnostics) validator.String {
	return stringRule{description: description, rule: rule}
}

type stringRule struct {
	description string
	rule        func(path.Path, types.String) diag.Diagnostics
}

// Description says what the rule asks for.
func (r stringRule) Description(context.Context) string { return r.description }

// MarkdownDescription says what the rule asks for.
func (r stringRule) MarkdownDescription(context.Context) string { return r.description }

// ValidateString applies the rule.
func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics.Append(r.rule(req.Path, req.ConfigValue)...)
}

// Set makes a validator of a rule about a whole set.
func Set(description string, rule func(path.Path, types.Set) diag.Diagnostics) validator.Set {
	return setRule{description: description, rule: rule}
}

type setRule struct {
	description string
	rule        func(path.Path, types.Set) diag.Diagnostics
}

// Description says what the rule asks for.
func (r setRule) Description(context.Context) string { return r.description }

// MarkdownDescription says what the rule asks for.
func (r setRule) MarkdownDescription(context.Context) string { return r.description }

// ValidateSet applies the rule.
func (r setRule) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	resp.Diagnostics.Append(r.rule(req.Path, req.ConfigValue)...)
}

// EachString makes a validator of a set of strings from a rule about a single one.
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
