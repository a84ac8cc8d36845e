// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
)

// provenance is what the private state records about the create of an account.
type provenance struct {
	// The name as it was configured, and as the server spells it. They are empty if they differ at most in case.
	ConfiguredName string `json:"configured_name,omitempty"`
	ServerName     string `json:"server_name,omitempty"`
	// Unproven is true if the server answered the create with a failure, so that an account that is found later may be
	// another client's.
	Unproven bool `json:"unproven,omitempty"`
}

const provenanceKey = "create"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// loadProvenance reads what save has written. It returns the zero value if there is nothing.
func loadProvenance(ctx context.Context, private privateReader) (provenance, diag.Diagnostics) {
	var p provenance
	raw, diags := private.GetKey(ctx, provenanceKey)
	if len(raw) == 0 || diags.HasError() {
		return p, diags
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		diags.AddError("The private state of the resource cannot be read",
			err.Error()+"\n\nRemove the resource from the state (terraform state rm) and import it again.")
	}
	return p, diags
}

func (p provenance) save(ctx context.Context, private privateWriter) diag.Diagnostics {
	if p == (provenance{}) {
		return nil
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("The private state of the resource cannot be written", err.Error())}
	}
	return private.SetKey(ctx, provenanceKey, raw)
}

// sameName reports whether both names are the name of the account.
func (p provenance) sameName(a, b string) bool {
	own := func(name string) bool {
		return p.ServerName != "" &&
			(emtype.AccountName.Same(name, p.ServerName) || emtype.AccountName.Same(name, p.ConfiguredName))
	}
	return emtype.AccountName.Same(a, b) || own(a) && own(b)
}
