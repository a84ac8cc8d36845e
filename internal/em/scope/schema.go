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
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Schema describes the resource.
func (r *scopeResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A restore scope of an account of Veeam Backup Enterprise Manager: an object of the infrastructure that the account may restore, with all below it.\n\n" +
			"Do not list the same object in `restore_scope` of the account and here. The server lists scopes by the object's hierarchy root, type and name; this resource " +
			"tells its own apart by the scope's ID. Where the account has a scope of that name already, it is taken over if the name stands for this one object, with a warning and " +
			"without a request; where several objects have the name, a new scope is added.\n\n" +
			"With `create_before_destroy`, an object that was made anew under its old name (a restored machine, say) gets its new scope before the old one is removed, " +
			"but Terraform records the new scope's ID only with the apply after that.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the scope.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the account, `id` of a `veeam_em_account`. A change replaces the scope.",
				Required:            true,
				CustomType:          emtype.ObjectID,
				PlanModifiers:       []planmodifier.String{emtype.ObjectID.KeepSpelling(), stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{rules.String("a GUID", rules.ID)},
			},
			"hierarchy_obj_ref": schema.StringAttribute{
				MarkdownDescription: "Reference to the object, `urn:<Platform>:<Type>:<hierarchy root ID>.<object>`, for example `urn:VMware:Folder:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.group-v3`. " +
					"A change replaces the scope. The server never gives the reference back: an import looks it up by name, and where that cannot tell, the first apply takes the configured one.",
				Required:      true,
				CustomType:    emtype.ObjRef,
				PlanModifiers: []planmodifier.String{emtype.ObjRef.KeepSpelling(), replaceIfKnown()},
				Validators:    []validator.String{rules.String("a hierarchy reference", rules.HierarchyObjRef)},
			},
			"object_name": schema.StringAttribute{
				MarkdownDescription: "Name of the object, as the infrastructure has it. A change replaces the scope.",
				Required:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{rules.String("a name", rules.ObjectName)},
			},
			"platform": schema.StringAttribute{
				MarkdownDescription: "Platform of the object, as the server lists it, for example `VMware`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"hierarchy_object_type": schema.StringAttribute{
				MarkdownDescription: "Type of the object, as the server lists it, for example `Vm`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"hierarchy_root_name": schema.StringAttribute{
				MarkdownDescription: "Hierarchy root of the object, as the server lists it: the ID, the unique ID or the name of the root.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"state": schema.StringAttribute{
				MarkdownDescription: "Whether the server has computed what the scope covers: `Unprocessed`, `Processed` or `Removing`.",
				Computed:            true,
			},
			"timeouts": tfkit.Timeouts(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "Time for adding the scope, until the server lists it, such as `10m` (default `5m`).",
				ReadDescription:   "Time for reading the scope (default `2m`).",
				UpdateDescription: "Time for taking over a changed configuration (default `5m`).",
				DeleteDescription: "Time for removing the scope, until the server lists it no more (default `5m`).",
			}),
		},
	}
}

// IdentitySchema describes the identity of the resource.
func (r *scopeResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{Description: "ID (GUID) of the account.", RequiredForImport: true},
		"id":         identityschema.StringAttribute{Description: "ID (GUID) of the scope.", RequiredForImport: true},
	}}
}

// replaceIfKnown replaces on a change, unless the state does not know the value: after an import for which the lookup
// service could not tell the reference, the first apply takes the configured one.
func replaceIfKnown() planmodifier.String {
	const description = "A change replaces the scope, unless an import left the value open."
	return stringplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = !req.StateValue.IsNull()
	}, description, description)
}
