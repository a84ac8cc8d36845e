// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

var _ function.Function = parseFunction{}

// NewParseFunction returns the function parse_hierarchy_obj_ref.
func NewParseFunction() function.Function { return parseFunction{} }

type parseFunction struct{}

// refModel is a hierarchy reference, split into its parts.
type refModel struct {
	Platform        string `tfsdk:"platform"`
	Type            string `tfsdk:"type"`
	HierarchyRootID string `tfsdk:"hierarchy_root_id"`
	ObjectRef       string `tfsdk:"object_ref"`
}

// Metadata names the function.
func (parseFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_hierarchy_obj_ref"
}

// Definition describes the function.
func (parseFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Parses a hierarchy reference",
		MarkdownDescription: "Parses the reference `urn:<platform>:<type>:<hierarchy_root_id>.<object_ref>` of an object " +
			"of the virtual infrastructure. Returns an object with the attributes `platform`, `type`, `hierarchy_root_id` (in " +
			"lower case) and `object_ref`. The function sends no request to the server.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "ref",
				MarkdownDescription: "The reference, for example " +
					"`urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870`.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"platform":          types.StringType,
			"type":              types.StringType,
			"hierarchy_root_id": types.StringType,
			"object_ref":        types.StringType,
		}},
	}
}

// Run parses the reference.
func (parseFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var given string
	if resp.Error = req.Arguments.Get(ctx, &given); resp.Error != nil {
		return
	}
	if resp.Error = argumentError(0, rules.HierarchyObjRef(path.Empty(), types.StringValue(given))); resp.Error != nil {
		return
	}
	ref, err := emapi.ParseObjRef(given)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, refModel{
		Platform: ref.Platform, Type: ref.Type, HierarchyRootID: ref.RootID, ObjectRef: ref.Object,
	})
}
