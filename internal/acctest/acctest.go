// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest starts simulated servers for acceptance tests and has the provider run against them in the test's own
// process. Only tests import it.
package acctest

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

func init() {
	// A developer's own CLI configuration or a version check must not change what a test sees.
	for name, value := range map[string]string{"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.DevNull} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
}

// EM is a simulated Enterprise Manager on a loopback address.
type EM struct {
	*emsim.Server
	URL     string           // https://127.0.0.1:port
	CAPEM   string           // of the server's certificate
	Network *memnet.Listener // breaks connections

	t           testing.TB
	user        string // the one that providers log on as
	handshakes  atomic.Int64
	clients     *tfkit.Clients
	mu          sync.Mutex
	extraConfig string
}

// StartEM starts a simulated Enterprise Manager for the test. When the test ends every provider that it ran is logged
// off, and a session that is left over fails the test.
func StartEM(t testing.TB, options emsim.Options) *EM {
	t.Helper()
	em, server := newEM(t, options)
	own, err := certificate()
	if err != nil {
		t.Fatal(err)
	}
	server.TLS = &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own}, CurvePreferences: []tls.CurveID{tls.X25519},
	}
	server.StartTLS()
	em.URL = server.URL
	em.CAPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	return em
}

// StartEMWithoutTLS is StartEM over plain HTTP, for tests that run thousands of applies: handshakes would take a third of the time.
func StartEMWithoutTLS(t testing.TB, options emsim.Options) *EM {
	t.Helper()
	em, server := newEM(t, options)
	server.Start()
	em.URL = server.URL
	return em
}

func newEM(t testing.TB, options emsim.Options) (*EM, *httptest.Server) {
	t.Helper()
	em := &EM{Server: emsim.New(options), t: t, clients: &tfkit.Clients{}, user: emsim.DefaultUser}
	if options.Platform == emsim.PlatformLinux {
		em.user = emsim.LinuxUser
	}
	server := memnet.NewServer(t, em.Server)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			em.handshakes.Add(1)
		}
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that break are what many tests are about
	em.Network, _ = server.Listener.(*memnet.Listener)
	t.Cleanup(func() {
		em.LogOff()
		if n := em.OpenSessions(); n != 0 {
			t.Errorf("the test left %d sessions open on the server", n)
		}
	})
	return em, server
}

// LogOff ends the sessions of all providers that ran so far, as a provider process does when it ends.
func (em *EM) LogOff() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := em.clients.Close(ctx); err != nil {
		em.t.Errorf("logging off: %v", err)
	}
}

// Connections tells how many connections, each with a TLS handshake of its own, were made to the server.
func (em *EM) Connections() int { return int(em.handshakes.Load()) }

// Factories has the provider served from the test's process.
func (em *EM) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"veeam": providerserver.NewProtocol6WithError(provider.New("test", provider.WithClients(em.clients))()),
	}
}

// Protocol configures a provider for this server.
func (em *EM) Protocol() *tfrun.Protocol {
	em.t.Helper()
	return em.configure(em.clients, nil)
}

// NewWorkspace makes a workspace with an empty state, whose providers use this server.
func (em *EM) NewWorkspace() *tfrun.Workspace {
	return tfrun.NewWorkspace(em.t, func(more map[string]any) (*tfrun.Protocol, func(context.Context) error) {
		em.t.Helper()
		clients := &tfkit.Clients{}
		return em.configure(clients, more), clients.Close
	})
}

var schemas = sync.OnceValues(func() (tfrun.Schemas, error) {
	return tfrun.Describe(providerserver.NewProtocol6(provider.New("test")())())
})

