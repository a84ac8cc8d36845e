// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// maxConnections limits the connections to the server; further requests wait for one. Terraform works on 10 objects at
// a time, each with up to three parallel reads.
const maxConnections = 32

// NewTransport returns a transport for requests to one server. It uses the proxy that the environment variables name,
// as the default transport does. The error is that of [Trust.TLSConfig].
func NewTransport(trust Trust) (*http.Transport, error) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("http.DefaultTransport is not an *http.Transport and cannot be cloned")
	}
	t := standard.Clone()
	// Plain http is for loopback addresses. Through a proxy it would send the password to another host in clear text.
	t.Proxy = func(r *http.Request) (*url.URL, error) {
		if r.URL.Scheme == "http" || standard.Proxy == nil {
			return nil, nil
		}
		return standard.Proxy(r)
	}
	t.OnProxyConnectResponse = checkProxyResponse
	// All connections are kept, because a TLS handshake costs more than a request.
	t.MaxIdleConnsPerHost = maxConnections
	// The transport dials for each request that finds no free connection, even if one becomes free before the dial ends.
	// Without a limit, this caused more handshakes than there were ever parallel requests.
	t.MaxConnsPerHost = maxConnections
	// HTTP.SYS of Windows closes a connection that was idle for two minutes; this timeout is shorter.
	t.IdleConnTimeout = 80 * time.Second
	// With HTTP/1.1 a dead connection fails one request, and not all of them.
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.ForceAttemptHTTP2 = false
	t.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}

	config, err := trust.TLSConfig()
	if err != nil {
		return nil, err
	}
	t.TLSClientConfig = config
	return t, nil
}
