// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package memnet

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// NewServer returns a server on a listener of its own that has not been started. The test closes it when it ends.
func NewServer(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	s := &httptest.Server{Listener: Listen(t), Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	t.Cleanup(s.Close)
	return s
}

// Client is the client of a server that has been started, made to dial in memory. It changes that client: call it before
// requests are made side by side.
func Client(s *httptest.Server) *http.Client {
	if transport, ok := s.Client().Transport.(*http.Transport); ok {
		transport.DialContext = Dial
	}
	return s.Client()
}
