// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// EM is a simulated Enterprise Manager on a loopback address.
type EM struct {
	*emsim.Server
	*Instance
}

// StartEM starts a simulated Enterprise Manager for the test. When the test ends, it logs off every provider that the
// test ran and fails the test if a session is still open.
func StartEM(t testing.TB, options emsim.Options) *EM {
	t.Helper()
	server := emsim.New(options)
	return &EM{server, startTLS(t, server, emAccess(options))}
}

// StartEMWithoutTLS is StartEM over plain HTTP, for tests that run thousands of applies: TLS handshakes would take a
// third of their time.
func StartEMWithoutTLS(t testing.TB, options emsim.Options) *EM {
	t.Helper()
	server := emsim.New(options)
	return &EM{server, start(t, server, emAccess(options))}
}

func emAccess(options emsim.Options) access {
	a := access{attribute: "em", user: emsim.DefaultUser, password: emsim.DefaultPassword}
	if options.Platform == emsim.PlatformLinux {
		a.user = emsim.LinuxUser
	}
	return a
}

// Client returns a new API client for the server. It is logged off when the test ends.
func (em *EM) Client(change func(*emapi.Config)) *emapi.Client {
	em.t.Helper()
	config := emapi.Config{
		Endpoint: em.URL, Username: em.access.user, Password: em.access.password,
		CAPEM: []byte(em.CAPEM), RequestTimeout: time.Minute, MaxRetries: 4,
	}
	if change != nil {
		change(&config)
	}
	client, err := emapi.New(config)
	if err != nil {
		em.t.Fatal(err)
	}
	em.clients.Add(client)
	return client
}

// Holds returns the accounts on the server without their IDs and without the accounts that the server started with.
func (em *EM) Holds() []emsim.AccountSnapshot {
	var out []emsim.AccountSnapshot
	for _, a := range emsim.WithoutIDs(em.Snapshot()) {
		if !IsSeeded(a.Name) {
			out = append(out, a)
		}
	}
	return out
}

// IsSeeded reports whether a server starts with an account of this name. It ignores case.
func IsSeeded(name string) bool {
	seeded := []string{
		emsim.DefaultUser, emsim.ViewerUser, emsim.LinuxUser, emsim.LinuxViewerUser, emsim.OddAccountName,
	}
	return slices.ContainsFunc(seeded, func(s string) bool { return strings.EqualFold(name, s) })
}

// Account returns the account of this name as the server holds it. It ignores case.
func (em *EM) Account(name string) emsim.AccountSnapshot {
	em.t.Helper()
	for _, a := range em.Snapshot() {
		if strings.EqualFold(a.Name, name) {
			return a
		}
	}
	em.t.Fatalf("the server has no account %q", name)
	return emsim.AccountSnapshot{}
}

// AddAccountWithScopes adds a user with restore scopes to the server, as an administrator would outside Terraform.
// The arguments are pairs of an object's reference and its name.
func (em *EM) AddAccountWithScopes(objects ...string) (accountID string) {
	em.Mutate(func(s *emsim.Store) {
		accountID = s.AddAccount(emsim.Account{
			Type: "User", Name: `TECH\William.Fox`, Roles: []string{emsim.RoleVMRestoreOperator},
		}).ID
		for i := 0; i < len(objects); i += 2 {
			s.AddScope(accountID, objects[i], objects[i+1])
		}
	})
	return accountID
}

// HoldsExactly checks that the server holds these accounts and no others, apart from those that it started with.
func (em *EM) HoldsExactly(want ...emsim.AccountSnapshot) resource.TestCheckFunc {
	return holdsExactly(em.Holds, want)
}

// Unchanged checks that the server holds the same accounts as before, including their IDs.
func (em *EM) Unchanged(before []emsim.AccountSnapshot) resource.TestCheckFunc {
	return holdsExactly(em.Snapshot, before)
}
