// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"errors"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// isUnreached reports whether a logon failed although Enterprise Manager itself did not respond to it.
func isUnreached(logon *emapi.LogonError) bool {
	var wrong *httpkit.WrongServiceError
	return errors.As(logon, &wrong) || status(logon) == 0
}

func status(err error) int {
	var e *emapi.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// unreachedStep returns what to do if Enterprise Manager itself did not respond to the logon.
func unreachedStep(logon *emapi.LogonError) string {
	const check = " Enterprise Manager's REST API listens on port 9398. Check " + endpointAttribute
	var (
		proxy      *httpkit.ProxyError
		wrong      *httpkit.WrongServiceError
		connection *httpkit.ConnectionError
	)
	at := logon.Endpoint
	switch {
	case errors.As(logon, &proxy):
		return "The connection to " + at + " goes through the proxy " + proxy.Proxy + ", " + proxyStep(proxy) + check + "."
	case errors.As(logon, &wrong) && status(logon) >= 500:
		return "Something else responded for Enterprise Manager at " + at + ", for example a proxy or load balancer in " +
			"between." + check + ", and check that the Enterprise Manager service is running."
	case errors.As(logon, &wrong):
		return "The server at " + at + " does not respond as Enterprise Manager does." + check +
			" and any proxy or load balancer in between."
	case errors.As(logon, &connection):
		return connectionStep(at, connection.Cause, check)
	}
	step := "The server at " + at + " gave no complete response." + check + "."
	if errors.Is(logon, context.DeadlineExceeded) {
		step += " If the server is only slow, increase request_timeout in em (VEEAM_EM_REQUEST_TIMEOUT)."
	}
	return step
}

func connectionStep(at string, cause httpkit.ConnectionCause, check string) string {
	switch cause {
	case httpkit.UnknownHost:
		return "The host name in " + at + " cannot be resolved." + check + " and the DNS settings of this machine."
	case httpkit.NotTLS:
		return "The server at " + at + " does not respond with TLS, which https requires." + check + "."
	case httpkit.NoConnection:
	}
	return "Nothing accepts connections at " + at + "." + check + ". Also check that the server and its Enterprise " +
		"Manager service are running, and that no firewall blocks the port."
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
