// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Stored is what Terraform keeps of a resource. A nil State is a resource that is gone.
type Stored struct {
	State    map[string]any
	Identity map[string]any // nil where none was given
	Private  []byte
}

// Import imports a resource by its ID, or by its identity where id is empty. Nothing is read yet.
func (p *Protocol) Import(typeName, id string, identity map[string]any) (Stored, []string) {
	p.t.Helper()
	req := &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id}
	if identity != nil {
		req.Identity = p.identityData(typeName, identity)
	}
	resp, err := p.Server.ImportResourceState(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(resp.ImportedResources) != 1 {
		return Stored{}, Texts(resp.Diagnostics)
	}
	r := resp.ImportedResources[0]
	return p.stored(typeName, r.State, r.Identity, r.Private), Texts(resp.Diagnostics)
}

// Read refreshes a resource.
func (p *Protocol) Read(typeName string, s Stored) (Stored, []string) {
	p.t.Helper()
	req := &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: p.encode(p.Schemas.ResourceSchemas[typeName].ValueType(), s.State), Private: s.Private}
	if s.Identity != nil {
		req.CurrentIdentity = p.identityData(typeName, s.Identity)
	}
	resp, err := p.Server.ReadResource(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.stored(typeName, resp.NewState, resp.NewIdentity, resp.Private), Texts(resp.Diagnostics)
}

// Apply plans and applies a configuration, nil to destroy, to what is stored; an empty Stored creates.
func (p *Protocol) Apply(typeName string, prior Stored, config map[string]any) (Stored, []string) {
	p.t.Helper()
	typ := p.Schemas.ResourceSchemas[typeName].ValueType()
	var identity *tfprotov6.ResourceIdentityData
	if prior.Identity != nil {
		identity = p.identityData(typeName, prior.Identity)
	}
	proposed := config
	if config != nil && prior.State != nil {
		proposed = map[string]any{}
		for _, a := range p.Schemas.ResourceSchemas[typeName].Block.Attributes {
			if proposed[a.Name] = config[a.Name]; config[a.Name] == nil && a.Computed {
				proposed[a.Name] = prior.State[a.Name]
			}
		}
	}
	planned, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: p.encode(typ, prior.State), ProposedNewState: p.encode(typ, proposed), Config: p.encode(typ, config),
		PriorPrivate: prior.Private, PriorIdentity: identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(planned.Diagnostics) > 0 {
		return prior, Texts(planned.Diagnostics)
	}
	resp, err := p.Server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.encode(typ, prior.State), PlannedState: planned.PlannedState, Config: p.encode(typ, config),
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.stored(typeName, resp.NewState, resp.NewIdentity, resp.Private), Texts(resp.Diagnostics)
}

func (p *Protocol) stored(typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte) Stored {
	p.t.Helper()
	s := Stored{Identity: p.identity(typeName, identity), Private: private}
	if state != nil {
		s.State = p.decode(p.Schemas.ResourceSchemas[typeName].ValueType(), state)
	}
	return s
}

func (p *Protocol) identity(typeName string, data *tfprotov6.ResourceIdentityData) map[string]any {
	p.t.Helper()
	if data == nil || data.IdentityData == nil {
		return nil
	}
	return p.decode(p.Identities[typeName].ValueType(), data.IdentityData)
}

func (p *Protocol) identityData(typeName string, identity map[string]any) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: p.encode(p.Identities[typeName].ValueType(), identity)}
}
