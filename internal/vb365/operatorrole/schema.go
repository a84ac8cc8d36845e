// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/rulekit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// Schema describes the resource.
func (r *roleResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const types = "`" + vb365api.EntireOrganization + "`, `" + vb365api.SpecificObjects + "`"
	resp.Schema = schema.Schema{
		MarkdownDescription: "A restore operator role in Veeam Backup for Microsoft 365: who may restore the mailboxes, " +
			"sites and teams of an organization, and which of them.\n\n" +
			"All attributes but `organization_id` are changed in place. The lists are complete: an entry that the " +
			"configuration does not list is removed.\n\n" +
			"-> **References:** An element of a list refers to an object of the organization, either by its `name` or by its " +
			"`id`. A reference by name keeps standing for the same object if the object gets another name: the plan shows no " +
			"change, and a warning names the old and the new name. A rename never passes the role from one person to another. " +
			"An element that is written in another way, but stands for the same object, is no change either.\n\n" +
			"-> **Existing roles:** The provider does not adopt an existing role silently. If the organization has a role of " +
			"the same name, creating it fails, and the error contains the `import` block to use. For this reason, " +
			"`create_before_destroy` does not work within one organization.\n\n" +
			"~> **Entries that the API cannot express:** In PowerShell and in the console, a role can also have entries such " +
			"as personal sites. They are in `unmanaged_entries`, a warning of each refresh names them, and updates keep them.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the role.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "ID (GUID) of the organization. The data source `veeam_vb365_organization` returns it. " +
					"A change replaces the role.",
				Required: true,
				PlanModifiers: []planmodifier.String{
					tfkit.KeepSpelling(strings.EqualFold), stringplanmodifier.RequiresReplace(),
				},
				Validators: []validator.String{rulekit.String("a GUID", rules.OrganizationID)},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the role. It is compared exactly, including case. Changed in place.",
				Required:            true,
				Validators:          []validator.String{rulekit.String("not blank", rules.Name)},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description of the role (default `\"\"`). Changed in place.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(""),
			},
			"role_type": schema.StringAttribute{
				MarkdownDescription: "What the operators may restore: everything in the organization, or the objects in " +
					"`selected_items`. One of " + types + ". Changed in place.",
				Required:   true,
				Validators: []validator.String{rulekit.String("a type of roles", rules.RoleType)},
			},
			"operators": schema.SetNestedAttribute{
				MarkdownDescription: "The users and groups that may restore, at least one. Changed in place.",
				Required:            true,
				Validators: []validator.Set{
					setvalidator.NoNullValues(), rulekit.Set("at least one user or group", rules.Operators), referenceRule(),
				},
				NestedObject: referenceObject("`User` or `Group`"),
			},
			"selected_items": itemsAttribute("The objects that the operators may restore. Required for `SpecificObjects`, and " +
				"empty for `EntireOrganization`."),
			"excluded_items": itemsAttribute("The objects that the operators may not restore."),
			"unmanaged_entries": schema.ListNestedAttribute{
				MarkdownDescription: "Entries that a reference cannot express, for example because they were made in PowerShell.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"list": schema.StringAttribute{
						MarkdownDescription: "`operators`, `selected_items` or `excluded_items`.", Computed: true,
					},
					"type": schema.StringAttribute{MarkdownDescription: "Type of the entry.", Computed: true},
					"id":   schema.StringAttribute{MarkdownDescription: "ID of the entry.", Computed: true},
				}},
			},
			"timeouts": tfkit.Timeouts(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "Time limit for creating the role, for example `10m` (default `5m`).",
				ReadDescription:   "Time limit for reading the role (default `2m`).",
				UpdateDescription: "Time limit for changing the role (default `5m`).",
				DeleteDescription: "Time limit for deleting the role (default `5m`).",
			}),
		},
	}
}

// itemsAttribute describes selected_items or excluded_items.
func itemsAttribute(what string) schema.SetNestedAttribute {
	return schema.SetNestedAttribute{
		MarkdownDescription: what + " Default `[]`. Changed in place.",
		Optional:            true,
		Computed:            true,
		Default:             setdefault.StaticValue(fromReferences(nil)),
		Validators:          []validator.Set{setvalidator.NoNullValues(), referenceRule()},
		NestedObject:        referenceObject("`User`, `Group`, `Site` or, except in version `v6` of the API, `Team`"),
	}
}

// referenceObject describes a reference.
func referenceObject(kinds string) schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		rules.AttrType: schema.StringAttribute{MarkdownDescription: "Type of the object: " + kinds + ".", Required: true},
		rules.AttrID: schema.StringAttribute{
			MarkdownDescription: "ID of the object, for example from the data source `veeam_vb365_user`. Set either `id` or " +
				"`name`. A group without a name needs `id`.",
			Optional: true,
		},
		rules.AttrName: schema.StringAttribute{
			MarkdownDescription: "Name of the user or group (UPN or mail address), URL of the site, or mail address of the " +
				"team. Names are compared without regard to case.",
			Optional: true,
		},
	}}
}

func referenceRule() validator.Set {
	return rulekit.Set("references with a type and either an id or a name", rules.References)
}

// IdentitySchema describes the identity of the resource.
func (r *roleResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "ID (GUID) of the role.", RequiredForImport: true},
	}}
}

// ValidateConfig applies the rules about several attributes.
func (r *roleResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(checkSelected(&m)...)
	written, diags := (&resolver{}).resolve(ctx, &m)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(written.check()...)
}
