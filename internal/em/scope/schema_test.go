// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// replaces reports whether a plan modifier requires replacement of an existing resource.
func replaces(t *testing.T, m planmodifier.String, state, plan types.String) bool {
	t.Helper()
	there := tftypes.NewValue(tftypes.String, "there")
	resp := planmodifier.StringResponse{PlanValue: plan}
	m.PlanModifyString(t.Context(), planmodifier.StringRequest{
		State: tfsdk.State{Raw: there}, Plan: tfsdk.Plan{Raw: there}, StateValue: state, PlanValue: plan, ConfigValue: plan,
	}, &resp)
	return resp.RequiresReplace
}

func TestReplaceIfKnown_DoesNotReplaceAfterAnImport(t *testing.T) {
	for name, c := range map[string]struct {
		state, plan types.String
		want        bool
	}{
		"null after an import": {types.StringNull(), types.StringValue(ref), false},
		"another":              {types.StringValue(ref), types.StringValue(ref + "1"), true},
		"the same":             {types.StringValue(ref), types.StringValue(ref), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := replaces(t, replaceIfKnown(), c.state, c.plan); got != c.want {
				t.Errorf("replaces: %t, want %t", got, c.want)
			}
		})
	}
}
