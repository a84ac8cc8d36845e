// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// KeepSpelling returns a plan modifier that plans the spelling of the state if the configuration only spells the same
// value differently. Put it before a modifier that requires replacement, because the framework does not check semantic
// equality during planning.
func KeepSpelling(same func(a, b string) bool) planmodifier.String { return keepSpelling{same} }

type keepSpelling struct{ same func(a, b string) bool }

// Description says what the modifier does.
func (keepSpelling) Description(context.Context) string {
	return "Another spelling of the same value plans no change."
}

// MarkdownDescription says what the modifier does.
func (m keepSpelling) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString plans the spelling of the state for an unchanged value.
func (m keepSpelling) PlanModifyString(
	_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse,
) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if m.same(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}
