// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Schema describes the resource.
func (r *scopeResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A restore scope of an account in Veeam Backup Enterprise Manager: an object of the " +
			"infrastructure that the account may restore, including everything below it.\n\n" +
			"Enterprise Manager lists a scope by the hierarchy root, type and name of its object. This resource identifies " +
			"its own scope by the ID of the scope. If the account already has a scope with the same root, type and name, and " +
			"no other object has that name, the resource adopts the scope: it shows a warning and sends no request. If " +
			"several objects have that name, the resource adds a new scope.\n\n" +
			"~> **One owner per scope:** Do not list the same object in `restore_scope` of the account and in this " +
			"resource, or in two of these resources. Creating the second one fails.\n\n" +
			"-> **Moving a scope:** In one apply, a scope can move between `restore_scope`, this resource and " +
			"`veeam_em_account_scopes_exclusive`, or to another address. It is never lost. If the new owner already has the " +
			"scope, for example after an import, the plan may replace the new owner so that it adds the scope again. Two " +
			"configurations of the provider (aliases) do not know of each other: between them, move a scope in two " +
			"applies.\n\n" +
			"~> **Replacement:** Do not set `create_before_destroy` if `account_id` refers to a `veeam_em_account`. Terraform " +
			"then applies it to the account too, whose replacement fails: the old account holds the name until it is deleted.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the scope.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the account: the `id` of a `veeam_em_account`. A change replaces the scope.",
				Required:            true,
				CustomType:          emtype.ObjectID,
				PlanModifiers:       []planmodifier.String{emtype.ObjectID.KeepSpelling(), stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{rulekit.String("a GUID", rules.ID)},
			},
			"hierarchy_obj_ref": schema.StringAttribute{
				MarkdownDescription: "Reference to the object, `urn:<Platform>:<Type>:<hierarchy root ID>.<object>`, for example " +
					"`urn:VMware:Folder:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.group-v3`. A change replaces the scope. The server " +
					"does not return the reference. An import looks it up by name; if the lookup does not find exactly one object, " +
					"the first apply takes the configured reference.",
				Required:      true,
				CustomType:    emtype.ObjRef,
				PlanModifiers: []planmodifier.String{emtype.ObjRef.KeepSpelling(), replaceIfKnown()},
				Validators:    []validator.String{rulekit.String("a hierarchy reference", rules.HierarchyObjRef)},
			},
			"object_name": schema.StringAttribute{
				MarkdownDescription: "Name of the object in the infrastructure. A change replaces the scope.",
				Required:            true,
				PlanModifiers: []planmodifier.String{
					emtype.ObjectName.KeepSpelling(), stringplanmodifier.RequiresReplace(),
				},
				Validators: []validator.String{rulekit.String("a name", rules.ObjectName)},
			},
			"platform": schema.StringAttribute{
				MarkdownDescription: "Platform of the object as listed by the server, for example `VMware`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"hierarchy_object_type": schema.StringAttribute{
				MarkdownDescription: "Type of the object as listed by the server, for example `Vm`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"hierarchy_root_name": schema.StringAttribute{
				MarkdownDescription: "Hierarchy root of the object as listed by the server: the ID, the unique ID or the name of " +
					"the root.",
				Computed:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"state": schema.StringAttribute{
				MarkdownDescription: "State of the scope: `Processed` if the server has calculated what it covers, otherwise " +
					"`Unprocessed`, or `Removing` while it is being removed.",
				Computed: true,
			},
			"timeouts": tfkit.Timeouts(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "Time limit for adding the scope, until the server lists it, for example `10m` (default `5m`).",
				ReadDescription:   "Time limit for reading the scope (default `2m`).",
				UpdateDescription: "Time limit for updating the resource (default `5m`).",
				DeleteDescription: "Time limit for removing the scope, until the server no longer lists it (default `5m`).",
			}),
		},
	}
}

// IdentitySchema describes the identity of the resource.
func (r *scopeResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{Description: "ID (GUID) of the account.", RequiredForImport: true},
		"id":         identityschema.StringAttribute{Description: "ID (GUID) of the scope.", RequiredForImport: true},
	}}
}

// replaceIfKnown requires replacement on a change, unless the state has no value: if an import could not determine the
// reference, the first apply takes the configured one.
func replaceIfKnown() planmodifier.String {
	const description = "A change replaces the scope, unless an import could not determine the value."
	decide := func(
		_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse,
	) {
		resp.RequiresReplace = !req.StateValue.IsNull()
	}
	return stringplanmodifier.RequiresReplaceIf(decide, description, description)
}
