// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// server is a simulated Enterprise Manager on a loopback address.
type server struct {
	*emsim.Server
	*front
}

// startServer starts a server. When the test ends, it fails the test if a session is still open.
func startServer(t testing.TB, options emsim.Options) *server {
	t.Helper()
	s := emsim.New(options)
	isLogon := func(r emsim.Request) bool {
		return r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/api/sessionMngr")
	}
	issues := func(header http.Header, _ []byte) []string { return header.Values(tokenHeader) }
	return &server{s, startFront(t, s, isLogon, issues)}
}

// environment returns environment variables that configure the provider for this server. With its long request timeout,
// the provider does not give up requests that the server holds.
func (s *server) environment(more ...string) []string {
	return append([]string{
		"VEEAM_EM_REQUEST_TIMEOUT=" + never.String(),
		"VEEAM_EM_ENDPOINT=" + s.url, "VEEAM_EM_USERNAME=" + emsim.DefaultUser,
		"VEEAM_EM_PASSWORD=" + emsim.DefaultPassword, "VEEAM_EM_CA_PEM=" + s.caPEM,
	}, more...)
}

// sent returns a function that reports whether a journal contains this request.
func sent(method, path string) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool {
		return slices.ContainsFunc(journal, func(r emsim.Request) bool { return r.Method == method && r.Path == path })
	}
}

// answered returns a function that reports whether a journal contains this request with this response status.
func answered(method, path string, status int) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool {
		return slices.ContainsFunc(journal, func(r emsim.Request) bool {
			return r.Method == method && r.Path == path && r.Status == status
		})
	}
}

// readAfterPost returns a function that reports whether a journal contains a GET of the path after a POST to it.
func readAfterPost(path string) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool {
		i := slices.IndexFunc(journal, func(r emsim.Request) bool {
			return r.Method == http.MethodPost && r.Path == path
		})
		return i >= 0 && sent(http.MethodGet, path)(journal[i:])
	}
}

// accounts returns the accounts on the server, without those that it started with.
func (s *server) accounts() []emsim.AccountSnapshot {
	return slices.DeleteFunc(s.Snapshot(), func(a emsim.AccountSnapshot) bool {
		return a.Name == emsim.DefaultUser || a.Name == emsim.ViewerUser
	})
}

// holds checks that the server holds these accounts and no others. It ignores their IDs.
func (s *server) holds(want ...emsim.AccountSnapshot) {
	s.t.Helper()
	if got := emsim.WithoutIDs(s.accounts()); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		s.t.Errorf("the server holds\n  %+v\nwant\n  %+v", got, want)
	}
}

// list makes the server list every scope of the account now, without further delay.
func (s *server) list(accountID string) {
	s.Mutate(func(store *emsim.Store) {
		for _, scope := range store.Account(accountID).Scopes {
			scope.ListedAt = time.Now().Add(-time.Second)
		}
	})
}
