// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopesexclusive

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// Schema describes the resource.
func (r *exclusiveResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The complete list of restore scopes of an account in Veeam Backup Enterprise Manager. Scopes " +
			"in the list are added if they are missing. Scopes that are not in the list are removed, and the plan names each " +
			"of them.\n\n" +
			"Destroying this resource does not remove any scope; it only stops enforcing the list.\n\n" +
			"~> **List every scope of the account,** including those in its `restore_scope` and those of " +
			"`veeam_em_account_scope` resources. If another resource of the configuration manages a scope that is " +
			"not in this list, the plan fails.\n\n" +
			"-> **Replacement:** If another resource gives up a scope of the list, the plan may replace this resource so that " +
			"it adds the scope again. Replacing it does not remove any scope.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the account.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the account: the `id` of a `veeam_em_account`. A change replaces the resource.",
				Required:            true,
				CustomType:          emtype.ObjectID,
				PlanModifiers:       []planmodifier.String{emtype.ObjectID.KeepSpelling(), stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{rulekit.String("a GUID", rules.ID)},
			},
			"scopes": schema.SetNestedAttribute{
				MarkdownDescription: "The scopes that the account has, and no others. A scope that was added outside Terraform " +
					"appears in the plan with its name. If its object cannot be determined, its `hierarchy_obj_ref` is empty.",
				Required:      true,
				PlanModifiers: []planmodifier.Set{scopeset.KeepSpelling()},
				Validators: []validator.Set{
					setvalidator.NoNullValues(),
					rulekit.Set("items that differ in hierarchy root, type or name", rules.ScopesDistinct),
				},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					rules.AttrHierarchyObjRef: schema.StringAttribute{
						MarkdownDescription: "Reference to the object, `urn:<Platform>:<Type>:<hierarchy root ID>.<object>`.",
						Required:            true,
						Validators:          []validator.String{rulekit.String("a hierarchy reference", rules.HierarchyObjRef)},
					},
					rules.AttrObjectName: schema.StringAttribute{
						MarkdownDescription: "Name of the object in the infrastructure.",
						Required:            true,
						Validators:          []validator.String{rulekit.String("a name", rules.ObjectName)},
					},
				}},
			},
			"timeouts": tfkit.Timeouts(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true,
				CreateDescription: "Time limit for enforcing the list, for example `10m` (default `5m`).",
				ReadDescription:   "Time limit for reading the list (default `2m`).",
				UpdateDescription: "Time limit for updating the list (default `5m`).",
			}),
		},
	}
}

// IdentitySchema describes the identity of the resource.
func (r *exclusiveResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{Description: "ID (GUID) of the account.", RequiredForImport: true},
	}}
}
