// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// ConnectionCause says why there is no connection to a server.
type ConnectionCause int

const (
	// UnknownHost means that the name of the host cannot be resolved.
	UnknownHost ConnectionCause = iota
	// NoConnection means that nothing accepts a connection at the address.
	NoConnection
	// NotTLS means that the server answers in plain HTTP or in another protocol, although the URL is https.
	NotTLS
)

// ConnectionError is the error if there is no connection to the server. If a proxy is involved, it is a [ProxyError].
type ConnectionError struct {
	Cause ConnectionCause
	Err   error
}

// Error returns the reason.
func (e *ConnectionError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *ConnectionError) Unwrap() error { return e.Err }

// withConnectionCause returns err as a ConnectionError, or unchanged if it is another error.
func withConnectionCause(err error) error {
	var (
		proxy *ProxyError
		dns   *net.DNSError
		op    *net.OpError
	)
	switch {
	case errors.As(err, &proxy):
		return err
	case isNotTLS(err):
		return &ConnectionError{Cause: NotTLS, Err: err}
	case errors.As(err, &dns):
		return &ConnectionError{Cause: UnknownHost, Err: err}
	case errors.As(err, &op) && op.Op == "dial":
		return &ConnectionError{Cause: NoConnection, Err: err}
	}
	return err
}

// isNotTLS reports whether the server answered a TLS handshake in plain HTTP or in another protocol.
func isNotTLS(err error) bool {
	var record tls.RecordHeaderError
	return errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch)
}

// ProxyError is the error if a proxy made no connection to the server.
type ProxyError struct {
	Proxy  string // its URL, without credentials
	Status int    // its response to the request for a connection; 0 if there was none
	Err    error  // nil if there was a response
}

// Error names the proxy and returns its response or the reason.
func (e *ProxyError) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("through the proxy %s: %v", e.Proxy, e.Err)
	}
	const form = "the proxy %s refused the connection to the server with HTTP %d %s"
	return fmt.Sprintf(form, e.Proxy, e.Status, http.StatusText(e.Status))
}

// Unwrap returns the reason.
func (e *ProxyError) Unwrap() error { return e.Err }

// retryable reports whether the proxy may accept the same request later.
func (e *ProxyError) retryable() bool {
	return e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooManyRequests || e.Status >= 500
}

func proxyName(proxy *url.URL) string { return proxy.Scheme + "://" + proxy.Host }

// checkProxyResponse is the hook of the transport for the response of a proxy to a CONNECT.
func checkProxyResponse(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxyName(proxy), Status: resp.StatusCode}
}

// withProxy adds the proxy to the error of a request that got no connection, if the request uses one. Once the server
// has presented its certificate, or answered in another protocol, the proxy is not the cause.
func withProxy(t *http.Transport, req *http.Request, err error) error {
	var known *ProxyError
	if req.Context().Err() != nil || errors.As(err, &known) || isNotTLS(err) || asCertificateError(err) != nil {
		return err
	}
	proxy, unusable := t.Proxy(req)
	if proxy == nil || unusable != nil {
		return err
	}
	return &ProxyError{Proxy: proxyName(proxy), Err: err}
}
