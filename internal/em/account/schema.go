// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Schema describes the resource.
func (r *accountResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An account in Veeam Backup Enterprise Manager: a user or a group, its security roles, and " +
			"what it may restore.\n\n" +
			"Changes to `roles`, `restore_scope` and `allow_restore_all_vms` are made in place. During an update the account " +
			"never has more access than before or after it: the provider removes what the account loses before it adds what " +
			"is new. The server never removes the last role and may not remove the last scope; if the update replaces all of " +
			"them, the account has an old and a new one for a moment.\n\n" +
			"~> **Replacement:** The API cannot change anything else; any other change deletes and recreates the account, " +
			"with a new ID. `create_before_destroy` does not work for accounts, because the old account holds the name until " +
			"it is deleted. Terraform also applies it to an account if a resource that refers to the account sets it.\n\n" +
			"-> **New accounts:** The provider compares a new account with the request. It corrects the roles and the right " +
			"to restore all VMs. If the server does not keep a restriction, the provider deletes the new account, and the " +
			"error names the attribute. If the server only spells the name or the extensions differently, the state keeps the " +
			"configured spelling, and a warning names the server's spelling of the name.\n\n" +
			"~> **Drift:** `restore_scope` manages only the scopes that it lists. Each plan names the other scopes of the " +
			"account, such as those that an administrator adds in the web console, in a warning. `unlisted_scopes` changes " +
			"that.\n\n" +
			"-> **Existing accounts:** The provider does not adopt an existing account silently. Creating it fails, and the " +
			"error contains the `import` block to use. An import reads all settings, and in `restore_scope` each scope whose " +
			"object the lookup service determines. What the plan then changes is the difference between the server and the " +
			"configuration. **A scope that the configuration lacks is removed**, unless another resource manages it.",
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
				MarkdownDescription: "Type of the account: `" + strings.Join(emapi.AccountTypes, "`, `") + "`. A change replaces " +
					"the account.",
				Required:      true,
				PlanModifiers: []planmodifier.String{replaceString()},
				Validators:    []validator.String{typeRule()},
			},
			"account_name": schema.StringAttribute{
				MarkdownDescription: "Name of the account. For `User` and `Group`: `Domain\\Name` (`SERVER\\Name` for a local " +
					"account). If `server_platform` of the provider is `linux`: `Name@Domain`, or the bare name of a local account. " +
					"For `ExternalUser`: `Username@Suffix`. For `ExternalGroup`: any text. Names are compared without regard to " +
					"case. A change replaces the account.",
				Required:      true,
				CustomType:    emtype.AccountName,
				PlanModifiers: []planmodifier.String{keepName{}, replaceString()},
			},
			"roles": schema.SetAttribute{
				MarkdownDescription: "UIDs of the security roles of the account, at least one. The data source `veeam_em_role` " +
					"returns the UID of a role. Changed in place.",
				ElementType: types.StringType,
				Required:    true,
				Validators: []validator.Set{
					setvalidator.NoNullValues(),
					rulekit.Set("at least one UID of a role, in lower case", rules.Roles),
				},
			},
			"role_names": schema.SetAttribute{
				MarkdownDescription: "Names of the security roles in `roles`, so that a plan does not only show UIDs.",
				ElementType:         types.StringType,
				Computed:            true,
				PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
			},
			"allow_restore_all_vms": schema.BoolAttribute{
				MarkdownDescription: "Whether the account may restore everything. If `false`, `restore_scope` needs at least one " +
					"item, except in an existing account that has had none. Changed in place.",
				Required: true,
			},
			"restore_scope": restoreScopeAttribute(),
			"unlisted_scopes": schema.StringAttribute{
				MarkdownDescription: "What to do about restore scopes of the account that `restore_scope` does not list: `warn` " +
					"(default) names them in a warning of each plan. `ignore` is for accounts whose other scopes are managed by " +
					"`veeam_em_account_scope` or `veeam_em_account_scopes_exclusive`. `remove` removes them, and the plan names them.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(unlistedWarn),
				Validators: []validator.String{stringvalidator.OneOf(unlistedWarn, unlistedIgnore, unlistedRemove)},
			},
			"unlisted_scope_names": schema.SetAttribute{
				MarkdownDescription: "Restore scopes of the account that `restore_scope` does not list, for example " +
					"`Vm SQLSRV (vcprod.tech.local)`. Null if `restore_scope` is not configured, `allow_restore_all_vms` is `true` " +
					"and `unlisted_scopes` is not `remove`: the provider then does not list the scopes.",
				ElementType: types.StringType,
				Computed:    true,
			},
			"flr_settings": flrAttribute(),
			"sql_settings": sqlAttribute(),
			"timeouts": tfkit.Timeouts(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "Time limit for creating the account and its restore scopes, for example `10m` (default `5m`).",
				ReadDescription:   "Time limit for reading the account (default `2m`).",
				UpdateDescription: "Time limit for updating the account and its restore scopes (default `5m`).",
				DeleteDescription: "Time limit for deleting the account (default `5m`).",
			}),
		},
	}
}

