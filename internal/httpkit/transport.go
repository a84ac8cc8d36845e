// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"crypto/tls"
	"errors"
	"net/http"
	"time"
)

// maxConnections bounds the connections to the server; further requests wait for one. Terraform works on 10 objects at
// once, each with two or three reads side by side.
const maxConnections = 16

// NewTransport returns a transport to one server. It honours the proxy variables
// of the environment as the default transport does.
func NewTransport(trust Trust) (*http.Transport, error) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the process has replaced http.DefaultTransport by something that cannot be cloned")
	}
	t := standard.Clone()
	// One connection for each parallel request is kept: a TLS handshake costs more than the request.
	t.MaxIdleConnsPerHost = maxConnections
	// The transport dials for every request that finds no connection free, even if one is freed before the dial is done.
	// Without a limit that made more handshakes than there were ever requests side by side.
	t.MaxConnsPerHost = maxConnections
	// Shorter than the two minutes after which Windows' HTTP.SYS closes an idle connection.
	t.IdleConnTimeout = 80 * time.Second
	// HTTP/1.1 alone: a dead connection then takes one request with it, not all of them.
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
