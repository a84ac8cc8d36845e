// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

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
		resp.Diagnostics.AddAttributeError(req.Path, "Not a regular expression",
			fmt.Sprintf("%v. Use the RE2 syntax (https://github.com/google/re2/wiki/Syntax), which has no lookahead and no "+
				"backreferences. In a quoted string, write each backslash twice.", err))
	}
}
