// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// VB365 is a simulated server of Veeam Backup for Microsoft 365 on a loopback address.
type VB365 struct {
	*vb365sim.Server
	*Instance
}

// StartVB365 is StartEM for Veeam Backup for Microsoft 365. If the server serves only one version of the API, the
// providers and clients use that version.
func StartVB365(t testing.TB, options vb365sim.Options) *VB365 {
	t.Helper()
	server := vb365sim.New(options)
	return &VB365{server, startTLS(t, server, vb365Access(options))}
}

// StartVB365WithoutTLS is StartEMWithoutTLS for Veeam Backup for Microsoft 365.
func StartVB365WithoutTLS(t testing.TB, options vb365sim.Options) *VB365 {
	t.Helper()
	server := vb365sim.New(options)
	return &VB365{server, start(t, server, vb365Access(options))}
}

func vb365Access(options vb365sim.Options) access {
	a := access{attribute: "vb365", user: vb365sim.DefaultUser, password: vb365sim.DefaultPassword}
	if len(options.Versions) == 1 {
		a.apiVersion = options.Versions[0]
	}
	return a
}

// Client returns a new API client for the server. It is logged off when the test ends.
func (vb *VB365) Client(change func(*vb365api.Config)) *vb365api.Client {
	vb.t.Helper()
	config := vb365api.Config{
		Endpoint: vb.URL, Username: vb.access.user, Password: vb.access.password, APIVersion: vb.access.apiVersion,
		CAPEM: []byte(vb.CAPEM), RequestTimeout: time.Minute, MaxRetries: 4,
	}
	if change != nil {
		change(&config)
	}
	client, err := vb365api.New(config)
	if err != nil {
		vb.t.Fatal(err)
	}
	vb.clients.Add(client)
	return client
}

// Role returns the only role of this name as the server holds it.
func (vb *VB365) Role(name string) vb365sim.RoleSnapshot {
	vb.t.Helper()
	var found []vb365sim.RoleSnapshot
	for _, r := range vb.Snapshot() {
		if r.Name == name {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		vb.t.Fatalf("the server has %d roles %q", len(found), name)
	}
	return found[0]
}

// HoldsExactly checks that the server holds these roles and no others. The roles and their entries have no IDs.
func (vb *VB365) HoldsExactly(want ...vb365sim.RoleSnapshot) resource.TestCheckFunc {
	return holdsExactly(func() []vb365sim.RoleSnapshot { return vb365sim.WithoutIDs(vb.Snapshot()) }, want)
}

// Unchanged checks that the server holds the same roles as before, including their IDs.
func (vb *VB365) Unchanged(before []vb365sim.RoleSnapshot) resource.TestCheckFunc {
	return holdsExactly(vb.Snapshot, before)
}
