// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestSchemas_AreValid(t *testing.T) {
	s := newServer(t) // fails on any diagnostic of the schemas
	identities, err := s.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(identities.Diagnostics) > 0 {
		t.Errorf("identities: %s", texts(identities.Diagnostics))
	}
	for _, newResource := range (&veeamProvider{}).Resources(t.Context()) {
		var schema resource.SchemaResponse
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &schema)
		if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("%T: %v", newResource(), diags)
		}
	}
}

// described reports every attribute and block without a description, including nested ones.
func described(t *testing.T, name string, schema *tfprotov6.Schema) {
	t.Helper()
	if schema == nil || schema.Block == nil {
		t.Errorf("%s has no schema", name)
		return
	}
	if strings.TrimSpace(schema.Block.Description) == "" {
		t.Errorf("%s has no description", name)
	}
	describedBlock(t, name, schema.Block)
}

func describedBlock(t *testing.T, name string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	describedAttributes(t, name, block.Attributes)
	for _, nested := range block.BlockTypes {
		if strings.TrimSpace(nested.Block.Description) == "" {
			t.Errorf("%s.%s has no description", name, nested.TypeName)
		}
		describedBlock(t, name+"."+nested.TypeName, nested.Block)
	}
}

func describedAttributes(t *testing.T, name string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, a := range attributes {
		text := strings.TrimSpace(a.Description)
		if text == "" || !strings.HasSuffix(text, ".") {
			t.Errorf("%s.%s has no description that ends with a full stop: %q", name, a.Name, text)
		}
		if a.NestedType != nil {
			describedAttributes(t, name+"."+a.Name, a.NestedType.Attributes)
		}
	}
}

func TestSchemas_DescribeEveryAttribute(t *testing.T) {
	s := newServer(t)
	described(t, "provider", s.schemas.Provider)
	for name, schema := range s.schemas.ResourceSchemas {
		described(t, name, schema)
	}
	for name, schema := range s.schemas.DataSourceSchemas {
		described(t, "data."+name, schema)
	}
	for name, schema := range s.schemas.ListResourceSchemas {
		described(t, "list."+name, schema)
	}
	for name, action := range s.schemas.ActionSchemas {
		described(t, "action."+name, action.Schema)
	}
	for name, f := range s.schemas.Functions {
		if f.Summary == "" || f.Description == "" {
			t.Errorf("the function %s is not described", name)
		}
		for _, p := range f.Parameters {
			if p.Description == "" {
				t.Errorf("the parameter %s of the function %s is not described", p.Name, name)
			}
		}
	}
	if len(s.schemas.ResourceSchemas) < 2 || len(s.schemas.DataSourceSchemas) < 2 {
		t.Errorf("only %d resources and %d data sources were checked",
			len(s.schemas.ResourceSchemas), len(s.schemas.DataSourceSchemas))
	}
}

func TestProviderSchema_NamesTheVariableOfEveryAttribute(t *testing.T) {
	s := newServer(t)
	checked := 0
	for _, product := range s.schemas.Provider.Block.Attributes {
		for _, a := range product.NestedType.Attributes {
			checked++
			if want := "VEEAM_" + strings.ToUpper(product.Name+"_"+a.Name); !strings.Contains(a.Description, "`"+want+"`") {
				t.Errorf("the description of %s.%s does not name %s", product.Name, a.Name, want)
			}
			if sensitive := a.Name == "password"; a.Sensitive != sensitive {
				t.Errorf("%s.%s is sensitive: %t", product.Name, a.Name, a.Sensitive)
			}
			if !a.Optional || a.Required || a.Computed {
				t.Errorf("%s.%s is not optional, or is also computed", product.Name, a.Name)
			}
		}
	}
	if checked < 12 {
		t.Errorf("only %d attributes were checked", checked)
	}
}

func TestResources_HaveAnIdentityAndCanBeImported(t *testing.T) {
	s := newServer(t)
	for _, newResource := range (&veeamProvider{}).Resources(t.Context()) {
		r := newResource()
		if _, ok := r.(resource.ResourceWithIdentity); !ok {
			t.Errorf("%T has no identity", r)
		}
		if _, ok := r.(resource.ResourceWithImportState); !ok {
			t.Errorf("%T cannot be imported", r)
		}
	}
	identities, err := s.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	resources := slices.Sorted(maps.Keys(s.schemas.ResourceSchemas))
	if have := slices.Sorted(maps.Keys(identities.IdentitySchemas)); !slices.Equal(resources, have) {
		t.Errorf("resources %v, with an identity %v", resources, have)
	}
	for name, identity := range identities.IdentitySchemas {
		for _, a := range identity.IdentityAttributes {
			if a.Description == "" || !a.RequiredForImport && !a.OptionalForImport {
				t.Errorf("%s: the identity's attribute %s has no description or is not used for imports", name, a.Name)
			}
		}
	}
}

func TestResources_RefuseAnInvalidImportID(t *testing.T) {
	s := newServer(t)
	for name := range s.schemas.ResourceSchemas {
		for _, id := range []string{"", "garbage", "../../x", "/", strings.Repeat("a", 5000)} {
			resp, err := s.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: id})
			if err != nil {
				t.Fatal(err)
			}
			got := resp.Diagnostics
			if len(got) != 1 || got[0].Severity != tfprotov6.DiagnosticSeverityError ||
				!strings.HasPrefix(got[0].Summary, "Not an import ID of") || !strings.Contains(got[0].Detail, "Write ") {
				t.Errorf("%s from %.20q: %.500s", name, id, texts(got))
			}
		}
	}
}

