// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package vb365spec checks requests and responses against what the REST API of Veeam Backup for Microsoft 365 allows.
// The tests of the client and those of the simulated server use the same documents, so that they cannot agree on a
// property that the API does not have. Only tests import the package.
package vb365spec

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Versions are the versions of the API that have a document.
var Versions = []string{"v6", "v7", "v8"}

//go:embed testdata/*.yaml
var documents embed.FS

// Document is the part of a version of the API that the provider uses.
type Document struct {
	router routers.Router
}

// Load returns the document of a version.
func Load(version string) (*Document, error) {
	all, err := loadAll()
	if err != nil {
		return nil, err
	}
	if all[version] == nil {
		return nil, fmt.Errorf("version %q has no document", version)
	}
	return all[version], nil
}

// loadAll loads the documents once in a process, because that takes longer than hundreds of checks.
var loadAll = sync.OnceValues(func() (map[string]*Document, error) {
	openapi3.DefineStringFormatValidator("uuid",
		openapi3.NewRegexpFormatValidator(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`))
	all := map[string]*Document{}
	for _, version := range Versions {
		document, err := load(version)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", version, err)
		}
		all[version] = document
	}
	return all, nil
})

func load(version string) (*Document, error) {
	content, err := documents.ReadFile("testdata/" + version + ".yaml")
	if err != nil {
		return nil, err
	}
	document, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		return nil, err
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, err
	}
	router, err := legacy.NewRouter(document)
	if err != nil {
		return nil, err
	}
	return &Document{router: router}, nil
}

// Exchange is a request and the response to it.
type Exchange struct {
	Request     *http.Request // its body is not used
	RequestBody []byte
	Status      int
	Header      http.Header
	Body        []byte
}

// Check returns an error if the API has no such request, or does not respond to it in this way.
func (d *Document) Check(x Exchange) error {
	input, err := d.checkRequest(x)
	if err != nil {
		return err
	}
	return checkResponse(input, x)
}

// CheckRequest is Check for the request only.
func (d *Document) CheckRequest(x Exchange) error {
	_, err := d.checkRequest(x)
	return err
}

func (d *Document) checkRequest(x Exchange) (*openapi3filter.RequestValidationInput, error) {
	what := x.Request.Method + " " + x.Request.URL.Path
	route, vars, err := d.router.FindRoute(x.Request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if err := checkQuery(route, x.Request); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	copied := x.Request.Clone(context.Background())
	copied.Body = io.NopCloser(bytes.NewReader(x.RequestBody))
	copied.ContentLength = int64(len(x.RequestBody))
	input := &openapi3filter.RequestValidationInput{
		Request: copied, Route: route, PathParams: vars,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := checkForm(route, x); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if route.Operation.RequestBody == nil && len(x.RequestBody) > 0 {
		return nil, fmt.Errorf("%s: the request has a body", what)
	}
	return input, nil
}

// checkQuery refuses query parameters that the operation does not have, and those that appear twice.
func checkQuery(route *routers.Route, r *http.Request) error {
	for name, values := range r.URL.Query() {
		known := slices.ContainsFunc(route.Operation.Parameters, func(p *openapi3.ParameterRef) bool {
			return p.Value.In == "query" && p.Value.Name == name
		})
		if !known || len(values) > 1 {
			return fmt.Errorf("query parameter %s: %s", name, strings.Join(values, ", "))
		}
	}
	return nil
}

// checkForm refuses fields of a form that the operation does not have. openapi3filter ignores them.
func checkForm(route *routers.Route, x Exchange) error {
	const form = "application/x-www-form-urlencoded"
	if x.Request.Header.Get("Content-Type") != form || route.Operation.RequestBody == nil {
		return nil
	}
	fields, err := url.ParseQuery(string(x.RequestBody))
	if err != nil {
		return err
	}
	schema := route.Operation.RequestBody.Value.Content.Get(form).Schema.Value
	for name, values := range fields {
		if schema.Properties[name] == nil || len(values) > 1 {
			return fmt.Errorf("form field %s: %d values", name, len(values))
		}
	}
	return nil
}

func checkResponse(request *openapi3filter.RequestValidationInput, x Exchange) error {
	what := fmt.Sprintf("%s %s: response %d", x.Request.Method, x.Request.URL.Path, x.Status)
	declared := request.Route.Operation.Responses.Status(x.Status)
	success := x.Status >= http.StatusOK && x.Status < http.StatusMultipleChoices
	switch {
	case declared == nil && success:
		return fmt.Errorf("%s: the operation does not have this status", what)
	case len(x.Body) == 0 && (!success || declared.Value.Content == nil):
		return nil // an error can come without a body
	case success && declared.Value.Content == nil:
		return fmt.Errorf("%s: the response has a body", what)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: x.Status, Header: x.Header,
		Body: io.NopCloser(bytes.NewReader(x.Body)),
	}
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
