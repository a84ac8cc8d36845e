// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
)

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An account in Veeam Backup Enterprise Manager with its roles, settings and restore scopes, " +
			"looked up by ID or name.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the account. Set exactly one of `id` and `account_name`.",
				Optional:            true, Computed: true,
				Validators: []validator.String{rulekit.String("a GUID", rules.ID)},
			},
			"account_name": schema.StringAttribute{
				MarkdownDescription: "Name of the account, for example `TECH\\william.fox`. Names are compared without regard to " +
					"case.",
				Optional: true, Computed: true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Type of the account: `" + strings.Join(emapi.AccountTypes, "`, `") + "`. Set it together " +
					"with `account_name` if accounts of several types have that name.",
				Optional: true, Computed: true,
				Validators: []validator.String{typeRule()},
			},
			"uid": schema.StringAttribute{
				MarkdownDescription: "UID of the account, `urn:veeam:EnterpriseAccount:<id>`.",
				Computed:            true,
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, detailAttributes(""))
}

// detailAttributes returns the attributes for what an account may do. The text of when follows each description.
func detailAttributes(when string) map[string]schema.Attribute {
	scopes := scopesDataAttribute()
	scopes.MarkdownDescription += when
	return map[string]schema.Attribute{
		"roles": schema.SetAttribute{
			MarkdownDescription: "UIDs of the security roles of the account." + when,
			ElementType:         types.StringType,
			Computed:            true,
		},
		"role_names": schema.SetAttribute{
			MarkdownDescription: "Names of the security roles of the account." + when,
			ElementType:         types.StringType,
			Computed:            true,
		},
		"allow_restore_all_vms": schema.BoolAttribute{
			MarkdownDescription: "Whether the account may restore everything. Null if the server does not show it, as for " +
				"accounts of a type that the provider does not know." + when,
			Computed: true,
		},
		"flr_settings": schema.SingleNestedAttribute{
			MarkdownDescription: "Restrictions for file-level restore. Null if the server does not return them." + when,
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				rules.AttrInplaceOnly: schema.BoolAttribute{
					MarkdownDescription: "Whether only files with the extensions in `extension_restrictions` may be restored.",
					Computed:            true,
				},
				rules.AttrExtensions: schema.SetAttribute{
					MarkdownDescription: "File name extensions without the dot.",
					ElementType:         types.StringType,
					Computed:            true,
				},
			},
		},
		"sql_settings": schema.SingleNestedAttribute{
			MarkdownDescription: "Restrictions for SQL database restore. Null if the server does not return them." + when,
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				attrDenyInplace: schema.BoolAttribute{
					MarkdownDescription: "Whether restores are prevented from overwriting the production database.",
					Computed:            true,
				},
			},
		},
		"scopes": scopes,
	}
}

func scopesDataAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: "Restore scopes of the account, in the order of the server. The server does not return their " +
			"hierarchy references. To look one up by root, type and name, use `veeam_em_hierarchy_object`.",
		Computed: true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":   schema.StringAttribute{MarkdownDescription: "ID (GUID) of the scope.", Computed: true},
			"name": schema.StringAttribute{MarkdownDescription: "Name of the object.", Computed: true},
			"platform": schema.StringAttribute{
				MarkdownDescription: "Platform of the object, for example `VMware`.",
				Computed:            true,
			},
			"hierarchy_object_type": schema.StringAttribute{
				MarkdownDescription: "Type of the object, for example `Vm`.",
				Computed:            true,
			},
			"hierarchy_root_name": schema.StringAttribute{
				MarkdownDescription: "Hierarchy root of the object: the ID, the unique ID or the name of the root, depending on " +
					"the server.",
				Computed: true,
			},
			"state": schema.StringAttribute{
				MarkdownDescription: "State of the scope: `Unprocessed`, `Processed`, or `Removing` while it is being removed.",
				Computed:            true,
			},
		}},
	}
}

func typeRule() validator.String {
	return rulekit.String("one of "+strings.Join(emapi.AccountTypes, ", "), rules.AccountType)
}