// owner returns the product that a type of object belongs to.
func owner(t *testing.T, typeName string) product {
	t.Helper()
	for _, p := range []product{em, vb365} {
		if strings.HasPrefix(typeName, "veeam_"+p.Attribute+"_") {
			return p
		}
	}
	t.Fatalf("the name of %s does not name a product", typeName)
	return product{}
}

// eachObject uses an object of each type, all of whose attributes are null, and checks the diagnostics.
func (s *testServer) eachObject(check func(typeName string, p product, got []*tfprotov6.Diagnostic)) {
	s.t.Helper()
	used := func(typeName string, got []*tfprotov6.Diagnostic, err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
		check(typeName, owner(s.t, typeName), got)
	}
	for name, schema := range s.schemas.DataSourceSchemas {
		resp, err := s.ReadDataSource(s.t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: name, Config: dynamic(s.t, nulls(s.t, schema.ValueType())),
		})
		used(name, resp.Diagnostics, err)
	}
	for name, schema := range s.schemas.ResourceSchemas {
		resp, err := s.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: name, CurrentState: dynamic(s.t, nulls(s.t, schema.ValueType())),
		})
		used(name, resp.Diagnostics, err)
	}
	lists, _ := s.ProviderServer.(tfprotov6.ListResourceServer)
	for name, schema := range s.schemas.ListResourceSchemas {
		resp, err := lists.ListResource(s.t.Context(), &tfprotov6.ListResourceRequest{
			TypeName: name, Config: dynamic(s.t, nulls(s.t, schema.ValueType())), Limit: 1,
		})
		var got []*tfprotov6.Diagnostic
		for result := range resp.Results {
			got = append(got, result.Diagnostics...)
		}
		used(name, got, err)
	}
	actions, _ := s.ProviderServer.(tfprotov6.ActionServer)
	for name, action := range s.schemas.ActionSchemas {
		resp, err := actions.InvokeAction(s.t.Context(), &tfprotov6.InvokeActionRequest{
			ActionType: name, Config: dynamic(s.t, nulls(s.t, action.Schema.ValueType())),
		})
		var got []*tfprotov6.Diagnostic
		for event := range resp.Events {
			if ended, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
				got = append(got, ended.Diagnostics...)
			}
		}
		used(name, got, err)
	}
}

func TestObjects_SayThatTheirProductIsNotConfigured(t *testing.T) {
	s := newServer(t)
	expect(t, s.configureAll(nil), errorOf)
	s.eachObject(func(_ string, p product, got []*tfprotov6.Diagnostic) {
		expect(t, got, errorOf, finding{summary: p.Name + " is not configured", details: []string{p.Variable("endpoint")}})
	})
}

func TestObjects_SayThatTheConfigurationOfTheirProductIsNotKnownYet(t *testing.T) {
	s := newServer(t)
	expect(t, s.configureAll(map[string]values{"em": {"": unknown}, "vb365": {"": unknown}}), errorOf)
	s.eachObject(func(typeName string, p product, got []*tfprotov6.Diagnostic) {
		want := "The provider's " + p.Attribute + " configuration is not known yet"
		if !slices.ContainsFunc(got, func(d *tfprotov6.Diagnostic) bool { return d.Summary == want }) {
			t.Errorf("%s does not say %q: %s", typeName, want, texts(got))
		}
	})
}

// validate validates a configuration of a resource.
func (s *testServer) validate(name string, attributes map[string]any) []*tfprotov6.Diagnostic {
	s.t.Helper()
	typ, ok := s.schemas.ResourceSchemas[name].ValueType().(tftypes.Object)
	if !ok {
		s.t.Fatalf("the schema of %s is not an object", name)
	}
	resp, err := s.ValidateResourceConfig(s.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: name, Config: dynamic(s.t, object(s.t, typ, attributes)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}

func TestAccount_RefusesNullAsAnElement(t *testing.T) {
	s := newServer(t)
	text := tftypes.Set{ElementType: tftypes.String}
	null := tftypes.NewValue(text, []tftypes.Value{tftypes.NewValue(tftypes.String, nil)})
	item := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"hierarchy_obj_ref": tftypes.String, "object_name": tftypes.String,
	}}
	noItem := tftypes.NewValue(tftypes.Set{ElementType: item}, []tftypes.Value{tftypes.NewValue(item, nil)})
	flr := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"inplace_only": tftypes.Bool, "extension_restrictions": text,
	}}
	role := tftypes.NewValue(text, []tftypes.Value{
		tftypes.NewValue(tftypes.String, "urn:veeam:EnterpriseRole:5f37a46b-9ce2-40f4-8a62-b45b079257fc"),
	})
	for name, c := range map[string]struct {
		attribute string
		value     tftypes.Value
		roles     tftypes.Value
	}{
		"role":          {"", tftypes.Value{}, null},
		"extension":     {"flr_settings", object(t, flr, map[string]any{"extension_restrictions": null}), role},
		"restore scope": {"restore_scope", noItem, role},
	} {
		t.Run(name, func(t *testing.T) {
			attributes := map[string]any{
				"account_type": "User", "account_name": `TECH\fox`, "allow_restore_all_vms": true, "roles": c.roles,
			}
			if c.attribute != "" {
				attributes[c.attribute] = c.value
			}
			got := s.validate("veeam_em_account", attributes)
			if len(got) == 0 || got[0].Severity != tfprotov6.DiagnosticSeverityError {
				t.Errorf("accepted: %s", texts(got))
			}
		})
	}
}
