// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package tfkit contains what the resources, data sources, list resources and actions share: the data that Configure
// passes to them, the conversion of a client's error to a diagnostic, and small helpers. It does not know any of them.
package tfkit

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// Platforms of the Enterprise Manager server. The platform determines the form of User and Group account names.
const (
	PlatformWindows = "windows"
	PlatformLinux   = "linux"
)

// Platforms lists the values of server_platform.
var Platforms = []string{PlatformWindows, PlatformLinux}

// Data is what the provider's Configure passes to resources, data sources, list resources and actions.
type Data struct {
	// EM is nil if Enterprise Manager is not configured.
	EM *EM
	// VB365 is nil if Veeam Backup for Microsoft 365 is not configured.
	VB365 *VB365
}

// EM is a configured Enterprise Manager.
type EM struct {
	// Client is nil if the configuration depends on values that are not known yet.
	Client *emapi.Client
	// ServerPlatform is PlatformWindows or PlatformLinux, or empty if it is not known yet.
	ServerPlatform string
	// AllowSelfLockout disables rule 12, which is in package rules.
	AllowSelfLockout bool
	// Locks serializes the changes of one account, by AccountKey, and of scopes that differ only in their ID.
	Locks httpkit.Locks
	// Run contains what the resources of one run share.
	Run Run
}

// AccountKey returns the key in Locks for all changes of one account.
func AccountKey(accountID string) httpkit.Key {
	return httpkit.Key{Rank: emapi.RankAccount, Name: accountID}
}

// VB365 is a configured server of Veeam Backup for Microsoft 365.
type VB365 struct {
	// Client is nil if the configuration depends on values that are not known yet.
	Client *vb365api.Client
	// Run contains what the resources of one run share.
	Run Run
}

// Connected returns the client, or an error if the provider's configuration is not fully known yet.
func (em *EM) Connected() (*emapi.Client, diag.Diagnostics) {
	if em.Client == nil {
		return nil, EnterpriseManager.notKnown()
	}
	return em.Client, nil
}

// Connected returns the client, or an error if the provider's configuration is not fully known yet.
func (vb *VB365) Connected() (*vb365api.Client, diag.Diagnostics) {
	if vb.Client == nil {
		return nil, BackupFor365.notKnown()
	}
	return vb.Client, nil
}

// configured returns a product from the provider's data, or nil and an error that says what to configure. If the
// provider is not configured yet (data is nil), both are nil.
func configured[P any](data any, p ProductInfo, of func(*Data) *P) (*P, diag.Diagnostics) {
	var diags diag.Diagnostics
	if data == nil {
		return nil, nil
	}
	d, ok := data.(*Data)
	if !ok {
		diags.AddError("The provider's data has the wrong type", "This is a defect of the provider. Please report it.")
		return nil, diags
	}
	found := of(d)
	if found == nil {
		diags = p.notConfigured()
	}
	return found, diags
}

func configuredEM(data any) (*EM, diag.Diagnostics) {
	return configured(data, EnterpriseManager, func(d *Data) *EM { return d.EM })
}

func configuredVB365(data any) (*VB365, diag.Diagnostics) {
	return configured(data, BackupFor365, func(d *Data) *VB365 { return d.VB365 })
}

// closer is a client that can log off.
type closer interface {
	Close(ctx context.Context) error
}

// Clients collects the clients of a provider process, so that they can be logged off when it ends. Its zero value is
// ready to use.
type Clients struct {
	mu   sync.Mutex
	open []closer
}

// Add adds a client.
func (c *Clients) Add(client closer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = append(c.open, client)
}

// Close logs off all clients concurrently and removes them. It returns when all are logged off or ctx ends.
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

// Parallel runs the functions concurrently and returns their errors in the same order.
func Parallel(work ...func() error) []error {
	errs := make([]error, len(work))
	var wg sync.WaitGroup
	for i, f := range work {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	return errs
}