func restoreScopeAttribute() schema.Attribute {
	return schema.SetNestedAttribute{
		MarkdownDescription: "Restore scopes: the objects of the infrastructure that the account may restore, each " +
			"including everything below it. This attribute manages only the items that it lists; `unlisted_scopes` determines " +
			"what happens to other scopes. Do not list an object that has its own `veeam_em_account_scope`. Changed in place.",
		Optional:      true,
		PlanModifiers: []planmodifier.Set{scopeset.KeepSpelling()},
		Validators: []validator.Set{
			setvalidator.NoNullValues(),
			rulekit.Set("items that differ in hierarchy root, type or name", rules.ScopesDistinct),
		},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			rules.AttrHierarchyObjRef: schema.StringAttribute{
				MarkdownDescription: "Reference to the object, `urn:<Platform>:<Type>:<hierarchy root ID>.<object>`, for example " +
					"`urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870`. The data source `veeam_em_hierarchy_object` " +
					"looks up the reference of an object by name, and `veeam_em_file_server` that of a file share.",
				Required:   true,
				Validators: []validator.String{rulekit.String("a hierarchy reference", rules.HierarchyObjRef)},
			},
			rules.AttrObjectName: schema.StringAttribute{
				MarkdownDescription: "Name of the object in the infrastructure.",
				Required:            true,
				Validators:          []validator.String{rulekit.String("a name", rules.ObjectName)},
			},
		}},
	}
}

func flrAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Restrictions for file-level restore. A change replaces the account, because the API cannot " +
			"change them.",
		Optional:      true,
		Computed:      true,
		Default:       objectdefault.StaticValue(defaultFLR),
		PlanModifiers: []planmodifier.Object{keepFLRSettings{}, replaceObject(rules.FLRSettingsReplace)},
		Attributes: map[string]schema.Attribute{
			rules.AttrInplaceOnly: schema.BoolAttribute{
				MarkdownDescription: "Whether only files with the extensions in `extension_restrictions` may be restored " +
					"(default `false`).",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
			},
			rules.AttrExtensions: schema.SetAttribute{
				MarkdownDescription: "File name extensions without the dot, for example `[\"doc\", \"pdf\"]`. Required if " +
					"`inplace_only` is `true`; otherwise they may not restrict anything, and the plan of a new account " +
					"warns. Extensions are compared without regard to case and to a leading dot. An imported account can keep " +
					"extensions that a new one cannot have, for example `tar.gz`.",
				ElementType: types.StringType,
				Optional:    true,
				Computed:    true,
				Default:     setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{})),
				Validators: []validator.Set{
					setvalidator.NoNullValues(),
					rulekit.EachString("file name extensions", rules.Extension),
				},
			},
		},
	}
}

func sqlAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Restrictions for SQL database restore. A change replaces the account, because the API cannot " +
			"change them.",
		Optional:      true,
		Computed:      true,
		Default:       objectdefault.StaticValue(defaultSQL),
		PlanModifiers: []planmodifier.Object{replaceObject(rules.SQLSettingsReplace)},
		Attributes: map[string]schema.Attribute{
			attrDenyInplace: schema.BoolAttribute{
				MarkdownDescription: "Whether restores are prevented from overwriting the production database (default `false`).",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
			},
		},
	}
}

// IdentitySchema describes the identity of the resource.
func (r *accountResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "ID (GUID) of the account.", RequiredForImport: true},
	}}
}

func replaceString() planmodifier.String {
	const description = "A change replaces the account."
	decide := func(
		_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse,
	) {
		resp.RequiresReplace = rules.AccountReplace(req.StateValue, req.PlanValue)
	}
	return stringplanmodifier.RequiresReplaceIf(decide, description, description)
}

func replaceObject(rule func(state, plan types.Object) bool) planmodifier.Object {
	const description = "A change replaces the account."
	decide := func(
		_ context.Context, req planmodifier.ObjectRequest, resp *objectplanmodifier.RequiresReplaceIfFuncResponse,
	) {
		resp.RequiresReplace = rule(req.StateValue, req.PlanValue)
	}
	return objectplanmodifier.RequiresReplaceIf(decide, description, description)
}
