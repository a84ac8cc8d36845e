// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// product is a product whose connection the tests configure.
type product struct {
	tfkit.ProductInfo
	version, otherVersion string                                    // of the API
	badVersions           []string                                  // of the API
	versionForm           string                                    // what the error says about a bad version
	port                  string                                    // the default
	api                   string                                    // the path of the API, which the endpoint may have
	reads                 string                                    // a data source without required attributes
	reading               string                                    // what its errors say that it could not do
	check                 func(emapi.Config) []*httpkit.ConfigError // by the client
}

var (
	em = product{
		ProductInfo: tfkit.EnterpriseManager, version: "v1_6", otherVersion: "latest",
		badVersions: []string{"1.7", "v1_", "v2", "v1_x", "v1_7_1", "V1_7", "v1_1234", " v1_7"},
		versionForm: "is neither latest nor of the form v1_7.", port: "9398", api: "/api",
		reads: "veeam_em_roles", reading: "read the security roles", check: emapi.Config.Check,
	}
	vb365 = product{
		ProductInfo: tfkit.BackupFor365, version: "v7", otherVersion: "v8",
		badVersions: []string{"8", "v5", "v9", "V8", "latest", " v8", "v80"}, versionForm: "is none of v6, v7 and v8.",
		port:  "4443",
		reads: "veeam_vb365_organizations", reading: "list the organizations",
		check: func(c emapi.Config) []*httpkit.ConfigError { return vb365api.Config(c).Check() },
	}
)

// eachProduct runs a test for each product.
func eachProduct(t *testing.T, test func(t *testing.T, p product)) {
	for _, p := range []product{em, vb365} {
		t.Run(p.Attribute, func(t *testing.T) { test(t, p) })
	}
}

// newServer is newServer for tests that configure the product.
func (p product) newServer(t *testing.T) *testServer {
	t.Helper()
	s := newServer(t)
	s.product = p
	return s
}

// at returns the path of an attribute.
func (p product) at(attribute string) string { return p.Attribute + "." + attribute }

// named is an attribute and its variable as errors name them.
func (p product) named(attribute string) string {
	return attribute + " (or " + p.Variable(attribute) + ")"
}

// full returns a complete configuration with additional attributes.
func (p product) full(more values) values {
	all := values{"endpoint": "https://veeam.example.com", "username": `TECH\terraform`, "password": password}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// setenv sets the variables of attributes.
func (p product) setenv(t *testing.T, attributes map[string]string) {
	t.Helper()
	for attribute, value := range attributes {
		t.Setenv(p.Variable(attribute), value)
	}
}

// read reads a data source of the product.
func (s *testServer) read() []*tfprotov6.Diagnostic {
	s.t.Helper()
	typ := s.schemas.DataSourceSchemas[s.product.reads].ValueType()
	resp, err := s.ReadDataSource(s.t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: s.product.reads, Config: dynamic(s.t, nulls(s.t, typ)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}
