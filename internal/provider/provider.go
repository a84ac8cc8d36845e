// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package provider assembles the provider: its schema, its configuration, and its resources, data sources, functions,
// list resources and actions.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/account"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/fileserver"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/hierarchy"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rebuild"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/role"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scope"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopesexclusive"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/directory"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/operatorrole"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/organization"
)

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/veeam-community/veeam"

var (
	_ provider.Provider                  = (*veeamProvider)(nil)
	_ provider.ProviderWithFunctions     = (*veeamProvider)(nil)
	_ provider.ProviderWithListResources = (*veeamProvider)(nil)
	_ provider.ProviderWithActions       = (*veeamProvider)(nil)
)

// model is the provider's configuration.
type model struct {
	EM    types.Object `tfsdk:"em"`
	VB365 types.Object `tfsdk:"vb365"`
}

type veeamProvider struct {
	version string
	clients *tfkit.Clients
}

// Option is an option of New.
type Option func(*veeamProvider)

// WithClients adds each client that a provider creates to clients, so that the process can log it off when it ends.
func WithClients(clients *tfkit.Clients) Option {
	return func(p *veeamProvider) { p.clients = clients }
}

// New returns a function that returns a new provider of the given version.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &veeamProvider{version: version, clients: &tfkit.Clients{}}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

// Metadata names the provider.
func (p *veeamProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "veeam"
	resp.Version = p.version
}

// Schema describes the provider's configuration.
func (p *veeamProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages who may restore, and which objects: the accounts of Veeam Backup Enterprise Manager " +
			"with their security roles, and the restore operator roles of Veeam Backup for Microsoft 365.",
		Attributes: map[string]schema.Attribute{
			"em":    emAttribute(),
			"vb365": vb365Attribute(),
		},
	}
}

// Configure creates the clients. It sends no request: the first object that needs a server logs on.
func (p *veeamProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	em, diags := p.configureEM(ctx, m.EM)
	resp.Diagnostics.Append(diags...)
	vb365, diags := p.configureVB365(ctx, m.VB365)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := &tfkit.Data{EM: em, VB365: vb365}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
}

// Resources lists the managed resources.
func (p *veeamProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		account.NewResource,
		scope.NewResource,
		scopesexclusive.NewResource,
		operatorrole.NewResource,
	}
}

// DataSources lists the data sources.
func (p *veeamProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		account.NewDataSource,
		account.NewListDataSource,
		role.NewDataSource,
		role.NewListDataSource,
		hierarchy.NewRootDataSource,
		hierarchy.NewRootsDataSource,
		hierarchy.NewObjectDataSource,
		fileserver.NewDataSource,
		fileserver.NewListDataSource,
		organization.NewDataSource,
		organization.NewListDataSource,
		directory.NewUserDataSource,
		directory.NewGroupDataSource,
		directory.NewSiteDataSource,
		directory.NewTeamDataSource,
		operatorrole.NewDataSource,
		operatorrole.NewListDataSource,
	}
}

// Functions lists the functions.
func (p *veeamProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		hierarchy.NewRefFunction,
		hierarchy.NewParseFunction,
	}
}

// ListResources lists the list resources, for terraform query.
func (p *veeamProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		account.NewListResource,
		scope.NewListResource,
		operatorrole.NewListResource,
	}
}

// Actions lists the actions.
func (p *veeamProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		rebuild.NewAction,
	}
}
