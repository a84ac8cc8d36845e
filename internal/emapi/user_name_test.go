// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

func TestMayBeSameUser_UnlessTheUsersDifferOrTheDomainsContradictEachOther(t *testing.T) {
	spellings := []string{
		`TECH\svc`, `svc@tech.local`, `tech.local\svc`, `.\svc`, `svc`, `SVC@tech`, `tech\SVC`, `Tech.Local\Svc`,
	}
	for _, a := range spellings {
		for _, b := range spellings {
			equal(t, a+" and "+b+" may be the same user", MayBeSameUser(a, b), true)
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`TECH\svc`, `svc@corp.example`, true},         // the NetBIOS name of a domain can be any name
		{`TECH\svc`, `svc@eu.tech.local`, true},        // of a child domain
		{`TECH\svc`, `CORP\svc`, false},                // two NetBIOS names
		{`TECH\svc`, `svc@corp`, false},                // the same in another order
		{`svc@tech.local`, `corp.local\svc`, false},    // two DNS names
		{`svc@tech.local`, `svc@eu.tech.local`, false}, // a domain and its child
		{`TECH\svc`, `TECH\svc2`, false},               // another user
		{`svc2`, `svc`, false},                         //
		{`svc@tech.local`, `tech.local`, false},        // a user who is called like the domain
		{`svc@x@tech.local`, `TECH\svc@x`, true},       // only the last @ separates the domain
		{`svc@x@tech.local`, `TECH\svc`, false},        //
		{`TECH\`, `TECH\`, false},                      // no user
		{``, ``, false},                                // nothing
		{`TECH\svc`, ``, false},                        //
		{`@tech.local`, `TECH\`, false},                //
	} {
		equal(t, c.a+" and "+c.b+" may be the same user", MayBeSameUser(c.a, c.b), c.want)
		equal(t, c.b+" and "+c.a+" may be the same user", MayBeSameUser(c.b, c.a), c.want)
	}
}

func TestLogonNames_AreTheServersSpellingAndTheConfiguredOne(t *testing.T) {
	for shown, want := range map[string]string{
		`srv12\administrator`:     `srv12\administrator`,
		"administrator@srv12.com": `administrator@srv12.com SRV12\Administrator`,
		"":                        `SRV12\Administrator`,
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, listsNoAccounts)
			f.logon = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(tokenHeader, "t")
				user := "<UserName>" + shown + "</UserName>"
				reply(w, 201, "<LogonSession "+ns+">"+user+"<SessionId>"+scopeID+"</SessionId></LogonSession>")
			}
			names, err := f.client().LogonNames(t.Context())
			ok(t, err)
			equal(t, "the names", strings.Join(names, " "), want)
		})
	}
}
