// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
)

const keepsSpelling = "Another spelling of the same value plans no change."

// keepName plans the name in the state if the configuration only spells it differently. Put it before a modifier that
// requires replacement.
type keepName struct{}

// Description says what the modifier does.
func (keepName) Description(context.Context) string { return keepsSpelling }

// MarkdownDescription says what the modifier does.
func (keepName) MarkdownDescription(context.Context) string { return keepsSpelling }

// PlanModifyString plans the name in the state if both are names of the account.
func (keepName) PlanModifyString(
	ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse,
) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	made, diags := loadProvenance(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if made.sameName(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// keepFLRSettings is keepName for flr_settings.
type keepFLRSettings struct{}

// Description says what the modifier does.
func (keepFLRSettings) Description(context.Context) string { return keepsSpelling }

// MarkdownDescription says what the modifier does.
func (keepFLRSettings) MarkdownDescription(context.Context) string { return keepsSpelling }

// PlanModifyObject plans the settings in the state if they mean the same.
func (keepFLRSettings) PlanModifyObject(
	_ context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse,
) {
	if !req.StateValue.IsNull() && !req.PlanValue.IsNull() && !rules.FLRSettingsReplace(req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}
