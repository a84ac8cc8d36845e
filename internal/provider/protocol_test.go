// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// testServer is the provider behind Terraform's plugin protocol, without a CLI.
type testServer struct {
	tfprotov6.ProviderServer
	t       *testing.T
	schemas *tfprotov6.GetProviderSchemaResponse
	clients *tfkit.Clients
	product product // that configure configures
}

// newServer starts a provider with an environment that configures nothing.
func newServer(t *testing.T) *testServer {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "VEEAM_") {
			t.Setenv(name, "")
		}
	}
	clients := &tfkit.Clients{}
	server, err := NewServer("test", WithClients(clients))
	if err != nil {
		t.Fatal(err)
	}
	s := &testServer{t: t, clients: clients, product: em, ProviderServer: server}
	t.Cleanup(func() {
		if err := clients.Close(context.Background()); err != nil {
			t.Errorf("logging off: %v", err)
		}
	})
	schemas, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas.Diagnostics) > 0 {
		t.Fatalf("the schemas are not valid: %s", texts(schemas.Diagnostics))
	}
	s.schemas = schemas
	return s
}

// values is the configuration of a product: a Go value for each attribute, or nil for null. If it is nil, the product's
// attribute is null; with the key "", it is unknown.
type values map[string]any

// unknown is a value that is known only after apply.
var unknown = tftypes.UnknownValue

// config returns the provider's configuration of the products, by attribute.
func (s *testServer) config(products map[string]values) *tfprotov6.DynamicValue {
	s.t.Helper()
	typ, ok := s.schemas.Provider.ValueType().(tftypes.Object)
	if !ok {
		s.t.Fatal("the provider's schema is not an object")
	}
	config := map[string]any{}
	for product, attributes := range products {
		productType, ok := typ.AttributeTypes[product].(tftypes.Object)
		if !ok {
			s.t.Fatalf("%s is not an object", product)
		}
		if _, isUnknown := attributes[""]; isUnknown {
			config[product] = unknown
		} else if attributes != nil {
			config[product] = object(s.t, productType, attributes)
		}
	}
	return dynamic(s.t, object(s.t, typ, config))
}

// object returns a value of an object type with the given attributes. Other attributes are null. A value may be a
// tftypes.Value.
func object(t *testing.T, typ tftypes.Object, attributes map[string]any) tftypes.Value {
	t.Helper()
	values := map[string]tftypes.Value{}
	for name, attributeType := range typ.AttributeTypes {
		given, ok := attributes[name].(tftypes.Value)
		if !ok {
			given = tftypes.NewValue(attributeType, attributes[name])
		}
		values[name] = given
	}
	for name := range attributes {
		if _, ok := values[name]; !ok {
			t.Fatalf("no attribute is named %s", name)
		}
	}
	return tftypes.NewValue(typ, values)
}

func dynamic(t *testing.T, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

// pins returns a value of tls_pinned_sha256.
func pins(values ...any) tftypes.Value {
	var elements []tftypes.Value
	for _, v := range values {
		elements = append(elements, tftypes.NewValue(tftypes.String, v))
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, elements)
}

// configure is configureAll for a single product.
func (s *testServer) configure(attributes values) []*tfprotov6.Diagnostic {
	s.t.Helper()
	return s.configureAll(map[string]values{s.product.Attribute: attributes})
}

// configureAll validates and configures the provider, as every run of Terraform does, and returns the diagnostics.
func (s *testServer) configureAll(products map[string]values) []*tfprotov6.Diagnostic {
	s.t.Helper()
	config := s.config(products)
	validated, err := s.ValidateProviderConfig(s.t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return validated.Diagnostics
	}
	configured, err := s.ConfigureProvider(s.t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: config,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return configured.Diagnostics
}

// nulls returns an object of the type in which every attribute is null.
func nulls(t *testing.T, typ tftypes.Type) tftypes.Value {
	t.Helper()
	o, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatalf("%s is not an object", typ)
	}
	return object(t, o, nil)
}

// texts formats diagnostics as lines "severity path: summary: detail".
func texts(diagnostics []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diagnostics {
		lines = append(lines, fmt.Sprintf("%s %s: %s: %s", d.Severity, where(d), d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

// where returns the attribute of a diagnostic, for example em.endpoint.
func where(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	var steps []string
	for _, step := range d.Attribute.Steps() {
		steps = append(steps, strings.Trim(fmt.Sprint(step), `"`))
	}
	return strings.Join(steps, ".")
}

// finding is an expected diagnostic: its attribute, its summary, and parts of its detail.
type finding struct {
	at, summary string
	details     []string
}

// expect checks that the diagnostics are exactly these, in any order.
func expect(t *testing.T, got []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, want ...finding) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d diagnostics, want %d:\n%s", len(got), len(want), texts(got))
	}
	for _, w := range want {
		i := slices.IndexFunc(got, func(d *tfprotov6.Diagnostic) bool {
			return where(d) == w.at && d.Summary == w.summary && d.Severity == severity
		})
		if i < 0 {
			t.Errorf("no %s %q at %q in:\n%s", severity, w.summary, w.at, texts(got))
			continue
		}
		for _, detail := range w.details {
			if !strings.Contains(got[i].Detail, detail) {
				t.Errorf("the detail does not say %q: %s", detail, got[i].Detail)
			}
		}
	}
}
