// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Schema describes the resource.
func (r *accountResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An account of Veeam Backup Enterprise Manager: a user or group, the security roles that it holds, and what it may restore.\n\n" +
			"Roles, `restore_scope` and `allow_restore_all_vms` change in place, and on the way the account never may restore more than before or after. " +
			"Everything else the server cannot change, so that the account is replaced: it is deleted and made anew, with a new ID. " +
			"`create_before_destroy` cannot work, since the old account has the name until it is deleted.\n\n" +
			"An account that exists already is not taken over silently: creating it fails and prints the `import` block to use. After an import, the first apply takes the configured " +
			"`restore_scope` over without sending anything that the account has already.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the account.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"uid": schema.StringAttribute{
				MarkdownDescription: "UID of the account, `urn:veeam:EnterpriseAccount:<id>`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"account_type": schema.StringAttribute{
				MarkdownDescription: "Type of the account: `" + strings.Join(emapi.AccountTypes, "`, `") + "`. A change replaces the account.",
				Required:            true,
				PlanModifiers:       []planmodifier.String{replaceString()},
				Validators:          []validator.String{rules.String("one of "+strings.Join(emapi.AccountTypes, ", "), rules.AccountType)},
			},
			"account_name": schema.StringAttribute{
				MarkdownDescription: "Name of the account: for `User` and `Group` `Domain\\Name`, or `Name@Domain` where `server_platform` of the provider is `linux`; " +
					"for `ExternalUser` `Username@Suffix`; for `ExternalGroup` any text. Compared without regard to case. A change replaces the account.",
				Required:      true,
				CustomType:    emtype.AccountName,
				PlanModifiers: []planmodifier.String{emtype.AccountName.KeepSpelling(), replaceString()},
			},
			"roles": schema.SetAttribute{
				MarkdownDescription: "UIDs of the security roles that the account holds, at least one; see the data source `veeam_em_role`. Changed in place: roles are added before any is removed.",
				ElementType:         types.StringType,
				Required:            true,
				Validators:          []validator.Set{setvalidator.NoNullValues(), rules.Set("at least one UID of a role, in lower case", rules.Roles)},
			},
			"allow_restore_all_vms": schema.BoolAttribute{
				MarkdownDescription: "Whether the account may restore everything. Where `false`, `restore_scope` needs at least one item. Changed in place.",
				Required:            true,
			},
			"restore_scope": restoreScopeAttribute(),
			"flr_settings":  flrAttribute(),
			"sql_settings":  sqlAttribute(),
			"timeouts": tfkit.Timeouts(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "Time for creating the account, its restore scopes included, such as `10m` (default `5m`).",
				ReadDescription:   "Time for reading the account (default `2m`).",
				UpdateDescription: "Time for changing the account, its restore scopes included (default `5m`).",
				DeleteDescription: "Time for deleting the account (default `5m`).",
			}),
		},
	}
}

func restoreScopeAttribute() schema.Attribute {
	return schema.SetNestedAttribute{
		MarkdownDescription: "Objects of the infrastructure that the account may restore, each with all below it. The account owns the items listed here and no others: " +
			"scopes kept by `veeam_em_account_scope` or made by hand are left alone. Do not list an object here that has a `veeam_em_account_scope` of its own. Changed in place: scopes are added before any is removed.",
		Optional:   true,
		Validators: []validator.Set{setvalidator.NoNullValues(), rules.Set("items that differ in hierarchy root, type or name", rules.ScopesDistinct)},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			rules.AttrHierarchyObjRef: schema.StringAttribute{
				MarkdownDescription: "Reference to the object, `urn:<Platform>:<Type>:<hierarchy root ID>.<object>`, for example `urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870`.",
				Required:            true,
				Validators:          []validator.String{rules.String("a hierarchy reference", rules.HierarchyObjRef)},
			},
			rules.AttrObjectName: schema.StringAttribute{
				MarkdownDescription: "Name of the object, as the infrastructure has it.",
				Required:            true,
				Validators:          []validator.String{rules.String("a name", rules.ObjectName)},
			},
		}},
	}
}

func flrAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Restrictions of file-level restore. A change replaces the account, since the server has no way to change them.",
		Optional:            true,
		Computed:            true,
		Default:             objectdefault.StaticValue(defaultFLR),
		PlanModifiers:       []planmodifier.Object{replaceObject(rules.FLRSettingsReplace)},
		Attributes: map[string]schema.Attribute{
			attrInplaceOnly: schema.BoolAttribute{
				MarkdownDescription: "Whether only files with the extensions of `extension_restrictions` may be restored (default `false`).",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
			},
			attrExtensions: schema.SetAttribute{
				MarkdownDescription: "File name extensions without dot, for example `[\"doc\", \"pdf\"]`. Needed where `inplace_only` is true.",
				ElementType:         types.StringType,
				Optional:            true,
				Computed:            true,
				Default:             setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{})),
				Validators:          []validator.Set{setvalidator.NoNullValues(), rules.EachString("file name extensions", rules.Extension)},
			},
		},
	}
}

func sqlAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Restrictions of SQL database restore. A change replaces the account, since the server has no way to change them.",
		Optional:            true,
		Computed:            true,
		Default:             objectdefault.StaticValue(defaultSQL),
		PlanModifiers:       []planmodifier.Object{replaceObject(rules.SQLSettingsReplace)},
		Attributes: map[string]schema.Attribute{
			attrDenyInplace: schema.BoolAttribute{
				MarkdownDescription: "Whether restores may not overwrite the production database (default `false`).",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
			},
		},
	}
}

// IdentitySchema describes the identity of the resource.
func (r *accountResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "ID (GUID) of the account.", RequiredForImport: true},
	}}
}

func replaceString() planmodifier.String {
	const description = "A change replaces the account."
	return stringplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = rules.AccountReplace(req.StateValue, req.PlanValue)
	}, description, description)
}

func replaceObject(rule func(state, plan types.Object) bool) planmodifier.Object {
	const description = "A change replaces the account."
	return objectplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.ObjectRequest, resp *objectplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = rule(req.StateValue, req.PlanValue)
	}, description, description)
}
