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
	eachProduct(t, func(t *testing.T, p product) {
		at := func(url string) string { return url + p.api + "/" }
		for name, c := range map[string]struct{ endpoint, says string }{
			"another service": {page.URL, "The server at " + at(page.URL) + " does not respond as " + p.Name + " does."},
			"plain HTTP": {
				strings.Replace(page.URL, "http:", "https:", 1), at("") + " does not respond with TLS, which https requires.",
			},
			"a closed port": {closed.URL, "Nothing accepts connections at " + at(closed.URL) + "."},
		} {
			t.Run(name, func(t *testing.T) {
				s := p.newServer(t)
				expect(t, s.configure(p.full(values{"endpoint": c.endpoint, "max_retries": 0})), errorOf)
				expect(t, s.read(), errorOf, finding{
					summary: "Could not log on to " + p.Name,
					details: []string{
						c.says, at(c.endpoint), "The REST API of " + p.Name + " listens on port " + p.port + ".",
						"Check endpoint in " + p.Attribute + " (" + p.Variable("endpoint") + ")",
					},
				})
			})
		}
	})
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
	eachProduct(t, func(t *testing.T, p product) {
		for code, says := range map[int]string{
			403: "which does not allow it.",
			407: "which requires a user name and password.",
			502: "which cannot connect to the server.",
		} {
			status = code
			s := p.newServer(t)
			expect(t, s.configure(p.full(values{"max_retries": 0})), errorOf)
			got := s.read()
			at := "https://veeam.example.com:" + p.port + p.api + "/"
			expect(t, got, errorOf, finding{
				summary: "Could not log on to " + p.Name,
				details: []string{
					"The connection to " + at + " goes through the proxy " + proxy.URL + ", " + says,
					"NO_PROXY", "listens on port " + p.port, p.Variable("endpoint"),
				},
			})
			withoutPassword(t, texts(got))
		}
	})
}
