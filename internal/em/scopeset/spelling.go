// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// KeepSpelling returns a plan modifier that plans the set in the state if the configuration only spells its items
// differently: a reference in another case, or a name in another Unicode form.
func KeepSpelling() planmodifier.Set { return keepSpelling{} }

type keepSpelling struct{}

// Description says what the modifier does.
func (keepSpelling) Description(context.Context) string {
	return "Another spelling of the same items plans no change."
}

// MarkdownDescription says what the modifier does.
func (m keepSpelling) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifySet plans the set in the state if it has the same items. An unknown item is none of the state's.
func (keepSpelling) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	had, wants := Items(req.StateValue), Items(req.PlanValue)
	if len(had) == len(wants) && len(Without(wants, had))+len(Without(had, wants)) == 0 {
		resp.PlanValue = req.StateValue
	}
}
