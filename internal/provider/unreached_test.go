// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
)

func TestLogon_TheErrorForAWrongAddressSaysWhichAddressIsRight(t *testing.T) {
	page := memnet.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("<html><title>Welcome</title></html>"))
	}))
	page.Start()
	closed := memnet.NewServer(t, http.NotFoundHandler())
	closed.Start()
	closed.Close()
	for name, c := range map[string]struct{ endpoint, says string }{
		"another service": {page.URL, "The server at " + page.URL + "/api/ does not respond as Enterprise Manager does."},
		"plain HTTP": {
			strings.Replace(page.URL, "http:", "https:", 1), "/api/ does not respond with TLS, which https requires.",
		},
		"a closed port": {closed.URL, "Nothing accepts connections at " + closed.URL + "/api/."},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			expect(t, s.configure(full(em{"endpoint": c.endpoint, "max_retries": 0})), errorOf)
			expect(t, s.readRoles(), errorOf, finding{
				summary: "Could not log on to Enterprise Manager",
				details: []string{
					c.says, c.endpoint + "/api/", "The REST API of Enterprise Manager listens on port 9398.",
					"Check endpoint in em (VEEAM_EM_ENDPOINT)",
				},
			})
		})
	}
}

func TestLogon_TheErrorForAProxyNamesTheProxy(t *testing.T) {
	status := 0
	proxy := memnet.NewServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	proxy.Start()
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword("proxy-user", password)
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("the default transport is another type")
	}
	before := standard.Proxy
	standard.Proxy = http.ProxyURL(address)
	t.Cleanup(func() { standard.Proxy = before })
	for code, says := range map[int]string{
		403: "which does not allow it.",
		407: "which requires a user name and password.",
		502: "which cannot connect to the server.",
	} {
		status = code
		s := newServer(t)
		expect(t, s.configure(full(em{"max_retries": 0})), errorOf)
		got := s.readRoles()
		expect(t, got, errorOf, finding{
			summary: "Could not log on to Enterprise Manager",
			details: []string{
				"The connection to https://em.example.com:9398/api/ goes through the proxy " + proxy.URL + ", " + says,
				"NO_PROXY", "listens on port 9398", "VEEAM_EM_ENDPOINT",
			},
		})
		withoutPassword(t, texts(got))
	}
}
