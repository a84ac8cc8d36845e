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
			function.StringParameter{Name: "hierarchy_root_id", MarkdownDescription: "ID (GUID) of the hierarchy root that the object belongs to."},
			function.StringParameter{
				Name: "object_ref",
				MarkdownDescription: "ID of the object on its platform, for example the managed object ID `vm-7870` in vCenter " +
					"Server.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run makes the reference.
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

// checkParts holds each part to what a whole reference is held to, and puts the root's ID in lower case.
func checkParts(ref *emapi.ObjRef) *function.FuncError {
	if !fits(func(sound *emapi.ObjRef) { sound.Platform = ref.Platform }) {
		return function.NewArgumentFuncError(argPlatform, fmt.Sprintf("%q is no platform: write letters and digits, for example VMware.", ref.Platform))
	}
	if !fits(func(sound *emapi.ObjRef) { sound.Type = ref.Type }) {
		return function.NewArgumentFuncError(argType, fmt.Sprintf("%q is no type of object: write letters and digits, for example Vm.", ref.Type))
	}
	id, err := emapi.ParseGUID(ref.RootID)
	if err != nil {
		return argumentError(argRootID, rules.ID(path.Empty(), types.StringValue(ref.RootID)))
	}
	ref.RootID = id
	if !fits(func(sound *emapi.ObjRef) { sound.Object = ref.Object }) {
		return function.NewArgumentFuncError(argObjectRef,
			fmt.Sprintf("%q is no reference of an object: it is not empty, has no white space around it, and is made of printable characters.", ref.Object))
	}
	return argumentError(argType, rules.HierarchyObjRef(path.Empty(), types.StringValue(ref.String())))
}

// fits tells whether a sound reference with one part replaced is read back as it was written: what fails is then that part's.
func fits(replace func(sound *emapi.ObjRef)) bool {
	ref := emapi.ObjRef{Platform: "VMware", Type: "Vm", RootID: "a2b0c55d-829a-4efe-bd95-125ee77ba9dd", Object: "vm-7870"}
	replace(&ref)
	parsed, err := emapi.ParseObjRef(ref.String())
	return err == nil && parsed.Same(ref)
}

// argumentError is the first error of a rule as that of an argument.
func argumentError(argument int64, diags diag.Diagnostics) *function.FuncError {
	if !diags.HasError() {
		return nil
	}
	return function.NewArgumentFuncError(argument, diags.Errors()[0].Summary()+": "+diags.Errors()[0].Detail())
}
