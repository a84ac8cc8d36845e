// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// EndpointForm describes the address of a server: https://host, followed by an optional port and, if the API has a
// path, by that path, which is optional too.
type EndpointForm struct {
	DefaultPort string
	Path        string // of the API, for example /api; may be empty
}

// String returns examples of the form.
func (f EndpointForm) String() string {
	withPort := "https://host:" + f.DefaultPort
	if f.Path == "" {
		return "https://host or " + withPort
	}
	return "https://host, " + withPort + " or " + withPort + f.Path
}

// Parse parses an address and returns the base URL of the API, which ends with a slash. It rejects plain http unless
// the host is a loopback address.
func (f EndpointForm) Parse(s string) (*url.URL, error) {
	u, err := f.parse(strings.TrimSpace(s))
	if err != nil {
		return nil, fmt.Errorf("the endpoint is invalid: %w; write it as %s", err, f)
	}
	return u, nil
}

func (f EndpointForm) parse(s string) (*url.URL, error) {
	if s == "" {
		return nil, errors.New("it is empty")
	}
	if !strings.Contains(s, "://") {
		return nil, errors.New("it does not begin with https://")
	}
	// This check precedes url.Parse, whose errors quote the whole address, including a password.
	if strings.Contains(s, "@") {
		return nil, errors.New("it contains an @; the user name and the password are separate settings")
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be parsed as a URL", Clip(s, 120))
	}
	host := strings.ToLower(u.Hostname()) // in the form in which Go compares it with the hosts that need no proxy
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("its scheme is %q instead of https", u.Scheme)
	case host == "":
		return nil, errors.New("it has no host")
	case u.Scheme == "http" && !isLoopback(host):
		return nil, errors.New("plain http is allowed only for a loopback address, " +
			"because the password is sent in clear text")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#"):
		return nil, errors.New("it has a query or a fragment")
	}
	if path := strings.Trim(u.Path, "/"); path != "" && path != strings.Trim(f.Path, "/") {
		allowed := "empty"
		if f.Path != "" {
			allowed = f.Path + " or empty"
		}
		return nil, fmt.Errorf("its path is %q; it must be %s", Clip(u.Path, 80), allowed)
	}
	port := u.Port()
	if port == "" {
		port = f.DefaultPort
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, fmt.Errorf("its port %q is not between 1 and 65535", port)
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(host, port), Path: f.Path + "/"}, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
