// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rulekit

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var at = path.Root("at")

func text(s string) types.String { return types.StringValue(s) }

func set(values ...attr.Value) types.Set { return types.SetValueMust(types.StringType, values) }

// notBad refuses the text "bad".
func notBad(p path.Path, v types.String) diag.Diagnostics {
	if v.ValueString() == "bad" {
		return Refuse(p, "Bad", "%q", v.ValueString())
	}
	return nil
}

// refused checks that the only diagnostic is the error of notBad at the path.
func refused(t *testing.T, got diag.Diagnostics, p path.Path) {
	t.Helper()
	want := diag.Diagnostics{diag.NewAttributeErrorDiagnostic(p, "Bad", `"bad"`)}
	if len(got) != 1 || !got[0].Equal(want[0]) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestString_AppliesTheRuleToTheConfiguredValue(t *testing.T) {
	v := String("not bad", notBad)
	if got := v.Description(t.Context()) + v.MarkdownDescription(t.Context()); got != "not badnot bad" {
		t.Errorf("descriptions %q", got)
	}
	var resp validator.StringResponse
	v.ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: text("bad")}, &resp)
	refused(t, resp.Diagnostics, at)
}

func TestSet_AppliesTheRuleToTheConfiguredValue(t *testing.T) {
	v := Set("not empty", func(p path.Path, v types.Set) diag.Diagnostics {
		if len(v.Elements()) == 0 {
			return notBad(p, text("bad"))
		}
		return nil
	})
	if got := v.Description(t.Context()) + v.MarkdownDescription(t.Context()); got != "not emptynot empty" {
		t.Errorf("descriptions %q", got)
	}
	var resp validator.SetResponse
	v.ValidateSet(t.Context(), validator.SetRequest{Path: at, ConfigValue: set()}, &resp)
	refused(t, resp.Diagnostics, at)
}

func TestEachString_AppliesTheRuleToEachElementAtItsPath(t *testing.T) {
	for name, c := range map[string]struct {
		set   types.Set
		calls int
	}{
		"null":         {types.SetNull(types.StringType), 0},
		"unknown":      {types.SetUnknown(types.StringType), 0},
		"empty":        {set(), 0},
		"one of three": {set(text("good"), text("bad"), types.StringUnknown()), 3},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			v := EachString("each", func(p path.Path, v types.String) diag.Diagnostics {
				calls++
				return notBad(p, v)
			})
			var resp validator.SetResponse
			v.ValidateSet(t.Context(), validator.SetRequest{Path: at, ConfigValue: c.set}, &resp)
			if calls != c.calls {
				t.Errorf("the rule was applied to %d values, want %d", calls, c.calls)
			}
			if c.calls == 0 {
				if len(resp.Diagnostics) > 0 {
					t.Error(resp.Diagnostics)
				}
				return
			}
			refused(t, resp.Diagnostics, at.AtSetValue(text("bad")))
		})
	}
}
