// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

func TestEndpointForm_HasThePortAndThePathOfEnterpriseManager(t *testing.T) {
	for in, want := range map[string]string{
		"https://em.tech.local":         "https://em.tech.local:9398/api/",
		"https://em.tech.local:443/api": "https://em.tech.local:443/api/",
	} {
		u, err := endpointForm.Parse(in)
		if err != nil || u.String() != want {
			t.Errorf("Parse(%q) = %v, %v, want %s", in, u, err, want)
		}
	}
	const form = "write it as https://host, https://host:9398 or https://host:9398/api"
	if _, err := endpointForm.Parse("https://em/other"); err == nil || !strings.Contains(err.Error(), form) {
		t.Errorf("got %v, want an error that contains the form", err)
	}
}

func TestNew_RejectsInvalidConfigurations(t *testing.T) {
	good := Config{Endpoint: "https://em", Username: "u", Password: "p", MaxRetries: httpkit.MostRetries}
	for says, change := range map[string]func(*Config){
		"user name is empty": func(c *Config) { c.Username = "" },
		"password is empty":  func(c *Config) { c.Password = "" },
		"colon":              func(c *Config) { c.Username = "a:b" },
		"API version":        func(c *Config) { c.APIVersion = "1.7" },
		"request timeout":    func(c *Config) { c.RequestTimeout = -1 },
		"number of retries":  func(c *Config) { c.MaxRetries = -1 },
		"from 0 to 20":       func(c *Config) { c.MaxRetries = 21 },
		"endpoint is empty":  func(c *Config) { c.Endpoint = "" },
		"scheme":             func(c *Config) { c.Endpoint = "ftp://em" },
		"verification is off": func(c *Config) {
			c.InsecureSkipVerify, c.PinnedSHA256 = true, []string{strings.Repeat("ab", 32)}
		},
		"PEM":         func(c *Config) { c.CAPEM = []byte("no") },
		"fingerprint": func(c *Config) { c.PinnedSHA256 = []string{"AB:CD"} },
	} {
		cfg := good
		change(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an error with %q", err, says)
		}
	}
	_, err := New(good)
	ok(t, err)
}

func TestParseGUID(t *testing.T) {
	got, err := ParseGUID(strings.ToUpper(accountID))
	ok(t, err)
	equal(t, "the GUID", got, accountID)
	for _, bad := range []string{
		"", accountID[1:], accountID + "0", " " + accountID, "{" + accountID + "}",
		strings.ReplaceAll(accountID, "-", ""), strings.Replace(accountID, "-", "_", 1),
		strings.Replace(accountID, "d", "g", 1),
	} {
		if _, err := ParseGUID(bad); err == nil {
			t.Errorf("ParseGUID accepts %q", bad)
		}
	}
}

func TestIsWord_AcceptsASCIILettersDigitsDashesAndUnderscores(t *testing.T) {
	for s, want := range map[string]bool{
		"azAZ09-_": true, "": false, "a b": false, "`": false, "{": false, "@": false, "[": false, "/": false, ":": false,
		"é": false,
	} {
		equal(t, "isWord of "+s, isWord(s), want)
	}
}

func TestSegmentOfHref_IsTheOneThatFollowsTheLastNameOfTheCollection(t *testing.T) {
	for href, want := range map[string]string{
		"https://em:9398/api/tasks/task-1?format=Entity": "task-1",
		"/api/Tasks/task-1/":                             "task-1",
		"tasks/task-1":                                   "task-1",
		" tasks/tasks/task-1/other ":                     "task-1",
		"/api/tasks/":                                    "",
		"/api/tasks":                                     "",
		"/api/other/task-1":                              "",
		"":                                               "",
		"https://em:port/api/tasks/task-1":               "",
		"/api/tasks/%zz":                                 "",
	} {
		equal(t, "the segment of "+href, segmentOfHref(href, "tasks"), want)
	}
}

