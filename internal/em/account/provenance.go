// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
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

// loadProvenance reads what save has written. It returns the zero value if there is nothing.
func loadProvenance(ctx context.Context, private tfkit.PrivateReader) (p provenance, diags diag.Diagnostics) {
	diags = tfkit.LoadPrivate(ctx, private, provenanceKey, &p)
	return p, diags
}

func (p provenance) save(ctx context.Context, private tfkit.PrivateWriter) diag.Diagnostics {
	if p == (provenance{}) {
		return nil
	}
	return tfkit.SavePrivate(ctx, private, provenanceKey, p)
}

// sameName reports whether both names are the name of the account.
func (p provenance) sameName(a, b string) bool {
	own := func(name string) bool {
		return p.ServerName != "" &&
			(emtype.AccountName.Same(name, p.ServerName) || emtype.AccountName.Same(name, p.ConfiguredName))
	}
	return emtype.AccountName.Same(a, b) || own(a) && own(b)
}
