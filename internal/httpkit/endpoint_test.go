// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"strings"
	"testing"
)

func TestEndpointForm_Parse(t *testing.T) {
	form := EndpointForm{DefaultPort: "9398", Path: "/api"}
	for in, want := range map[string]string{
		"https://em.tech.local":          "https://em.tech.local:9398/api/",
		"https://em.tech.local/":         "https://em.tech.local:9398/api/",
		"https://em.tech.local:443/api":  "https://em.tech.local:443/api/",
		" https://em.tech.local:1/api/ ": "https://em.tech.local:1/api/",
		"HTTPS://em.tech.local":          "https://em.tech.local:9398/api/",
		"https://[2001:db8::1]":          "https://[2001:db8::1]:9398/api/",
		"http://localhost:9399":          "http://localhost:9399/api/",
		"http://127.0.0.53:80/api":       "http://127.0.0.53:80/api/",
		"http://[::1]":                   "http://[::1]:9398/api/",
		"http://LocalHost":               "http://localhost:9398/api/",
		"https://EM.Tech.Local":          "https://em.tech.local:9398/api/",
	} {
		u, err := form.Parse(in)
		if err != nil || u.String() != want {
			t.Errorf("Parse(%q) = %v, %v, want %s", in, u, err, want)
		}
	}
	for in, says := range map[string]string{
		"":                              "empty",
		"em.tech.local":                 "does not begin with https://",
		"em.tech.local:9398":            "does not begin with https://",
		"ftp://em.tech.local":           "scheme",
		"http://em.tech.local":          "loopback",
		"http://localhost.evil.example": "loopback",
		"http://192.0.2.1":              "loopback",
		"http://[2001:db8::1]":          "loopback",
		"http://0.0.0.0":                "loopback",
		"https://":                      "no host",
		"https://:9398":                 "no host",
		"https://u:hunter22@em":         "@",
		"https://em/api?x=1":            "query",
		"https://em/api#x":              "fragment",
		"https://em/other":              "path",
		"https://em/api/v2":             "path",
		"https://em:0":                  "port",
		"https://em:99999":              "port",
		"https://em:port":               "cannot be parsed",
		"https://e m":                   "cannot be parsed",
	} {
		_, err := form.Parse(in)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), form.String()) {
			t.Errorf("Parse(%q) returned the error %v, want one with %q", in, err, says)
		}
		if err != nil && strings.Contains(err.Error(), "hunter22") {
			t.Errorf("the error contains the password: %v", err)
		}
	}
}

func TestEndpointForm_WithoutAPathRefusesAnyPath(t *testing.T) {
	form := EndpointForm{DefaultPort: "4443"}
	for in, want := range map[string]string{
		"https://vb365.tech.local":      "https://vb365.tech.local:4443/",
		"https://vb365.tech.local:443/": "https://vb365.tech.local:443/",
	} {
		u, err := form.Parse(in)
		if err != nil || u.String() != want {
			t.Errorf("Parse(%q) = %v, %v, want %s", in, u, err, want)
		}
	}
	const want = `the endpoint is invalid: its path is "/v8"; it must be empty; ` +
		`write it as https://host or https://host:4443`
	if _, err := form.Parse("https://vb365.tech.local/v8"); err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}
