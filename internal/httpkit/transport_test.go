// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"net/http"
	"net/url"
	"testing"
)

// A password over plain http must not leave the machine, whatever the proxy variables and the spelling of the host.
func TestNewTransport_UsesAProxyOnlyForHTTPS(t *testing.T) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("the default transport is another type")
	}
	before, proxy := standard.Proxy, &url.URL{Scheme: "http", Host: "proxy.example:3128"}
	standard.Proxy = http.ProxyURL(proxy)
	t.Cleanup(func() { standard.Proxy = before })
	transport, err := NewTransport(Trust{})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]*url.URL{
		"https://em.example:9398/api/": proxy,
		"https://localhost:9398/api/":  proxy,
		"http://localhost:9398/api/":   nil,
		"http://Localhost:9398/api/":   nil,
		"http://127.0.0.1:9398/api/":   nil,
	} {
		r, err := http.NewRequest(http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := transport.Proxy(r); got != want || err != nil {
			t.Errorf("%s goes through the proxy %v (%v), want %v", address, got, err, want)
		}
	}
}
