// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// GUID returns a validator that requires a GUID, in any case.
func GUID() validator.String { return guid{} }

type guid struct{}

// Description says what the validator requires.
func (guid) Description(context.Context) string { return "a GUID" }

// MarkdownDescription says what the validator requires.
func (guid) MarkdownDescription(context.Context) string { return "a GUID" }

// ValidateString checks the form of the value.
func (guid) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := httpkit.ParseGUID(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a GUID", err.Error()+".")
	}
}
