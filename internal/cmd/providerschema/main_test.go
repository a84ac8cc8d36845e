// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fakeServer implements the two methods that write calls. Any other method panics.
type fakeServer struct {
	tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

func (s fakeServer) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schemas, nil
}

func (s fakeServer) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return s.identities, nil
}

func TestWrite_PrintsEveryKindOfObjectInTheFormatOfTheCLI(t *testing.T) {
	name := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
		{Name: "name", Type: tftypes.String, Required: true, Description: "<Name>"},
	}}}
	const nameJSON = `{"version":0,"block":{"description_kind":"plain",
		"attributes":{"name":{"type":"string","required":true,"description":"<Name>","description_kind":"plain"}}}}`
	server := fakeServer{
		schemas: &tfprotov6.GetProviderSchemaResponse{
			Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
				DescriptionKind: tfprotov6.StringKindMarkdown, Description: "Manages *it*.",
			}},
			ResourceSchemas: map[string]*tfprotov6.Schema{"veeam_thing": {Version: 2, Block: &tfprotov6.SchemaBlock{
				Attributes: []*tfprotov6.SchemaAttribute{
					{
						Name: "tags", Type: tftypes.Set{ElementType: tftypes.String},
						Optional: true, Computed: true, Sensitive: true,
					},
					{Name: "em", Optional: true, NestedType: &tfprotov6.SchemaObject{
						Nesting:    tfprotov6.SchemaObjectNestingModeSet,
						Attributes: []*tfprotov6.SchemaAttribute{{Name: "port", Type: tftypes.Number, Required: true}},
					}},
				},
				BlockTypes: []*tfprotov6.SchemaNestedBlock{{
					TypeName: "timeouts", Block: &tfprotov6.SchemaBlock{},
					Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle,
				}},
			}}},
			DataSourceSchemas:   map[string]*tfprotov6.Schema{"veeam_role": name},
			ListResourceSchemas: map[string]*tfprotov6.Schema{"veeam_list": name},
			ActionSchemas:       map[string]*tfprotov6.ActionSchema{"veeam_action": {Schema: name}},
			Functions: map[string]*tfprotov6.Function{"ref": {
				Summary:           "joins",
				Parameters:        []*tfprotov6.FunctionParameter{{Name: "platform", Type: tftypes.String}},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.Bool, AllowNullValue: true},
				Return: &tfprotov6.FunctionReturn{
					Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"type": tftypes.String}},
				},
			}},
		},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{
			IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
				"veeam_thing": {Version: 1, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
					{Name: "id", Type: tftypes.String, RequiredForImport: true},
				}},
			},
		},
	}
	const want = `{"format_version":"1.0","provider_schemas":{"veeam":{
		"provider":{"version":0,"block":{"description":"Manages *it*.","description_kind":"markdown"}},
		"resource_schemas":{"veeam_thing":{"version":2,"block":{"description_kind":"plain",
			"attributes":{
				"tags":{"type":["set","string"],"optional":true,"computed":true,"sensitive":true,
					"description_kind":"plain"},
				"em":{"optional":true,"description_kind":"plain","nested_type":{"nesting_mode":"set",
					"attributes":{"port":{"type":"number","required":true,"description_kind":"plain"}}}}},
			"block_types":{"timeouts":{"nesting_mode":"single","block":{"description_kind":"plain"}}}}}},
		"data_source_schemas":{"veeam_role":` + nameJSON + `},
		"list_resource_schemas":{"veeam_list":` + nameJSON + `},
		"action_schemas":{"veeam_action":` + nameJSON + `},
		"functions":{"ref":{"summary":"joins","return_type":["object",{"type":"string"}],
			"parameters":[{"name":"platform","type":"string"}],
			"variadic_parameter":{"name":"more","is_nullable":true,"type":"bool"}}},
		"resource_identity_schemas":{"veeam_thing":{"version":1,
			"attributes":{"id":{"type":"string","required_for_import":true}}}}}}}`

	var out bytes.Buffer
	if err := write(t.Context(), &out, server); err != nil {
		t.Fatal(err)
	}
	if got := decoded(t, out.Bytes()); !reflect.DeepEqual(got, decoded(t, []byte(want))) {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestWrite_FailsIfTheServerReportsAnError(t *testing.T) {
	server := fakeServer{schemas: &tfprotov6.GetProviderSchemaResponse{Diagnostics: []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "harmless"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid schema", Detail: "duplicate name"},
	}}}
	var out bytes.Buffer
	err := write(t.Context(), &out, server)
	if err == nil || err.Error() != "Invalid schema: duplicate name" {
		t.Errorf("error %v", err)
	}
	if out.Len() != 0 {
		t.Errorf("printed %q", out.String())
	}
}

func decoded(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
