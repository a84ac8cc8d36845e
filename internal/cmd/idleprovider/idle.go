// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

// idle has the configuration and the data sources of the provider, and resources that do nothing.
type idle struct{ framework.Provider }

func newIdle() framework.Provider { return idle{provider.New("idle")()} }

// Configure connects to nothing.
func (idle) Configure(context.Context, framework.ConfigureRequest, *framework.ConfigureResponse) {}

// Resources returns the resources of the provider without what they do.
func (p idle) Resources(ctx context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, create := range p.Provider.Resources(ctx) {
		all = append(all, func() resource.Resource { return idleResource{create()} })
	}
	return all
}

// idleResource has the name and the schema of a resource. Without an identity, it need not set one either.
type idleResource struct{ real resource.Resource }

// Metadata names the resource.
func (r idleResource) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.real.Metadata(ctx, req, resp)
	resp.ResourceBehavior = resource.ResourceBehavior{}
}

// Schema describes the resource.
func (r idleResource) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	r.real.Schema(ctx, req, resp)
	resp.Schema.Attributes = passive(resp.Schema.Attributes)
}

// Create returns the plan, with values for what is unknown.
func (idleResource) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.Append(complete(req.Plan, &resp.State)...)
}

// Read returns the state, which the framework has set, after IDLE_LATENCY, which stands for a request to a server.
func (idleResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {
	latency, _ := time.ParseDuration(os.Getenv("IDLE_LATENCY")) // without a value, 0
	time.Sleep(latency)
}

// Update returns the plan, with values for what is unknown.
func (idleResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.Append(complete(req.Plan, &resp.State)...)
}

// Delete does nothing.
func (idleResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// complete sets the state to the plan with a new GUID for each unknown string, and null for everything else that is
// unknown.
func complete(plan tfsdk.Plan, state *tfsdk.State) (diags diag.Diagnostics) {
	known, err := tftypes.Transform(plan.Raw, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case v.Type().Is(tftypes.String):
			return tftypes.NewValue(tftypes.String, newGUID()), nil
		}
		return tftypes.NewValue(v.Type(), nil), nil
	})
	if err != nil {
		diags.AddError("The plan cannot be completed", err.Error())
	}
	state.Raw = known
	return diags
}

func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
