// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// identity returns the identity of a thing; without a name it is null.
func identity(name string) *tfsdk.ResourceIdentity {
	s := identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true},
	}}
	kind := s.Type().TerraformType(nil) //nolint:staticcheck // it does not use its context
	if name == "" {
		return &tfsdk.ResourceIdentity{Schema: s, Raw: tftypes.NewValue(kind, nil)}
	}
	value := map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, name)}
	return &tfsdk.ResourceIdentity{Schema: s, Raw: tftypes.NewValue(kind, value)}
}

func state(name string) tfsdk.State {
	p := plan(name, map[string]string{"read": "1m"})
	return tfsdk.State(p)
}

func TestSaveRead_WritesWhatHasChanged(t *testing.T) {
	for name, c := range map[string]struct {
		identity, read string // the prior identity, and the name that was read
		state, now     string // the name in the state, and in the identity, of the response
	}{
		"a change": {"fox", "wolf", "wolf", "wolf"},
		// The response of the framework begins with the prior state. It is marked here, so that a write shows.
		"no change":                     {"fox", "fox", "marked", "fox"},
		"no change, and no identity":    {"", "fox", "marked", "fox"},
		"a change, and no identity yet": {"", "wolf", "wolf", "wolf"},
	} {
		t.Run(name, func(t *testing.T) {
			var before thing
			prior := state("fox")
			diags := prior.Get(t.Context(), &before)
			after := before
			after.Name = types.StringValue(c.read)
			req := resource.ReadRequest{State: prior, Identity: identity(c.identity)}
			resp := resource.ReadResponse{State: state("marked"), Identity: identity(c.identity)}
			diags.Append(SaveRead(t.Context(), req, &resp, before, &after)...)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if want := state(c.state).Raw; !resp.State.Raw.Equal(want) {
				t.Errorf("the state is %s, want %s", resp.State.Raw, want)
			}
			if want := identity(c.now).Raw; !resp.Identity.Raw.Equal(want) {
				t.Errorf("the identity is %s, want %s", resp.Identity.Raw, want)
			}
		})
	}
}

func TestPlanModels_AreThoseOfTheStateAndThePlan(t *testing.T) {
	for name, names := range map[string][2]string{
		"a change": {"fox", "wolf"}, "no change": {"fox", "fox"}, "a create": {"", "fox"}, "a destroy": {"fox", ""},
	} {
		t.Run(name, func(t *testing.T) {
			req := resource.ModifyPlanRequest{State: state(names[0]), Plan: plan(names[1], map[string]string{"read": "1m"})}
			none := tftypes.NewValue(req.Plan.Raw.Type(), nil)
			if names[0] == "" {
				req.State.Raw = none
			}
			if names[1] == "" {
				req.Plan.Raw = none
			}
			before, planned, diags := PlanModels[thing](t.Context(), req)
			if diags.HasError() {
				t.Fatal(diags)
			}
			for i, m := range []*thing{before, planned} {
				var got string
				if m != nil {
					got = m.Name.ValueString() + m.Timeouts.Attributes()["read"].String()
				}
				want := names[i]
				if want != "" {
					want += `"1m"`
				}
				if got != want || (m == nil) != (want == "") {
					t.Errorf("the model %d is %q, want %q", i, got, want)
				}
			}
			if before != nil && before == planned {
				t.Error("the state and the plan share a model")
			}
		})
	}
}
