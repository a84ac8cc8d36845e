// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// testProduct is a product whose client is a string. The configuration of "" is not known yet.
type testProduct string

func (p testProduct) Connected() (string, diag.Diagnostics) {
	var diags diag.Diagnostics
	if p == "" {
		diags.AddError("not known yet", "")
	}
	return string(p), diags
}

type thing struct {
	Name     types.String   `tfsdk:"name"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

type thingIdentity struct {
	Name types.String `tfsdk:"name"`
}

func (m *thing) Identity() any {
	if m.Name.ValueString() == "" {
		return nil
	}
	return thingIdentity{m.Name}
}

func (m *thing) Limits() timeouts.Value { return m.Timeouts }

var timesType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"create": tftypes.String, "read": tftypes.String, "update": tftypes.String, "delete": tftypes.String,
}}

// plan returns a plan of a thing. Each timeout is null unless it is given.
func plan(name string, given map[string]string) tfsdk.Plan {
	ctx := context.Background()
	s := schema.Schema{Attributes: map[string]schema.Attribute{
		"name":     schema.StringAttribute{Required: true},
		"timeouts": Timeouts(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true}),
	}}
	times := map[string]tftypes.Value{}
	for operation := range timesType.AttributeTypes {
		times[operation] = tftypes.NewValue(tftypes.String, nil)
		if t, ok := given[operation]; ok {
			times[operation] = tftypes.NewValue(tftypes.String, t)
		}
	}
	configured := tftypes.NewValue(timesType, times)
	if given == nil {
		configured = tftypes.NewValue(timesType, nil)
	}
	return tfsdk.Plan{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(ctx), map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, name), "timeouts": configured,
	})}
}

// begun is what an operation starts with.
type begun struct {
	state, model, client string
	timeout              time.Duration
	errors               []string
}

// operations start the four operations of a thing with the state from and the plan to.
var operations = map[string]func(p testProduct, from, to tfsdk.Plan) begun{
	"create": func(p testProduct, _, to tfsdk.Plan) begun {
		var m thing
		var resp resource.CreateResponse
		ctx, client, end := BeginCreate(context.Background(), p, resource.CreateRequest{Plan: to}, &resp, &m)
		defer end()
		return begunWith(ctx, client, nil, &m, resp.Diagnostics)
	},
	"read": func(p testProduct, from, _ tfsdk.Plan) begun {
		var m thing
		var resp resource.ReadResponse
		ctx, client, end := BeginRead(context.Background(), p, resource.ReadRequest{State: tfsdk.State(from)}, &resp, &m)
		defer end()
		return begunWith(ctx, client, nil, &m, resp.Diagnostics)
	},
	"update": func(p testProduct, from, to tfsdk.Plan) begun {
		var state, m thing
		var resp resource.UpdateResponse
		req := resource.UpdateRequest{State: tfsdk.State(from), Plan: to}
		ctx, client, end := BeginUpdate(context.Background(), p, req, &resp, &state, &m)
		defer end()
		return begunWith(ctx, client, &state, &m, resp.Diagnostics)
	},
	"delete": func(p testProduct, from, _ tfsdk.Plan) begun {
		var m thing
		var resp resource.DeleteResponse
		req := resource.DeleteRequest{State: tfsdk.State(from)}
		ctx, client, end := BeginDelete(context.Background(), p, req, &resp, &m)
		defer end()
		return begunWith(ctx, client, nil, &m, resp.Diagnostics)
	},
}

func begunWith(ctx context.Context, client string, state, m *thing, diags diag.Diagnostics) begun {
	b := begun{model: m.Name.ValueString(), client: client}
	if state != nil {
		b.state = state.Name.ValueString()
	}
	if deadline, ok := ctx.Deadline(); ok {
		b.timeout = time.Until(deadline)
	}
	for _, d := range diags.Errors() {
		b.errors = append(b.errors, d.Summary())
	}
	return b
}

func (b begun) equal(o begun) bool {
	return b.state == o.state && b.model == o.model && b.client == o.client && b.timeout == o.timeout &&
		slices.Equal(b.errors, o.errors)
}

func TestBegin_ReadsTheModelTheTimeoutAndTheClientOfEachOperation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for operation, want := range map[string]begun{
			"create": {model: "planned", timeout: 5 * time.Minute},
			"read":   {model: "kept", timeout: 2 * time.Minute},
			"update": {model: "planned", timeout: 5 * time.Minute, state: "kept"},
			"delete": {model: "kept", timeout: 5 * time.Minute},
		} {
			begin := operations[operation]
			want.client = "client"
			if got := begin("client", plan("kept", nil), plan("planned", nil)); !got.equal(want) {
				t.Errorf("%s: %+v, want %+v", operation, got, want)
			}
			for other := range operations {
				given := map[string]string{other: "30s"}
				want := want
				if other == operation {
					want.timeout = 30 * time.Second
				}
				if got := begin("client", plan("kept", given), plan("planned", given)); !got.equal(want) {
					t.Errorf("%s with a timeout for %s: %+v, want %+v", operation, other, got, want)
				}
			}
		}
	})
}

func TestBegin_ReportsABadTimeoutBeforeAMissingClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for operation, begin := range operations {
			bad := plan("x", map[string]string{operation: "soon"})
			got := begin("", bad, bad)
			if want := []string{"Timeout Cannot Be Parsed", "not known yet"}; !slices.Equal(got.errors, want) {
				t.Errorf("%s: errors %q, want %q", operation, got.errors, want)
			}
		}
	})
}

func TestBegin_TheReturnedFunctionEndsTheContext(t *testing.T) {
	var m thing
	req := resource.UpdateRequest{Plan: plan("x", nil)}
	ctx, _, end := BeginUpdate(t.Context(), testProduct("client"), req, &resource.UpdateResponse{}, nil, &m)
	if ctx.Err() != nil {
		t.Error(ctx.Err())
	}
	if end(); ctx.Err() == nil {
		t.Error("the context has not ended")
	}
}

func TestOpen_KeepsTheModelIfTheBlockIsMissing(t *testing.T) {
	given := plan("configured", nil)
	config := tfsdk.Config(given)
	var resp datasource.ReadResponse
	var m thing
	client := BeginDataSource(t.Context(), testProduct("client"), datasource.ReadRequest{Config: config}, &resp, &m)
	if client != "client" || m.Name.ValueString() != "configured" || resp.Diagnostics != nil {
		t.Errorf("%q, %v, %v", client, m, resp.Diagnostics)
	}
	config.Raw = tftypes.NewValue(config.Raw.Type(), nil)
	var diags diag.Diagnostics
	client = Open(t.Context(), testProduct("client"), config, &m, &diags)
	if client != "client" || m.Name.ValueString() != "configured" || diags != nil {
		t.Errorf("no block: %q, %v, %v", client, m, diags)
	}
	if Open(t.Context(), testProduct(""), config, &m, &diags); len(diags) != 1 || diags[0].Summary() != "not known yet" {
		t.Errorf("no client: %v", diags)
	}
}

func TestSave_WritesTheModelAndItsIdentity(t *testing.T) {
	shape := identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true},
	}}
	for name, want := range map[string]bool{"known": true, "": false} {
		given := plan("", nil)
		state := tfsdk.State{Schema: given.Schema, Raw: tftypes.NewValue(given.Raw.Type(), nil)}
		none := tftypes.NewValue(shape.Type().TerraformType(t.Context()), nil)
		identity := tfsdk.ResourceIdentity{Schema: shape, Raw: none}
		m := &thing{Name: types.StringValue(name), Timeouts: NoTimeouts()}
		if diags := Save(t.Context(), &state, &identity, m); diags.HasError() {
			t.Fatal(diags)
		}
		var saved thing
		if diags := state.Get(t.Context(), &saved); diags.HasError() || !saved.Name.Equal(m.Name) {
			t.Errorf("%q: saved %v, %v", name, saved, diags)
		}
		if got := !identity.Raw.IsNull(); got != want {
			t.Errorf("%q: identity saved: %t", name, got)
		}
		if diags := Save(t.Context(), &state, nil, m); diags.HasError() {
			t.Errorf("%q: without an identity: %v", name, diags)
		}
	}
}

func TestDrain_WaitsForTheOperationInProgressUnlessItsContextEnds(t *testing.T) {
	var m thing
	var resp resource.DeleteResponse
	req := resource.DeleteRequest{State: tfsdk.State(plan("a", nil))}
	_, _, end := BeginDelete(t.Context(), testProduct("client"), req, &resp, &m)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	Drain(ctx)

	var ended atomic.Bool
	go func() {
		ended.Store(true)
		end()
	}()
	if Drain(t.Context()); !ended.Load() {
		t.Error("Drain returned while an operation was in progress")
	}
}
