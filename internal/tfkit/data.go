// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package tfkit is what several nouns of the provider share: the data that Configure hands to them, the way
// from a client's error to a diagnostic, and small conversions. No noun is in here.
package tfkit

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
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
	Locks Locks
	// Claimed tells which scopes a resource has made or taken over in this run.
	Claimed Claims
}

// AccountKey is the key in Locks of all changes to one account. It sorts behind the keys of single scopes.
func AccountKey(accountID string) string { return "z account " + accountID }

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

// Claims remembers which scopes resources have made or taken over in this run, and for what. Scopes of one account may share
// an ID: each is known by its whole identity. Its zero value is ready for use.
type Claims struct {
	mu     sync.Mutex
	scopes map[claimKey]emapi.ScopeItem
	kept   map[string]bool // lock keys of items
}

type claimKey struct{ account, id, scope string }

// Add notes that the scope stands for item.
func (a *Claims) Add(accountID string, scope emapi.Scope, item emapi.ScopeItem) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.scopes == nil {
		a.scopes = map[claimKey]emapi.ScopeItem{}
	}
	a.scopes[claimKey{accountID, scope.ID, scope.Identity()}] = item
}

// For returns the items that scopes of this ID stand for.
func (a *Claims) For(accountID, scopeID string) []emapi.ScopeItem {
	a.mu.Lock()
	defer a.mu.Unlock()
	var items []emapi.ScopeItem
	for key, item := range a.scopes {
		if key.account == accountID && key.id == scopeID {
			items = append(items, item)
		}
	}
	return items
}

// Keep notes, by the lock keys of its item, that a resource could not give up a scope in this run and still has it.
func (a *Claims) Keep(keys ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept == nil {
		a.kept = map[string]bool{}
	}
	for _, key := range keys {
		a.kept[key] = true
	}
}

// Kept reports whether Keep was called for one of the keys.
func (a *Claims) Kept(keys ...string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(keys, func(key string) bool { return a.kept[key] })
}

// Of returns the item that the scope stands for.
func (a *Claims) Of(accountID string, scope emapi.Scope) (emapi.ScopeItem, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	item, ok := a.scopes[claimKey{accountID, scope.ID, scope.Identity()}]
	return item, ok
}
