// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Stored is what Terraform stores of a resource. If State is nil, the resource does not exist.
type Stored struct {
	State    map[string]any
	Identity map[string]any // nil if the provider returned none
	Private  []byte
}

// Import imports a resource by its ID, or by its identity if id is empty. It does not read the resource.
func (p *Protocol) Import(typeName, id string, identity map[string]any) (Stored, []string) {
	p.t.Helper()
	imported, said := p.startImport(typeName, id, identity)
	return imported, Texts(said)
}

func (p *Protocol) startImport(typeName, id string, identity map[string]any) (Stored, []*tfprotov6.Diagnostic) {
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
		return Stored{}, resp.Diagnostics
	}
	r := resp.ImportedResources[0]
	return p.stored(typeName, r.State, r.Identity, r.Private), resp.Diagnostics
}

// Read refreshes a resource.
func (p *Protocol) Read(typeName string, s Stored) (Stored, []string) {
	p.t.Helper()
	after, said := p.read(typeName, s)
	return after, Texts(said)
}

func (p *Protocol) read(typeName string, s Stored) (Stored, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	req := &tfprotov6.ReadResourceRequest{
		TypeName:     typeName,
		CurrentState: p.encode(p.Schemas.ResourceSchemas[typeName].ValueType(), s.State),
		Private:      s.Private,
	}
	if s.Identity != nil {
		req.CurrentIdentity = p.identityData(typeName, s.Identity)
	}
	resp, err := p.Server.ReadResource(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.stored(typeName, resp.NewState, resp.NewIdentity, resp.Private), resp.Diagnostics
}

// Planned is what the provider plans for a resource. If State is nil, the resource is destroyed.
type Planned struct {
	State    map[string]any // a value that is known after apply is Unknown
	Replaces bool           // the change cannot be made in place

	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// Plan plans the change from the prior state to a configuration. A nil configuration plans to destroy the resource,
// an empty prior state plans to create it.
func (p *Protocol) Plan(typeName string, prior Stored, config map[string]any) (Planned, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.Schemas.ResourceSchemas[typeName]
	typ := schema.ValueType()
	var identity *tfprotov6.ResourceIdentityData
	if prior.Identity != nil {
		identity = p.identityData(typeName, prior.Identity)
	}
	resp, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       p.encode(typ, prior.State),
		ProposedNewState: p.encode(typ, proposed(schema.Block.Attributes, prior.State, config)),
		Config:           p.encode(typ, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	planned := Planned{
		Replaces: len(resp.RequiresReplace) > 0, private: resp.PlannedPrivate, identity: resp.PlannedIdentity,
	}
	if resp.PlannedState != nil {
		planned.State = p.decode(typ, resp.PlannedState)
	}
	return planned, resp.Diagnostics
}

// proposed returns the new state that Terraform proposes: the configuration, with the prior values of computed
// attributes that are not configured.
func proposed(attributes []*tfprotov6.SchemaAttribute, prior, config map[string]any) map[string]any {
	if config == nil || prior == nil {
		return config
	}
	out := map[string]any{}
	for _, a := range attributes {
		configured := config[a.Name]
		out[a.Name] = configured
		if configured == nil && a.Computed {
			out[a.Name] = prior[a.Name]
		}
		nested, isObject := configured.(map[string]any)
		before, had := prior[a.Name].(map[string]any)
		if isObject && had && a.NestedType != nil {
			out[a.Name] = proposed(a.NestedType.Attributes, before, nested)
		}
	}
	return out
}

// ApplyPlanned applies a planned change.
func (p *Protocol) ApplyPlanned(
	typeName string, prior Stored, planned Planned, config map[string]any,
) (Stored, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	typ := p.Schemas.ResourceSchemas[typeName].ValueType()
	resp, err := p.Server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        typeName,
		PriorState:      p.encode(typ, prior.State),
		PlannedState:    p.encode(typ, planned.State),
		Config:          p.encode(typ, config),
		PlannedPrivate:  planned.private,
		PlannedIdentity: planned.identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.stored(typeName, resp.NewState, resp.NewIdentity, resp.Private), resp.Diagnostics
}

// Apply plans and applies the change from the prior state to a configuration. A nil configuration destroys the
// resource, an empty prior state creates it.
func (p *Protocol) Apply(typeName string, prior Stored, config map[string]any) (Stored, []string) {
	p.t.Helper()
	planned, said := p.Plan(typeName, prior, config)
	if len(said) > 0 {
		return prior, Texts(said)
	}
	after, said := p.ApplyPlanned(typeName, prior, planned, config)
	return after, Texts(said)
}

func (p *Protocol) stored(
	typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte,
) Stored {
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
