// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// DefaultPort is the port of the API where the endpoint names none.
const DefaultPort = "9398"

const endpointForm = "write it as https://host, https://host:" + DefaultPort + " or https://host:" + DefaultPort + "/api"

// ParseEndpoint reads the address of an Enterprise Manager and gives the base
// URL of its API, for example https://em.example.com:9398/api/. Plain http is
// refused but to a loopback address.
func ParseEndpoint(s string) (*url.URL, error) {
	u, err := parseEndpoint(strings.TrimSpace(s))
	if err != nil {
		return nil, fmt.Errorf("the endpoint is not usable: %w; %s", err, endpointForm)
	}
	return u, nil
}

func parseEndpoint(s string) (*url.URL, error) {
	if s == "" {
		return nil, errors.New("it is empty")
	}
	if !strings.Contains(s, "://") {
		return nil, errors.New("it does not begin with https://")
	}
	// Before url.Parse, whose errors repeat the whole text, a password included.
	if strings.Contains(s, "@") {
		return nil, errors.New("it holds an @: user name and password have settings of their own")
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be read as a URL", clip(s, 120))
	}
	host := u.Hostname()
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("its scheme is %q instead of https", u.Scheme)
	case host == "":
		return nil, errors.New("it names no host")
	case u.Scheme == "http" && !isLoopback(host):
		return nil, errors.New("plain http is allowed to a loopback address only, since it would send the password in clear")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#"):
		return nil, errors.New("it holds a query or a fragment")
	}
	if path := strings.Trim(u.Path, "/"); path != "" && path != "api" {
		return nil, fmt.Errorf("its path is %q instead of /api or nothing", clip(u.Path, 80))
	}
	port := u.Port()
	if port == "" {
		port = DefaultPort
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, fmt.Errorf("its port %q is not between 1 and 65535", port)
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(host, port), Path: "/api/"}, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
