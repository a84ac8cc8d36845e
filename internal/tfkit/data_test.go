// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func TestConfigured_FailsOnlyIfTheProductIsNotConfigured(t *testing.T) {
	fails := func(data any) []diag.Diagnostics {
		_, em := configuredEM(data)
		_, vb := configuredVB365(data)
		return []diag.Diagnostics{em, vb}
	}
	for i, product := range []struct {
		summary, variables string
	}{
		{"Enterprise Manager is not configured", "VEEAM_EM_ENDPOINT, VEEAM_EM_USERNAME and VEEAM_EM_PASSWORD"},
		{
			"Veeam Backup for Microsoft 365 is not configured",
			"VEEAM_VB365_ENDPOINT, VEEAM_VB365_USERNAME and VEEAM_VB365_PASSWORD",
		},
	} {
		if diags := fails(nil)[i]; diags != nil {
			t.Errorf("before Configure: %v", diags)
		}
		if diags := fails(&Data{EM: &EM{}, VB365: &VB365{}})[i]; diags.HasError() {
			t.Errorf("configured: %v", diags)
		}
		other := &Data{EM: &EM{}}
		if i == 0 {
			other = &Data{VB365: &VB365{}}
		}
		diags := fails(other)[i]
		if len(diags) != 1 || diags[0].Summary() != product.summary {
			t.Fatalf("with the other product only: %v", diags)
		}
		for _, part := range []string{"endpoint = ", product.variables} {
			if !strings.Contains(diags[0].Detail(), part) {
				t.Errorf("%q does not say %q", diags[0].Detail(), part)
			}
		}
		diags = fails("other data")[i]
		if len(diags) != 1 || diags[0].Summary() != "The provider's data has the wrong type" {
			t.Errorf("data of another type: %v", diags)
		}
	}
	configured := &Data{EM: &EM{}, VB365: &VB365{}}
	em, _ := configuredEM(configured)
	if vb, _ := configuredVB365(configured); em != configured.EM || vb != configured.VB365 {
		t.Errorf("got %p and %p instead of the configured products", em, vb)
	}
}

func TestConnected_FailsIfTheConfigurationIsNotKnownYet(t *testing.T) {
	_, em := (&EM{}).Connected()
	_, vb := (&VB365{}).Connected()
	for attribute, diags := range map[string]diag.Diagnostics{"em": em, "vb365": vb} {
		want := "The provider's " + attribute + " configuration is not known yet"
		if len(diags) != 1 || diags[0].Summary() != want || !strings.Contains(diags[0].Detail(), "terraform apply -target") {
			t.Errorf("%s: %v", attribute, diags)
		}
	}
	known := newClient(t, "http://127.0.0.1:1")
	if client, diags := (&EM{Client: known}).Connected(); client != known || diags.HasError() {
		t.Errorf("%v, %v", client, diags)
	}
	other := &vb365api.Client{}
	if client, diags := (&VB365{Client: other}).Connected(); client != other || diags.HasError() {
		t.Errorf("%v, %v", client, diags)
	}
}

func TestAccountKey_ComesAfterTheKeysOfScopes(t *testing.T) {
	if a, b := AccountKey("0"), AccountKey("f"); a == b || a.Rank <= emapi.RankScope || b.Rank != a.Rank {
		t.Errorf("%v, %v", a, b)
	}
}

func TestParallel_RunsConcurrentlyAndKeepsTheOrderOfErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var together sync.WaitGroup
		together.Add(3)
		first, third := errors.New("first"), errors.New("third")
		meet := func(err error) func() error {
			return func() error { together.Done(); together.Wait(); return err }
		}
		got := Parallel(meet(first), meet(nil), meet(third))
		if !slices.Equal(got, []error{first, nil, third}) {
			t.Errorf("%v", got)
		}
		if got := Parallel(); len(got) != 0 {
			t.Errorf("no work returned %v", got)
		}
	})
}

