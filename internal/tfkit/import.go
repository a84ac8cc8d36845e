// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ImportID returns the ID that an import was given, or the one that its identity I stands for.
func ImportID[I any](
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, idOf func(I) string,
) string {
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		return req.ID
	}
	var identity I
	resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	return idOf(identity)
}
