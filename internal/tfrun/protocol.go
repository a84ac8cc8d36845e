// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package tfrun drives a provider as Terraform does, in the test's own process: it plans and applies over the plugin
// protocol.
package tfrun

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Protocol calls a configured provider over the plugin protocol, as Terraform does.
// It can test what the installed CLI may be too old for: list resources, actions and resource identities.
type Protocol struct {
	Server tfprotov6.ProviderServer
	Schemas

	t testing.TB
}

// Schemas holds the schemas of a provider that is not configured yet. Reading them takes longer than a plan.
type Schemas struct {
	*tfprotov6.GetProviderSchemaResponse
	Identities map[string]*tfprotov6.ResourceIdentitySchema
}

// Describe reads the schemas of a provider.
func Describe(server tfprotov6.ProviderServer) (Schemas, error) {
	ctx := context.Background()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return Schemas{}, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return Schemas{}, err
	}
	if all := slices.Concat(schemas.Diagnostics, identities.Diagnostics); len(all) > 0 {
		return Schemas{}, fmt.Errorf("the provider returned no schemas: %s", Texts(all))
	}
	return Schemas{schemas, identities.IdentitySchemas}, nil
}

// Configure configures a provider with the attributes of its provider block.
func Configure(t testing.TB, server tfprotov6.ProviderServer, schemas Schemas, config map[string]any) *Protocol {
	t.Helper()
	p := &Protocol{t: t, Server: server, Schemas: schemas}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0", Config: p.encode(schemas.Provider.ValueType(), config),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(configured.Diagnostics) > 0 {
		t.Fatalf("configuring the provider failed: %s", Texts(configured.Diagnostics))
	}
	return p
}

// Texts returns each diagnostic as "severity: summary: detail".
func Texts(diagnostics []*tfprotov6.Diagnostic) []string {
	out := make([]string, 0, len(diagnostics))
	for _, d := range diagnostics {
		out = append(out, strings.ToLower(d.Severity.String())+": "+d.Summary+": "+d.Detail)
	}
	return out
}

// Listed is one result of a list resource. Its values are Go values: strings, bools, nil for null, map[string]any for
// objects, and sorted []any for sets.
type Listed struct {
	DisplayName string
	Identity    map[string]any
	Resource    map[string]any // nil if the result has none
	Diagnostics []string
}

// ListCall holds the arguments of a list block.
type ListCall struct {
	Type            string
	Config          map[string]any
	Limit           int64 // 0: no limit
	IncludeResource bool
}

// List streams the results of a list resource. It fails the test if the configuration is not valid.
func (p *Protocol) List(ctx context.Context, c ListCall) iter.Seq[Listed] {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider has no list resources")
	}
	schema := p.Schemas.ListResourceSchemas[c.Type]
	if schema == nil {
		p.t.Fatalf("the provider has no list resource %s", c.Type)
	}
	if invalid := p.ValidateList(c); len(invalid) > 0 {
		p.t.Fatalf("the list block is not valid: %v", invalid)
	}
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: c.Type, Config: p.encode(schema.ValueType(), c.Config),
		Limit: c.Limit, IncludeResource: c.IncludeResource,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return func(yield func(Listed) bool) {
		for r := range stream.Results {
			listed := Listed{
				DisplayName: r.DisplayName, Diagnostics: Texts(r.Diagnostics), Identity: p.identity(c.Type, r.Identity),
			}
			if r.Resource != nil {
				listed.Resource = p.decode(p.Schemas.ResourceSchemas[c.Type].ValueType(), r.Resource)
			}
			if !yield(listed) {
				return
			}
		}
	}
}

// ListAll returns all results of List.
func (p *Protocol) ListAll(c ListCall) []Listed {
	p.t.Helper()
	return slices.Collect(p.List(p.t.Context(), c))
}

// ValidateList returns the diagnostics of validating a list block.
func (p *Protocol) ValidateList(c ListCall) []string {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider has no list resources")
	}
	resp, err := server.ValidateListResourceConfig(p.t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: c.Type, Config: p.encode(p.Schemas.ListResourceSchemas[c.Type].ValueType(), c.Config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return Texts(resp.Diagnostics)
}

// Generated returns the configuration that Terraform generates for a listed resource: the current values of all
// attributes that can be configured.
func (p *Protocol) Generated(typeName string, resource map[string]any) map[string]any {
	p.t.Helper()
	config := map[string]any{}
	for _, a := range p.Schemas.ResourceSchemas[typeName].Block.Attributes {
		if a.Required || a.Optional {
			config[a.Name] = resource[a.Name]
		}
	}
	return config
}

// ValidateResource returns the errors in the configuration of a resource, including missing attributes.
func (p *Protocol) ValidateResource(typeName string, config map[string]any) []string {
	p.t.Helper()
	schema := p.Schemas.ResourceSchemas[typeName]
	var found []string
	for _, a := range schema.Block.Attributes { // Terraform checks this itself, without the provider
		if a.Required && config[a.Name] == nil {
			found = append(found, fmt.Sprintf("error: Missing required argument: %s", a.Name))
		}
	}
	resp, err := p.Server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: p.encode(schema.ValueType(), config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return append(found, Texts(resp.Diagnostics)...)
}

// Invoke runs an action. It calls progress with each message and returns the diagnostics of the completed action.
func (p *Protocol) Invoke(
	ctx context.Context, actionType string, config map[string]any, progress func(string),
) []string {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider has no actions")
	}
	dynamic := p.encode(p.Schemas.ActionSchemas[actionType].Schema.ValueType(), config)
	validated, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{
		ActionType: actionType, Config: dynamic,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return Texts(validated.Diagnostics)
	}
	stream, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: dynamic})
	if err != nil {
		p.t.Fatal(err)
	}
	var ended []string
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress(e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			ended = Texts(e.Diagnostics)
		}
	}
	return ended
}

// ReadData reads a data source with the given configuration. It returns its attributes, which are nil if the read
// failed, and the diagnostics.
func (p *Protocol) ReadData(typeName string, config map[string]any) (map[string]any, []string) {
	p.t.Helper()
	typ := p.Schemas.DataSourceSchemas[typeName].ValueType()
	resp, err := p.Server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: typeName, Config: p.encode(typ, config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if resp.State == nil || hasError(resp.Diagnostics) {
		return nil, Texts(resp.Diagnostics)
	}
	return p.decode(typ, resp.State), Texts(resp.Diagnostics)
}

// ValidateData returns the diagnostics of validating the configuration of a data source.
func (p *Protocol) ValidateData(typeName string, config map[string]any) []string {
	p.t.Helper()
	resp, err := p.Server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName, Config: p.encode(p.Schemas.DataSourceSchemas[typeName].ValueType(), config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return Texts(resp.Diagnostics)
}
