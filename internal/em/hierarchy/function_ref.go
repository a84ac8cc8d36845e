// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package hierarchy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

var _ function.Function = refFunction{}

// NewRefFunction returns the function hierarchy_obj_ref.
func NewRefFunction() function.Function { return refFunction{} }

type refFunction struct{}

// Metadata names the function.
func (refFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "hierarchy_obj_ref"
}

// The positions of the arguments.
const (
	argPlatform = iota
	argType
	argRootID
	argObjectRef
)

// Definition describes the function.
func (refFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Builds a hierarchy reference from its parts",
		MarkdownDescription: "Builds the reference `urn:<platform>:<type>:<hierarchy_root_id>.<object_ref>` of an object " +
			"of the virtual infrastructure. The function sends no request to the server, so it does not check whether the " +
			"object exists.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "platform",
				MarkdownDescription: "Platform of the object: `VMware`, `vCloud`, `Hyperv`, or another platform of Enterprise " +
					"Manager.",
			},
			function.StringParameter{
				Name: "type",
				MarkdownDescription: "Type of the object. VMware: " + typesOf("VMware") + ". vCloud: " + typesOf("vCloud") +
					". Hyperv: " + typesOf("Hyperv") + ".",
			},
			function.StringParameter{
				Name:                "hierarchy_root_id",
				MarkdownDescription: "ID (GUID) of the hierarchy root that the object belongs to.",
			},
			function.StringParameter{
				Name: "object_ref",
				MarkdownDescription: "ID of the object on its platform, for example the managed object ID `vm-7870` in vCenter " +
					"Server.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run builds the reference.
func (refFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var ref emapi.ObjRef
	resp.Error = req.Arguments.Get(ctx, &ref.Platform, &ref.Type, &ref.RootID, &ref.Object)
	if resp.Error == nil {
		resp.Error = checkParts(&ref)
	}
	if resp.Error == nil {
		resp.Error = resp.Result.Set(ctx, ref.String())
	}
}

// checkParts checks each part by the rules for a whole reference, and converts the root's ID to lower case.
func checkParts(ref *emapi.ObjRef) *function.FuncError {
	if !validWith(func(sample *emapi.ObjRef) { sample.Platform = ref.Platform }) {
		return function.NewArgumentFuncError(argPlatform,
			fmt.Sprintf("%q is not a platform: use only letters and digits, for example VMware.", ref.Platform))
	}
	if !validWith(func(sample *emapi.ObjRef) { sample.Type = ref.Type }) {
		return function.NewArgumentFuncError(argType,
			fmt.Sprintf("%q is not a type of object: use only letters and digits, for example Vm.", ref.Type))
	}
	id, err := emapi.ParseGUID(ref.RootID)
	if err != nil {
		return argumentError(argRootID, rules.ID(path.Empty(), types.StringValue(ref.RootID)))
	}
	ref.RootID = id
	if !validWith(func(sample *emapi.ObjRef) { sample.Object = ref.Object }) {
		return function.NewArgumentFuncError(argObjectRef,
			fmt.Sprintf("%q is not the ID of an object: it must not be empty, must not begin or end with white space, and "+
				"must contain only printable characters.", ref.Object))
	}
	return argumentError(argType, rules.HierarchyObjRef(path.Empty(), types.StringValue(ref.String())))
}

// validWith reports whether a valid sample reference stays valid, and parses to the same parts, after replace has
// replaced one part. If it does not, that part is invalid.
func validWith(replace func(sample *emapi.ObjRef)) bool {
	ref := emapi.ObjRef{Platform: "VMware", Type: "Vm", RootID: "a2b0c55d-829a-4efe-bd95-125ee77ba9dd", Object: "vm-7870"}
	replace(&ref)
	parsed, err := emapi.ParseObjRef(ref.String())
	return err == nil && parsed.Same(ref)
}

// argumentError converts the first error of a rule to an error of an argument.
func argumentError(argument int64, diags diag.Diagnostics) *function.FuncError {
	if !diags.HasError() {
		return nil
	}
	return function.NewArgumentFuncError(argument, diags.Errors()[0].Summary()+": "+diags.Errors()[0].Detail())
}
