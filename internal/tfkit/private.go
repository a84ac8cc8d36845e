// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PrivateReader is the private state of a resource in a request.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter is the private state of a resource in a response.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// LoadPrivate decodes the value of a key into the variable that v points to. It leaves the variable unchanged if there
// is no value.
func LoadPrivate(ctx context.Context, private PrivateReader, key string, v any) diag.Diagnostics {
	raw, diags := private.GetKey(ctx, key)
	if len(raw) == 0 || diags.HasError() {
		return diags
	}
	if err := json.Unmarshal(raw, v); err != nil {
		diags.AddError("The private state of the resource cannot be read",
			err.Error()+"\n\nRemove the resource from the state (terraform state rm) and import it again.")
	}
	return diags
}

// SavePrivate writes a value as JSON.
func SavePrivate(ctx context.Context, private PrivateWriter, key string, v any) diag.Diagnostics {
	raw, err := json.Marshal(v)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("The private state of the resource cannot be written", err.Error())}
	}
	return private.SetKey(ctx, key, raw)
}
