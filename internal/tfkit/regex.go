// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// notRegex is the summary of an error about an attribute that is not a regular expression.
const notRegex = "Not a regular expression"

// Regexp compiles the attribute name_regex. If it is null, the expression matches every name. If [RE2] could not
// validate it, because its value was not known then, the error is here.
func Regexp(v types.String) (*regexp.Regexp, diag.Diagnostics) {
	compiled, err := regexp.Compile(v.ValueString())
	if err != nil {
		return nil, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("name_regex"), notRegex, err.Error())}
	}
	return compiled, nil
}

// RE2 returns a validator that requires a regular expression of Go's regexp package.
func RE2() validator.String { return re2{} }

type re2 struct{}

// Description says what the validator requires.
func (re2) Description(context.Context) string { return "a regular expression (RE2)" }

// MarkdownDescription says what the validator requires.
func (re2) MarkdownDescription(context.Context) string { return "a regular expression (RE2)" }

// ValidateString compiles the expression.
func (re2) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, notRegex,
			fmt.Sprintf("%v. Use the RE2 syntax (https://github.com/google/re2/wiki/Syntax), which has no lookahead and no "+
				"backreferences. In a quoted string, write each backslash twice.", err))
	}
}
