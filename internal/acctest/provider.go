// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// Factories returns provider factories that serve the provider from the test's process.
func (i *Instance) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"veeam": func() (tfprotov6.ProviderServer, error) {
			return provider.NewServer("test", provider.WithClients(i.clients))
		},
	}
}

// Protocol returns a provider that is configured for this server.
func (i *Instance) Protocol() *tfrun.Protocol {
	i.t.Helper()
	return i.ProtocolWith(nil)
}

// ProtocolWith is Protocol with these attributes of the product too. They replace those that Protocol sets.
func (i *Instance) ProtocolWith(attributes map[string]any) *tfrun.Protocol {
	i.t.Helper()
	return i.configure(i.clients, attributes)
}

// NewWorkspace returns a workspace with an empty state, whose providers use this server.
func (i *Instance) NewWorkspace() *tfrun.Workspace {
	return tfrun.NewWorkspace(i.t, func(more map[string]any) (*tfrun.Protocol, func(context.Context) error) {
		i.t.Helper()
		clients := &tfkit.Clients{}
		return i.configure(clients, more), clients.Close
	})
}

// Beside makes the providers use the server of another product too. Call it before the first of them runs.
func (i *Instance) Beside(other interface{ instance() *Instance }) {
	i.beside = append(i.beside, other.instance())
	other.instance().clients = i.clients
}

func (i *Instance) instance() *Instance { return i }

var schemas = sync.OnceValues(func() (tfrun.Schemas, error) {
	server, err := provider.NewServer("test")
	if err != nil {
		return tfrun.Schemas{}, err
	}
	return tfrun.Describe(server)
})

// configure returns a provider that is configured with the given attributes of the product in addition to the required
// ones. The provider adds its API clients to clients.
func (i *Instance) configure(clients *tfkit.Clients, more map[string]any) *tfrun.Protocol {
	i.t.Helper()
	known, err := schemas()
	if err != nil {
		i.t.Fatal(err)
	}
	own := i.attributes()
	maps.Copy(own, more)
	config := map[string]any{i.access.attribute: own}
	for _, other := range i.beside {
		config[other.access.attribute] = other.attributes()
	}
	server, err := provider.NewServer("test", provider.WithClients(clients))
	if err != nil {
		i.t.Fatal(err)
	}
	return tfrun.Configure(i.t, server, known, config)
}

// attributes returns the attributes of the product that a provider needs for this server.
func (i *Instance) attributes() map[string]any {
	out := map[string]any{"endpoint": i.URL, "username": i.access.user, "password": i.access.password}
	if i.CAPEM != "" {
		out["ca_pem"] = i.CAPEM
	}
	if i.access.apiVersion != "" {
		out["api_version"] = i.access.apiVersion
	}
	return out
}

// ProviderAttributes adds lines to the product's attribute in the configurations that Config returns from now on.
func (i *Instance) ProviderAttributes(lines string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.extraConfig = lines
}

// Config returns a configuration: the provider block for this server, followed by body.
func (i *Instance) Config(body string) string {
	blocks := i.block()
	for _, other := range i.beside {
		blocks += other.block()
	}
	return fmt.Sprintf("\nprovider \"veeam\" {%s}\n%s", blocks, body)
}

// block returns the product's attribute of the provider block.
func (i *Instance) block() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	a, version := i.access, ""
	if a.apiVersion != "" {
		version = "api_version = " + Quote(a.apiVersion)
	}
	return fmt.Sprintf(`
  %s = {
    endpoint = %q
    username = %s
    password = %q
    ca_pem   = <<-PEM
%s
    PEM
    %s
    %s
  }
`, a.attribute, i.URL, Quote(a.user), a.password, strings.TrimSpace(i.CAPEM), version, i.extraConfig)
}
