// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// isUnreached reports whether a logon failed although the product itself did not respond to it.
func (p ProductInfo) isUnreached(logon *httpkit.LogonError) bool {
	var wrong *httpkit.WrongServiceError
	return errors.As(logon, &wrong) || p.status(logon) == 0
}

func (p ProductInfo) status(err error) int {
	status, _ := p.client.status(err)
	return status
}

// unreachedStep returns what to do if the product itself did not respond to the logon.
func (p ProductInfo) unreachedStep(logon *httpkit.LogonError) string {
	check := " The REST API of " + p.Name + " listens on port " + p.port + ". Check " + p.setting("endpoint")
	var (
		proxy      *httpkit.ProxyError
		wrong      *httpkit.WrongServiceError
		connection *httpkit.ConnectionError
	)
	at := logon.Endpoint
	switch {
	case errors.As(logon, &proxy):
		return "The connection to " + at + " goes through the proxy " + proxy.Proxy + ", " + proxyStep(proxy) + check + "."
	case errors.As(logon, &wrong) && p.status(logon) >= 500:
		return "Something else responded for " + p.Name + " at " + at + ", for example a proxy or load balancer in between." +
			check + ", and check that " + p.running + "."
	case errors.As(logon, &wrong):
		step := "The server at " + at + " does not respond as " + p.Name + " does." + check + " and any proxy or load " +
			"balancer in between."
		if p.isNotOffered(logon) {
			step += " Also check " + p.setting("api_version") + ": " + p.version
		}
		return step
	case errors.As(logon, &connection):
		return p.connectionStep(at, connection.Cause, check)
	}
	step := "The server at " + at + " gave no complete response." + check + "."
	if errors.Is(logon, context.DeadlineExceeded) {
		step += " If the server is only slow, increase " + p.setting("request_timeout") + "."
	}
	return step
}

func (p ProductInfo) connectionStep(at string, cause httpkit.ConnectionCause, check string) string {
	switch cause {
	case httpkit.UnknownHost:
		return "The host name in " + at + " cannot be resolved." + check + " and the DNS settings of this machine."
	case httpkit.NotTLS:
		return "The server at " + at + " does not respond with TLS, which https requires." + check + "."
	case httpkit.NoConnection:
	}
	return "Nothing accepts connections at " + at + "." + check + ". Also check that " + p.running + p.enabled +
		", and that no firewall blocks the port."
}

// proxyStep says what the proxy does, and what to do about it.
func proxyStep(e *httpkit.ProxyError) string {
	const (
		bypass   = " To connect without the proxy, add the host of the endpoint to the environment variable NO_PROXY."
		variable = "the environment variable HTTPS_PROXY"
	)
	switch {
	case e.Status == 0:
		return "which cannot be used. Check " + variable + "." + bypass
	case e.Status == 407:
		return "which requires a user name and password. Set them in " + variable + " (http://user:password@host:port)." +
			bypass
	case e.Status >= 500:
		return "which cannot connect to the server." + bypass
	}
	return "which does not allow it. Allow it in the proxy." + bypass
}