func TestParseObjRef(t *testing.T) {
	const vcdRoot, shareRoot = "fa099d3b-7376-49b1-884c-bb6fa47c7b1e", "541178f4-5335-46cb-b7bc-8fbb4a944307"
	const vcdVM = "urn:vcloud:vm:6b2da27f-e653-495b-b515-2b18bbb4d3ec"
	for in, want := range map[string]ObjRef{
		"urn:VMware:Vm:" + rootID + ".vm-7870": {
			Platform: "VMware", Type: "Vm", RootID: rootID, Object: "vm-7870",
		},
		"urn:vCloud:Vm:" + vcdRoot + "." + vcdVM: {
			Platform: "vCloud", Type: "Vm", RootID: vcdRoot, Object: vcdVM,
		},
		"urn:NasBackup:FileServer:" + shareRoot + "." + shareRoot: {
			Platform: "NasBackup", Type: "FileServer", RootID: shareRoot, Object: shareRoot,
		},
		"urn:VMware:Folder:" + rootID + ".group.v3": {
			Platform: "VMware", Type: "Folder", RootID: rootID, Object: "group.v3",
		},
	} {
		got, err := ParseObjRef(in)
		ok(t, err)
		equal(t, "the text of "+in, got.String(), in)
		equal(t, "the text built from the parts of "+in, want.String(), in)
		want.written = in
		equal(t, in, got, want)
	}
	upper, err := ParseObjRef("urn:VMware:Vm:" + strings.ToUpper(rootID) + ".vm-1")
	ok(t, err)
	equal(t, "the root", upper.RootID, rootID)
	equal(t, "the text", upper.String(), "urn:VMware:Vm:"+strings.ToUpper(rootID)+".vm-1")
	for in, says := range map[string]string{
		"":                                    "urn:",
		"vm-7870":                             "urn:",
		"urn:VMware":                          "too few parts",
		"urn::Vm:" + rootID + ".x":            "platform",
		"urn:VM ware:Vm:" + rootID + ".x":     "platform",
		"urn:VMware::" + rootID + ".x":        "type",
		"urn:VMware:Vm:" + rootID:             "no dot",
		"urn:VMware:Vm:root.x":                "not a GUID",
		"urn:VMware:Vm:" + rootID + ".":       "empty",
		"urn:VMware:Vm:" + rootID + ". x":     "white space",
		"urn:VMware:Vm:" + rootID + ".x\n":    "white space",
		"urn:VMware:Vm:" + rootID + ".a\x00b": "printed",
	} {
		_, err := ParseObjRef(in)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "vm-7870") {
			t.Errorf("ParseObjRef(%q) returned the error %v, want one with %q and the form", in, err, says)
		}
	}
}

func FuzzParseObjRef(f *testing.F) {
	for _, seed := range []string{
		"", "urn:", "urn:a:b:c.d", vm01.HierarchyObjRef.String(),
		"urn:vCloud:Vm:" + rootID + ".urn:vcloud:vm:x", "urn:VMware:Vm:" + rootID + ". ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := ParseObjRef(s)
		if err != nil {
			return
		}
		parts := ref
		parts.written = ""
		if ref.String() != s || !strings.EqualFold(parts.String(), s) {
			t.Errorf("the text of %q is %q, and %q if it is built from the parts", s, ref, parts)
		}
		if !ref.Same(parts) {
			t.Errorf("%q is not the same reference as the one built from its parts", s)
		}
		if again, err := ParseObjRef(ref.String()); err != nil || again != ref {
			t.Errorf("parsing the text of %q again returns %v, %v", s, again, err)
		}
	})
}

// An error quotes the beginning of a body. The password must be found before the body is cut.
func TestSecrets_AreNotCutInHalfByTheLimitOfAMessage(t *testing.T) {
	half := password[:len(password)/2]
	for name, body := range map[string]func(length int) (status int, body string){
		"unexpected response": func(n int) (int, string) { return 200, strings.Repeat("x", n) + password },
		"page":                func(n int) (int, string) { return 502, "<p>" + strings.Repeat("x", n) + password + "</p>" },
		"other JSON":          func(n int) (int, string) { return 400, "{" + strings.Repeat("x", n) + password },
		"Error document":      func(n int) (int, string) { return 400, errorXML(400, strings.Repeat("x", n)+password) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, limit := range []int{200, httpkit.MaxMessage} {
					f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
						status, text := body(limit - len(half))
						reply(w, status, text)
					})
					_, err := f.client().GetAccount(t.Context(), accountID)
					if err == nil || strings.Contains(err.Error(), half) {
						t.Errorf("limit %d: the error contains half of the password: %v", limit, err)
					}
				}
			})
		})
	}
}

func TestSecrets_DoNotAppearInTextsOrLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var logged []string
		fields := map[string]bool{}
		var c *Client
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			reply(w, 400, errorXML(400, "bad: "+r.Header.Get(tokenHeader)+" "+c.basic.Reveal()+" "+password))
		})
		cfg := f.config()
		cfg.Log = func(_ context.Context, message string, more map[string]any) {
			mu.Lock()
			defer mu.Unlock()
			logged = append(logged, fmt.Sprint(message, more))
			for name := range more {
				fields[name] = true
			}
		}
		c = f.clientOf(cfg)
		_, err := c.GetAccount(t.Context(), accountID)
		wants(t, err, "bad: REDACTED REDACTED REDACTED")
		_, err = c.LookupRef(t.Context(), "urn:VMware:Vm:"+rootID+"."+password)
		wants(t, err, "400")
		s, err := c.session(t.Context(), nil)
		ok(t, err)

		texts := strings.Join(logged, "\n")
		wrapped := struct {
			client *Client
			s      *session
		}{c, s}
		for _, v := range []any{cfg, &cfg, c, s, wrapped, &wrapped, c.password, struct{ s httpkit.Secret }{c.basic}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
				texts += fmt.Sprintf(verb, v) + "\n"
			}
		}
		for what, known := range map[string]string{
			"password": password, "Basic value": c.basic.Reveal(), "token": s.token.Reveal(),
			"password in hex": fmt.Sprintf("%x", password),
		} {
			if strings.Contains(texts, known) {
				t.Errorf("the %s appears in: %s", what, texts)
			}
		}
		for _, name := range []string{"op", "method", "path", "status", "duration_ms", "attempt"} {
			if !fields[name] {
				t.Errorf("the log has no field %s: %v", name, logged)
			}
		}
		if len(logged) != 3 || !strings.Contains(logged[1], "/api/security/accounts/"+accountID+"?format=Entity") {
			t.Errorf("the log is %v", logged)
		}
	})
}

func BenchmarkReadAccountWithRolesAndScopes(b *testing.B) {
	s := newStore()
	s.scopes = []listedScope{{scopeID, "VM01", rootID, "Vm", "Processed"}, {scopeID, "VM02", rootID, "Vm", "Processed"}}
	c := newFake(b, s.serve).client()
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.GetAccount(ctx, accountID); err != nil {
			b.Fatal(err)
		}
		if _, err := c.ListAccountRoles(ctx, accountID); err != nil {
			b.Fatal(err)
		}
		if _, err := c.ListScopes(ctx, accountID); err != nil {
			b.Fatal(err)
		}
	}
}

// Import IDs and almost all IDs that become part of a path are checked by ParseGUID only.
func FuzzParseGUID(f *testing.F) {
	for _, given := range []string{
		"", "..", accountID, strings.ToUpper(accountID), "{" + accountID + "}", accountID + "/",
		accountID[:35], accountID + "0", "d6701c3d_15f4_421d_b376_c0e2634bc1f4",
	} {
		f.Add(given)
	}
	f.Fuzz(func(t *testing.T, given string) {
		id, err := ParseGUID(given)
		if err != nil {
			if id != "" || len(err.Error()) > 400 {
				t.Errorf("ParseGUID(%q) = %q with an error of %d bytes", given, id, len(err.Error()))
			}
			return
		}
		lower := len(id) == 36 && strings.Trim(id, "0123456789abcdef-") == "" && strings.Count(id, "-") == 4
		if !lower || id != strings.ToLower(given) {
			t.Errorf("ParseGUID(%q) = %q", given, id)
		}
	})
}
