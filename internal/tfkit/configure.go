// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ResourceEM is embedded by resources and list resources that need Enterprise Manager.
type ResourceEM struct {
	// EM is nil until the provider is configured.
	EM *EM
}

// Configure stores the provider's data.
func (r *ResourceEM) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	em, diags := configuredEM(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.EM = em
}

// DataSourceEM is embedded by data sources that need Enterprise Manager.
type DataSourceEM struct {
	// EM is nil until the provider is configured.
	EM *EM
}

// Configure stores the provider's data.
func (d *DataSourceEM) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	em, diags := configuredEM(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.EM = em
}

// ActionEM is embedded by actions that need Enterprise Manager.
type ActionEM struct {
	// EM is nil until the provider is configured.
	EM *EM
}

// Configure stores the provider's data.
func (a *ActionEM) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	em, diags := configuredEM(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	a.EM = em
}

// ResourceVB365 is embedded by resources and list resources that need Veeam Backup for Microsoft 365.
type ResourceVB365 struct {
	// VB365 is nil until the provider is configured.
	VB365 *VB365
}

// Configure stores the provider's data.
func (r *ResourceVB365) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	vb, diags := configuredVB365(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.VB365 = vb
}

// DataSourceVB365 is embedded by data sources that need Veeam Backup for Microsoft 365.
type DataSourceVB365 struct {
	// VB365 is nil until the provider is configured.
	VB365 *VB365
}

// Configure stores the provider's data.
func (d *DataSourceVB365) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	vb, diags := configuredVB365(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.VB365 = vb
}