// configure configures a provider with further attributes of em. It adds its clients to clients.
func (em *EM) configure(clients *tfkit.Clients, more map[string]any) *tfrun.Protocol {
	em.t.Helper()
	known, err := schemas()
	if err != nil {
		em.t.Fatal(err)
	}
	config := map[string]any{"endpoint": em.URL, "username": em.user, "password": emsim.DefaultPassword}
	if em.CAPEM != "" {
		config["ca_pem"] = em.CAPEM
	}
	maps.Copy(config, more)
	server := providerserver.NewProtocol6(provider.New("test", provider.WithClients(clients))())()
	return tfrun.Configure(em.t, server, known, map[string]any{"em": config})
}

// ProviderAttributes adds lines to the em attribute of the configurations that Config makes from now on.
func (em *EM) ProviderAttributes(lines string) {
	em.mu.Lock()
	defer em.mu.Unlock()
	em.extraConfig = lines
}

// Config puts the provider block for this server before a configuration.
func (em *EM) Config(body string) string {
	em.mu.Lock()
	defer em.mu.Unlock()
	return fmt.Sprintf(`
provider "veeam" {
  em = {
    endpoint = %q
    username = %s
    password = %q
    ca_pem   = <<-PEM
%s
    PEM
    %s
  }
}
%s`, em.URL, Quote(em.user), emsim.DefaultPassword, strings.TrimSpace(em.CAPEM), em.extraConfig, body)
}

// Client returns a client of its own for the server, logged off when the test ends.
func (em *EM) Client(change func(*emapi.Config)) *emapi.Client {
	em.t.Helper()
	config := emapi.Config{
		Endpoint: em.URL, Username: em.user, Password: emsim.DefaultPassword,
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

// Quote writes a string as a literal of Terraform's language.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}

// Writes lists the requests of the journal that change something, as "METHOD path".
func (em *EM) Writes() []string {
	var out []string
	for _, r := range em.Journal() {
		if r.IsWrite() {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// Holds returns the accounts that the server holds less the ones it was started with, without IDs.
func (em *EM) Holds() []emsim.AccountSnapshot {
	var out []emsim.AccountSnapshot
	for _, a := range emsim.WithoutIDs(em.Snapshot()) {
		if !IsSeeded(a.Name) {
			out = append(out, a)
		}
	}
	return out
}

// IsSeeded reports whether an account is one of those that a server starts with, in any case.
func IsSeeded(name string) bool {
	return slices.ContainsFunc([]string{emsim.DefaultUser, emsim.ViewerUser, emsim.LinuxUser, emsim.LinuxViewerUser}, func(seeded string) bool {
		return strings.EqualFold(name, seeded)
	})
}

// Account returns what the server holds of the account of that name.
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

// AddAccountWithScopes adds a user to the server with these scopes, reference and name in turn, as if outside Terraform.
func (em *EM) AddAccountWithScopes(objects ...string) (accountID string) {
	em.Mutate(func(s *emsim.Store) {
		accountID = s.AddAccount(emsim.Account{Type: "User", Name: `TECH\William.Fox`, Roles: []string{emsim.RoleVMRestoreOperator}}).ID
		for i := 0; i < len(objects); i += 2 {
			s.AddScope(accountID, objects[i], objects[i+1])
		}
	})
	return accountID
}

// HoldsExactly checks that the server holds these accounts and no others.
func (em *EM) HoldsExactly(want ...emsim.AccountSnapshot) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := em.Holds(); !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the server holds\n  %+v\nwant\n  %+v", got, want)
		}
		return nil
	}
}

// WritesExactly checks which requests that change something were sent since the journal was last emptied, and empties it.
func (em *EM) WritesExactly(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := em.Writes()
		em.ResetJournal()
		if !slices.Equal(got, want) {
			return fmt.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		return nil
	}
}

// Unchanged checks that the server holds what it held before, IDs included.
func (em *EM) Unchanged(before []emsim.AccountSnapshot) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := em.Snapshot(); !reflect.DeepEqual(got, before) {
			return fmt.Errorf("the server holds\n  %+v\nbefore\n  %+v", got, before)
		}
		return nil
	}
}
