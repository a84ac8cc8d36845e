// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package memnet

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// NewServer returns a server with its own listener. The caller starts the server; it is closed when the test ends.
func NewServer(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	s := &httptest.Server{Listener: Listen(t), Config: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}}
	t.Cleanup(s.Close)
	return s
}

// Client makes the client of a started server dial in memory and returns it. Because it modifies that client, call it
// before sending concurrent requests.
func Client(s *httptest.Server) *http.Client {
	if transport, ok := s.Client().Transport.(*http.Transport); ok {
		transport.DialContext = Dial
	}
	return s.Client()
}
