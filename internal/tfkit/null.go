// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import "github.com/hashicorp/terraform-plugin-framework/types"

// NullIfEmpty returns null for a text that the server does not return.
func NullIfEmpty(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