func TestOf_ReturnsOneValuePerTypeAndRun(t *testing.T) {
	type count struct{ n atomic.Int64 }
	type other struct{ n int }
	var run, another Run
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { Of[count](&run).n.Add(1) })
	}
	all.Wait()
	if got := Of[count](&run).n.Load(); got != 50 {
		t.Errorf("counted %d", got)
	}
	if Of[other](&run).n != 0 || Of[count](&another).n.Load() != 0 {
		t.Error("another type or another run has the same value")
	}
}

// logons is a server that only answers logons and logoffs.
type logons struct {
	mu       sync.Mutex
	next     int
	open     map[string]bool
	requests int
	logoff   func() // called before a logoff is answered
}

func (s *logons) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	s.mu.Unlock()
	if r.Method == http.MethodDelete {
		if s.logoff != nil {
			s.logoff()
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
		w.WriteHeader(http.StatusNoContent)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	id := fmt.Sprintf("00000000-0000-0000-0000-%012d", s.next)
	s.open[id] = true
	w.Header().Set("X-RestSvcSessionId", "token-"+id)
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="utf-8"?><LogonSession xmlns="http://www.veeam.com/ent/v1.0" `+
		`Type="LogonSession" Href="http://127.0.0.1/api/logonSessions/`+id+`">`+
		`<UserName>TECH\terraform</UserName><SessionId>`+id+`</SessionId></LogonSession>`)
}

// state returns the number of open sessions and the number of requests so far.
func (s *logons) state() (open, requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open), s.requests
}

func startLogons(t *testing.T) (*logons, string) {
	t.Helper()
	s := &logons{open: map[string]bool{}}
	server := memnet.NewServer(t, s)
	server.Start()
	return s, server.URL
}

func newClient(t *testing.T, endpoint string) *emapi.Client {
	t.Helper()
	client, err := emapi.New(emapi.Config{
		Endpoint: endpoint, Username: `TECH\terraform`, Password: "secret", RequestTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func loggedOn(t *testing.T, endpoint string) *emapi.Client {
	t.Helper()
	client := newClient(t, endpoint)
	if _, err := client.LogonNames(t.Context()); err != nil {
		t.Fatal(err)
	}
	return client
}

func TestClients_CloseLogsOffAllConcurrentlyAndRemovesThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 4
		server, url := startLogons(t)
		var together sync.WaitGroup
		together.Add(n)
		server.logoff = func() { together.Done(); together.Wait() }
		var clients Clients
		for range n {
			clients.Add(loggedOn(t, url))
		}
		clients.Add(newClient(t, url)) // never logged on
		if open, requests := server.state(); open != n || requests != n {
			t.Fatalf("%d sessions after %d requests", open, requests)
		}
		if err := clients.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if open, requests := server.state(); open != 0 || requests != 2*n {
			t.Errorf("%d sessions are left after %d requests", open, requests)
		}
		if err := clients.Close(t.Context()); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		if _, requests := server.state(); requests != 2*n {
			t.Errorf("closing twice sent %d requests", requests-2*n)
		}
	})
}

func TestClients_CloseSucceedsWithoutClients(t *testing.T) {
	var clients Clients
	if err := clients.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestClients_CloseEndsWithTheContextAndReportsOpenSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, url := startLogons(t)
		release := make(chan struct{})
		server.logoff = func() { <-release }
		t.Cleanup(func() { close(release) }) // before the server waits for its handlers
		var clients Clients
		clients.Add(loggedOn(t, url))
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err := clients.Close(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(fmt.Sprint(err), "log off") {
			t.Errorf("error %v", err)
		}
		if waited := time.Since(begun); waited != 20*time.Second {
			t.Errorf("waited for %s, want the timeout of the context", waited)
		}
	})
}

func TestData_PrintsNoPassword(t *testing.T) {
	em := &EM{Client: newClient(t, "http://127.0.0.1:1"), ServerPlatform: PlatformWindows}
	var clients Clients
	clients.Add(em.Client)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{em, &Data{EM: em}, em.Client, &clients} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "secret") {
				t.Errorf("%s of %T prints the password: %s", verb, value, text)
			}
		}
	}
}
