// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestRE2_ReportsAnInvalidExpressionAtItsAttribute(t *testing.T) {
	at := path.Root("name_regex")
	for name, c := range map[string]struct {
		v    types.String
		want string // beginning of the detail; empty: allowed
	}{
		"allowed":    {types.StringValue(`(?i)^TECH\\`), ""},
		"empty":      {types.StringValue(""), ""},
		"null":       {types.StringNull(), ""},
		"unknown":    {types.StringUnknown(), ""},
		"open group": {types.StringValue("(svc"), "error parsing regexp: missing closing ): `(svc`."},
		"lookahead":  {types.StringValue("(?!svc)"), "error parsing regexp: invalid or unsupported Perl syntax: `(?!`."},
	} {
		t.Run(name, func(t *testing.T) {
			var resp validator.StringResponse
			RE2().ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: c.v}, &resp)
			if c.want == "" {
				if len(resp.Diagnostics) != 0 {
					t.Errorf("refused: %v", resp.Diagnostics)
				}
				return
			}
			if len(resp.Diagnostics) != 1 || !strings.HasPrefix(resp.Diagnostics[0].Detail(), c.want) {
				t.Fatalf("diagnostics %v, want one that begins with %q", resp.Diagnostics, c.want)
			}
			if d, ok := resp.Diagnostics[0].(interface{ Path() path.Path }); !ok || !d.Path().Equal(at) {
				t.Errorf("the error is not at %s", at)
			}
		})
	}
}

func TestRegexp_ReportsAnExpressionThatCannotBeCompiledAtNameRegex(t *testing.T) {
	name, diags := Regexp(types.StringValue("^fox$"))
	if diags.HasError() || !name.MatchString("fox") || name.MatchString("foxes") {
		t.Errorf("a regular expression: %v, %v", name, diags)
	}
	if name, diags := Regexp(types.StringNull()); diags.HasError() || !name.MatchString("any") {
		t.Errorf("null: %v, %v", name, diags)
	}
	_, diags = Regexp(types.StringValue("("))
	if len(diags) != 1 || diags[0].Summary() != "Not a regular expression" {
		t.Fatalf("got %v", diags)
	}
	if at, ok := diags[0].(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root("name_regex")) {
		t.Errorf("the error %v is not at name_regex", diags[0])
	}
}
