// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopesexclusive

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// model is the complete list of an account's restore scopes in the configuration, the plan and the state.
type model struct {
	ID        types.String   `tfsdk:"id"`
	AccountID emtype.Value   `tfsdk:"account_id"`
	Scopes    types.Set      `tfsdk:"scopes"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// identityModel is the identity of the list.
type identityModel struct {
	AccountID types.String `tfsdk:"account_id"`
}

// Limits implements [tfkit.Timed].
func (m *model) Limits() timeouts.Value { return m.Timeouts }

// Identity returns the identity of the list, or nil if its account has no valid ID.
func (m *model) Identity() any {
	id, err := m.id()
	if err != nil {
		return nil
	}
	return identityModel{AccountID: types.StringValue(id)}
}

// id returns the account's ID in lower case, the form for paths, locks and the identity.
func (m *model) id() (string, error) { return emapi.ParseGUID(m.AccountID.ValueString()) }

// identify sets the ID. It stays null if the account has no valid ID.
func (m *model) identify() {
	m.ID = types.StringNull()
	if id, err := m.id(); err == nil {
		m.ID = types.StringValue(id)
	}
}

// accountName returns the name of the account for a warning.
func (m *model) accountName(ctx context.Context, client *emapi.Client) string {
	return client.AccountName(ctx, m.AccountID.ValueString(), nil)
}
