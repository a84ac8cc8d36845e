// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package tfkit is what several nouns of the provider share: the data that Configure hands to them, the way
// from a client's error to a diagnostic, and small conversions. No noun is in here.
package tfkit

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// Platforms of the Enterprise Manager server, which decide how User and Group accounts are named.
const (
	PlatformWindows = "windows"
	PlatformLinux   = "linux"
)

// Platforms lists the values of server_platform.
var Platforms = []string{PlatformWindows, PlatformLinux}

// Data is what the provider's Configure hands to resources and data sources.
type Data struct {
	// EM is nil where Enterprise Manager is not configured at all.
	EM *EM
}

// EM is a configured Enterprise Manager.
type EM struct {
	// Client is nil where the configuration depends on values that are not known yet.
	Client *emapi.Client
	// ServerPlatform is PlatformWindows or PlatformLinux; empty where it is not known yet.
	ServerPlatform string
	// AllowSelfLockout lifts rule 12.
	AllowSelfLockout bool
	// Locks serialises the changes of one account, by AccountKey, and of scopes that only their ID tells apart.
	Locks httpkit.Locks
	// Run is what the resources of one run remember for each other.
	Run Run
}

// AccountKey is the key in Locks of all changes to one account.
func AccountKey(accountID string) httpkit.Key {
	return httpkit.Key{Rank: emapi.RankAccount, Name: accountID}
}

// Ready returns the configured Enterprise Manager of provider data, or nil and an error that says what to
// configure. Where the provider is not configured yet (data is nil) both are nil.
func Ready(data any) (*EM, diag.Diagnostics) {
	var diags diag.Diagnostics
	if data == nil {
		return nil, nil
	}
	d, ok := data.(*Data)
	if !ok {
		diags.AddError("The provider's data has the wrong type", "This is a defect of the provider. Please report it.")
		return nil, diags
	}
	if d.EM == nil {
		diags.AddError("Enterprise Manager is not configured",
			"This object needs a Veeam Backup Enterprise Manager. Configure it in the provider block:\n\n"+
				"  provider \"veeam\" {\n    em = {\n      endpoint = \"https://em.example.com:9398\"\n      username = ...\n      password = ...\n    }\n  }\n\n"+
				"or set VEEAM_EM_ENDPOINT, VEEAM_EM_USERNAME and VEEAM_EM_PASSWORD in the environment.")
		return nil, diags
	}
	return d.EM, nil
}

// Connected returns the client, or an error where the provider's configuration is not fully known yet.
func (em *EM) Connected() (*emapi.Client, diag.Diagnostics) {
	var diags diag.Diagnostics
	if em.Client == nil {
		diags.AddError("The provider's em configuration is not known yet",
			"An attribute of em depends on a value that is known only after apply, so Enterprise Manager cannot be asked now. "+
				"Create what it depends on first (terraform apply -target=...), or configure the provider with known values.")
	}
	return em.Client, diags
}

// Clients keeps the clients of a provider process, so that they can be logged off when it ends.
// Its zero value is ready for use.
type Clients struct {
	mu   sync.Mutex
	open []*emapi.Client
}

// Add keeps a client.
func (c *Clients) Add(client *emapi.Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = append(c.open, client)
}

// Close logs all clients off, side by side, and forgets them. It returns when all are done or ctx ends.
func (c *Clients) Close(ctx context.Context) error {
	c.mu.Lock()
	open := c.open
	c.open = nil
	c.mu.Unlock()
	work := make([]func() error, 0, len(open))
	for _, client := range open {
		work = append(work, func() error { return client.Close(ctx) })
	}
	return errors.Join(Parallel(work...)...)
}

// Parallel runs the functions side by side and returns their errors in the same order.
func Parallel(work ...func() error) []error {
	errs := make([]error, len(work))
	var wg sync.WaitGroup
	for i, f := range work {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	return errs
}
