// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// Identified is a model whose object has an identity.
type Identified interface {
	// Identity returns the model of the identity, or nil if the object has none yet.
	Identity() any
}

// Save writes a model and its identity into a response.
func Save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, m Identified) diag.Diagnostics {
	diags := state.Set(ctx, m)
	diags.Append(SaveIdentity(ctx, identity, m)...)
	return diags
}

// SaveIdentity writes the identity of a model into a response. It does nothing if the model or the response has none.
func SaveIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, m Identified) diag.Diagnostics {
	value := m.Identity()
	if identity == nil || value == nil {
		return nil
	}
	return identity.Set(ctx, value)
}
