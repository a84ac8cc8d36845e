// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var (
	_ datasource.DataSourceWithConfigure        = (*siteDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*siteDataSource)(nil)
)

// NewSiteDataSource returns the data source veeam_vb365_site.
func NewSiteDataSource() datasource.DataSource { return &siteDataSource{} }

type siteDataSource struct{ tfkit.DataSourceVB365 }

// Metadata names the data source.
func (d *siteDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_vb365_site"
}

// Schema describes the data source.
func (d *siteDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A SharePoint site of an organization in Veeam Backup for Microsoft 365, looked up by URL, " +
			"title or ID. Personal sites (OneDrive) are sites, too.\n\n" +
			"The API can search for sites only since v7. With `api_version = \"v6\"`, a lookup by URL or title reads all " +
			"sites of the organization, once in each run." +
			"\n\nIf no site matches, the provider reads all sites of the organization to list similar ones in the error.",
		Attributes: map[string]schema.Attribute{
			"organization_id": organizationAttribute(),
			"id": keyAttribute("ID of the site in Veeam Backup for Microsoft 365, as used in the references of " +
				"`veeam_vb365_restore_operator_role`. Set exactly one of `id`, `url` and `title`."),
			"url": keyAttribute("URL of the site, for example `https://abc.sharepoint.com/sites/board`. A slash at the end " +
				"does not matter." + comparedText),
			"title": keyAttribute("Title of the site." + comparedText + severalText),
			"parent_url": schema.StringAttribute{
				MarkdownDescription: "URL of the parent site. Null if there is none.", Computed: true,
			},
			"is_cloud": schema.BoolAttribute{
				MarkdownDescription: "Whether the site is in Microsoft 365. Null if the server does not say.", Computed: true,
			},
			"is_personal": schema.BoolAttribute{
				MarkdownDescription: "Whether the site is the personal site of a user. Null if the server does not say.",
				Computed:            true,
			},
		},
	}
}

// ConfigValidators requires exactly one way to find the site.
func (d *siteDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return exactlyOneKey(vb365api.Site)
}

// Read looks up the site.
func (d *siteDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m siteModel
	client := tfkit.BeginDataSource(ctx, d.VB365, req, resp, &m)
	if resp.Diagnostics.HasError() {
		return
	}
	found, diags := m.lookup().Find(ctx, client)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	m.save(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
