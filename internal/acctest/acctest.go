// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest starts simulated servers for tests and runs the provider against them in the test's own process.
// Only tests import it.
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
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

func init() {
	// A developer's CLI configuration or Terraform's version check must not affect the tests.
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
	CAPEM   string           // the server's certificate; empty without TLS
	Network *memnet.Listener // for tests that break connections

	t           testing.TB
	user        string // the user that providers log on as
	handshakes  atomic.Int64
	clients     *tfkit.Clients
	mu          sync.Mutex
	extraConfig string
}

// StartEM starts a simulated Enterprise Manager for the test. When the test ends, it logs off every provider that the
// test ran and fails the test if a session is still open.
func StartEM(t testing.TB, options emsim.Options) *EM {
	t.Helper()
	em, server := newEM(t, options)
	cert, err := simkit.SelfSigned()
	if err != nil {
		t.Fatal(err)
	}
	server.TLS = &tls.Config{
		MinVersion:       tls.VersionTLS12,
		Certificates:     []tls.Certificate{cert},
		CurvePreferences: []tls.CurveID{tls.X25519},
	}
	server.StartTLS()
	em.URL = server.URL
	em.CAPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	return em
}

// StartEMWithoutTLS is StartEM over plain HTTP, for tests that run thousands of applies: TLS handshakes would take a
// third of their time.
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
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // many tests break connections on purpose
	em.Network, _ = server.Listener.(*memnet.Listener)
	t.Cleanup(func() {
		em.LogOff()
		if n := em.OpenSessions(); n != 0 {
			t.Errorf("the test left %d sessions open on the server", n)
		}
	})
	return em, server
}

// LogOff ends the sessions of all providers that have run so far, as a provider process does when it exits.
func (em *EM) LogOff() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := em.clients.Close(ctx); err != nil {
		em.t.Errorf("logging off: %v", err)
	}
}

// Connections returns how many connections were made to the server. Each one has its own TLS handshake.
func (em *EM) Connections() int { return int(em.handshakes.Load()) }

// Factories returns provider factories that serve the provider from the test's process.
func (em *EM) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"veeam": providerserver.NewProtocol6WithError(provider.New("test", provider.WithClients(em.clients))()),
	}
}

// Protocol returns a provider that is configured for this server.
func (em *EM) Protocol() *tfrun.Protocol {
	em.t.Helper()
	return em.configure(em.clients, nil)
}

// NewWorkspace returns a workspace with an empty state, whose providers use this server.
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

// configure returns a provider that is configured with the given attributes of em in addition to the required ones.
// The provider adds its API clients to clients.
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

// ProviderAttributes adds lines to the em attribute of the configurations that Config returns from now on.
func (em *EM) ProviderAttributes(lines string) {
	em.mu.Lock()
	defer em.mu.Unlock()
	em.extraConfig = lines
}

// Config returns a configuration: the provider block for this server, followed by body.
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

// Client returns a new API client for the server. It is logged off when the test ends.
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

// Quote returns the string as a literal of the Terraform language.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}

// Writes returns the requests in the journal that change something, as "METHOD path".
func (em *EM) Writes() []string {
	var out []string
	for _, r := range em.Journal() {
		if r.IsWrite() {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
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
	return func(*terraform.State) error {
		if got := em.Holds(); !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the server holds\n  %+v\nwant\n  %+v", got, want)
		}
		return nil
	}
}

// WritesExactly checks which requests that change something are in the journal, and then empties the journal.
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

// Unchanged checks that the server holds the same accounts as before, including their IDs.
func (em *EM) Unchanged(before []emsim.AccountSnapshot) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := em.Snapshot(); !reflect.DeepEqual(got, before) {
			return fmt.Errorf("the server holds\n  %+v\nand before held\n  %+v", got, before)
		}
		return nil
	}
}
