// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import "testing"

func TestConfigure_EitherProductBothOrNeitherCanBeConfigured(t *testing.T) {
	servers := map[string]*refusing{em.Attribute: startRefusing(t), vb365.Attribute: startRefusing(t)}
	for name, configured := range map[string][]product{
		"neither": nil, "em alone": {em}, "vb365 alone": {vb365}, "both": {em, vb365},
	} {
		for _, inEnvironment := range []bool{false, true} {
			if inEnvironment {
				name += ", in the environment"
			}
			t.Run(name, func(t *testing.T) {
				s, products, want := newServer(t), map[string]values{}, map[string]finding{}
				for _, p := range []product{em, vb365} {
					want[p.Attribute] = finding{
						summary: p.Name + " is not configured", details: []string{p.Variable("endpoint")},
					}
				}
				for _, p := range configured {
					want[p.Attribute] = finding{
						summary: "Could not log on to " + p.Name, details: []string{p.Variable("password")},
					}
					at := servers[p.Attribute].URL
					if !inEnvironment {
						products[p.Attribute] = p.full(values{"endpoint": at})
						continue
					}
					p.setenv(t, map[string]string{"endpoint": at, "username": `TECH\terraform`, "password": password})
				}
				expect(t, s.configureAll(products), errorOf)
				for _, p := range []product{em, vb365} {
					s.product = p
					got := s.read()
					expect(t, got, errorOf, want[p.Attribute])
					withoutPassword(t, texts(got))
				}
			})
		}
	}
	for attribute, server := range servers {
		for _, logon := range server.requests() {
			if logon != `TECH\terraform:`+password {
				t.Errorf("the server of %s got the credentials %q", attribute, logon)
			}
		}
		if n := len(server.requests()); n != 4 {
			t.Errorf("the server of %s got %d logons, want 4", attribute, n)
		}
	}
}

func TestConfigure_ReportsTheErrorsOfBothProducts(t *testing.T) {
	s := newServer(t)
	vb365.setenv(t, map[string]string{"USERNAME": "x", "MAX_RETRIES": "many"})
	expect(t, s.configureAll(map[string]values{"em": em.full(values{"endpoint": "x"})}), errorOf,
		finding{at: "em.endpoint", summary: "Not an address of Enterprise Manager"},
		vb365.missing("endpoint", "address of the server"), vb365.missing("password", "password of the account"),
		finding{at: "vb365.max_retries", summary: "Not a number of retries", details: []string{"VEEAM_VB365_MAX_RETRIES"}})
}

func TestConfigure_AnUnknownValueOfOneProductDoesNotDeferTheOther(t *testing.T) {
	for _, c := range [][2]product{{em, vb365}, {vb365, em}} {
		deferred, known := c[0], c[1]
		t.Run(deferred.Attribute, func(t *testing.T) {
			server, s := startRefusing(t), newServer(t)
			expect(t, s.configureAll(map[string]values{
				deferred.Attribute: deferred.full(values{"username": unknown}),
				known.Attribute:    known.full(values{"endpoint": server.URL}),
			}), errorOf)
			s.product = deferred
			expect(t, s.read(), errorOf, finding{
				summary: "The provider's " + deferred.Attribute + " configuration is not known yet",
			})
			s.product = known
			expect(t, s.read(), errorOf, finding{summary: "Could not log on to " + known.Name})
		})
	}
}
