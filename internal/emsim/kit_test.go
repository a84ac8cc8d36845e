// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const (
	xmlType  = "application/xml"
	jsonType = "application/json"
	ns       = `xmlns="http://www.veeam.com/ent/v1.0"`
	apiURL   = "https://" + emsim.DefaultHostName + "/api" // in every Href and Location
)

// fixture is a server under test, with a client that is logged on as administrator.
type fixture struct {
	*emsim.Server
	t     *testing.T
	url   string
	token string
	http  *http.Client
}

func start(t *testing.T, options emsim.Options) *fixture {
	t.Helper()
	f := &fixture{Server: emsim.New(options), t: t}
	server := memnet.NewServer(t, f.Server)
	server.Start()
	f.url, f.http = server.URL, memnet.Client(server)
	f.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	user := emsim.DefaultUser
	if options.Platform == emsim.PlatformLinux {
		user = emsim.LinuxUser
	}
	f.token = f.logOn(user, emsim.DefaultPassword).header.Get("X-RestSvcSessionId")
	f.ResetJournal()
	return f
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (f *fixture) logOn(user, password string) answer {
	f.t.Helper()
	return f.do(http.MethodPost, "/sessionMngr/?v=latest", "", func(r *http.Request) {
		r.Header.Del("X-RestSvcSessionId")
		r.SetBasicAuth(user, password)
	})
}

// try sends a request with the fixture's token and returns the transport's error.
func (f *fixture) try(method, path, body string, change ...func(*http.Request)) (answer, error) {
	f.t.Helper()
	req, err := http.NewRequest(method, f.url+"/api"+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	if f.token != "" {
		req.Header.Set("X-RestSvcSessionId", f.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", xmlType)
	}
	for _, c := range change {
		c(req)
	}
	resp, err := f.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(content)}, err
}

func (f *fixture) do(method, path, body string, change ...func(*http.Request)) answer {
	f.t.Helper()
	a, err := f.try(method, path, body, change...)
	if err != nil {
		f.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (f *fixture) get(path string, change ...func(*http.Request)) answer {
	f.t.Helper()
	return f.do(http.MethodGet, path, "", change...)
}

func (f *fixture) post(path, body string, change ...func(*http.Request)) answer {
	f.t.Helper()
	return f.do(http.MethodPost, path, body, change...)
}

func (f *fixture) delete(path string) answer {
	f.t.Helper()
	return f.do(http.MethodDelete, path, "")
}

// want checks the status and that the body contains each of the words.
func (a answer) want(t *testing.T, status int, words ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d\n%s", a.status, status, a.body)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Fatalf("the body does not contain %q\n%s", w, a.body)
		}
	}
	return a
}

// equals checks the whole body. White space between elements of want is ignored.
func (a answer) equals(t *testing.T, want string) {
	t.Helper()
	want = strings.Join(strings.Fields(strings.ReplaceAll(want, "\n", " ")), " ")
	want = strings.ReplaceAll(strings.ReplaceAll(want, "> <", "><"), "\t", "")
	got := strings.TrimPrefix(a.body, `<?xml version="1.0" encoding="utf-8"?>`+"\n")
	if got != want {
		t.Fatalf("body\n%s\nwant\n%s", got, want)
	}
}

// idOf returns the last segment of the Location.
func (a answer) idOf(t *testing.T) string {
	t.Helper()
	location := a.header.Get("Location")
	if location == "" {
		t.Fatal("no Location")
	}
	return location[strings.LastIndex(location, "/")+1:]
}

func contentType(value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Content-Type", value) }
}

func within(ctx context.Context) func(*http.Request) {
	return func(r *http.Request) { *r = *r.WithContext(ctx) }
}

func asJSON(r *http.Request)     { r.Header.Set("Content-Type", jsonType) }
func acceptJSON(r *http.Request) { r.Header.Set("Accept", jsonType) }

// tag returns an XML element.
func tag(name string, content ...string) string {
	return "<" + name + ">" + strings.Join(content, "") + "</" + name + ">"
}

// spec returns the XML of a create spec. The rest follows the roles.
func spec(accountType, name, rest string) string {
	uid := tag("EnterpriseRoleUid", emsim.RoleUID(emsim.RoleFileRestoreOperator))
	return `<EnterpriseAccountCreateSpec ` + ns + `>` + tag("AccountType", accountType) + tag("AccountName", name) +
		tag("Roles", tag("EnterpriseRole", uid)) + rest + `</EnterpriseAccountCreateSpec>`
}

const allVMs = "<AllowRestoreAllVms>true</AllowRestoreAllVms>"

func item(ref, name string) string {
	return tag("HierarchyScopeItem", tag("HierarchyObjRef", ref), tag("ObjectName", name))
}

func noVMsBut(items ...string) string {
	return tag("AllowRestoreAllVms", "false") + tag("HierarchyScopeObjects", items...)
}

func scopeSpec(items ...string) string {
	return "<HierarchyScopeCreateSpec " + ns + ">" + strings.Join(items, "") + "</HierarchyScopeCreateSpec>"
}

// create adds the account TECH\fox and returns its path.
func (f *fixture) create(rest string) string {
	f.t.Helper()
	a := f.post("/security/accounts", spec("User", `TECH\fox`, rest)).want(f.t, http.StatusCreated)
	return "/security/accounts/" + a.idOf(f.t)
}

type listedScope struct {
	Href                string `xml:"Href,attr"`
	Name                string
	HierarchyRootName   string
	Platform            string
	HierarchyObjectType string
	State               string
}

func (s listedScope) id() string { return s.Href[strings.LastIndex(s.Href, "/")+1:] }

// scopes returns the listed scopes of the account at that path.
func (f *fixture) scopes(account string) []listedScope {
	f.t.Helper()
	var list struct {
		Scopes []listedScope `xml:"EnterpriseAccountHierarchyScope"`
	}
	if err := xml.Unmarshal([]byte(f.get(account+"/scopes").want(f.t, http.StatusOK).body), &list); err != nil {
		f.t.Fatal(err)
	}
	return list.Scopes
}

// states returns the names and states of the listed scopes of the account at that path.
func (f *fixture) states(account string) string {
	f.t.Helper()
	var out []string
	for _, sc := range f.scopes(account) {
		out = append(out, sc.Name+" "+sc.State)
	}
	return strings.Join(out, ", ")
}
