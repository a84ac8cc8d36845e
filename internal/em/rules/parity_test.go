// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// server is a simulated server that gets raw requests, without the client in between.
type server struct {
	t      *testing.T
	em     *acctest.EM
	client *http.Client
	token  string
}

func newServer(t *testing.T) *server {
	t.Helper()
	em := acctest.StartEM(t, emsim.Options{})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(em.CAPEM))
	s := &server{t: t, em: em, client: &http.Client{Transport: &http.Transport{
		DialContext: memnet.Dial, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, em.URL+"/api/sessionMngr/?v=latest", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(emsim.DefaultUser, emsim.DefaultPassword)
	resp, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	s.token = resp.Header.Get("X-RestSvcSessionId")
	t.Cleanup(em.ExpireSessions)
	return s
}

func (s *server) send(method, path, body string) (status int, answer string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.em.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("X-RestSvcSessionId", s.token)
	req.Header.Set("Content-Type", "application/xml")
	resp, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// spec is the body that creates an account. Its zero values are valid.
type spec struct{ kind, name, role, all, scope, flr string }

func (s spec) String() string {
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return strings.TrimPrefix(value, "=")
	}
	return fmt.Sprintf(`<EnterpriseAccountCreateSpec xmlns="http://www.veeam.com/ent/v1.0">`+
		`<AccountType>%s</AccountType><AccountName>%s</AccountName>`+
		`<Roles>%s</Roles><AllowRestoreAllVms>%s</AllowRestoreAllVms>%s%s</EnterpriseAccountCreateSpec>`,
		or(s.kind, "User"), or(s.name, `TECH\fox`),
		or(s.role, role("urn:veeam:EnterpriseRole:"+emsim.RolePortalUser)),
		or(s.all, "true"), s.scope, s.flr)
}

func role(uid string) string {
	return "<EnterpriseRole><EnterpriseRoleUid>" + uid + "</EnterpriseRoleUid></EnterpriseRole>"
}

func scopeObjects(refs ...string) string {
	var items strings.Builder
	for _, ref := range refs {
		items.WriteString("<HierarchyScopeItem><HierarchyObjRef>" + ref + "</HierarchyObjRef>" +
			"<ObjectName>VM01</ObjectName></HierarchyScopeItem>")
	}
	return "<HierarchyScopeObjects>" + items.String() + "</HierarchyScopeObjects>"
}

func flrSettings(extensions string) string {
	return "<FlrSettings><FlrInplaceOnly>true</FlrInplaceOnly>" +
		"<FlrExtentionRestrictions>" + extensions + "</FlrExtentionRestrictions></FlrSettings>"
}

func TestParity_TheServerRefusesWhatTheRulesRefuseUnlessTheyAreStricter(t *testing.T) {
	t.Parallel()
	const roleUID = "urn:veeam:EnterpriseRole:"
	robot := func(platform string) string {
		return scopeObjects("urn:" + platform + ":Robot:" + emsim.VCenterID + ".vm-7870")
	}
	for name, c := range map[string]struct {
		spec     spec
		stricter bool // the rule is stricter, and the server accepts the request
	}{
		"valid":                   {spec{}, true},
		"rule 1":                  {spec{kind: "Robot"}, false},
		"rule 2, User":            {spec{name: "fox"}, false},
		"rule 2, User as Linux":   {spec{name: "fox@tech.local"}, false},
		"rule 2, Group":           {spec{kind: "Group", name: "operators"}, false},
		"rule 2, ExternalUser":    {spec{kind: "ExternalUser", name: "fox"}, false},
		"rule 2, ExternalGroup":   {spec{kind: "ExternalGroup", name: "="}, false},
		"rule 3, none":            {spec{role: "="}, false},
		"rule 3, no UID":          {spec{role: role("Portal User")}, false},
		"rule 3, unknown":         {spec{role: role(roleUID + "00000000-0000-0000-0000-000000000001")}, false},
		"rule 3, upper case":      {spec{role: role(roleUID + strings.ToUpper(emsim.RolePortalUser))}, true},
		"rule 4":                  {spec{all: "false"}, false},
		"rule 5":                  {spec{flr: flrSettings("")}, false},
		"rule 6, separator":       {spec{flr: flrSettings("doc;pdf")}, true},
		"rule 6, new extension":   {spec{flr: flrSettings(".doc")}, true},
		"rule 10, pattern":        {spec{all: "false", scope: scopeObjects("vm-7870")}, false},
		"rule 10, type":           {spec{all: "false", scope: robot("VMware")}, false},
		"rule 10, other platform": {spec{all: "false", scope: robot("Nutanix")}, true},
		"rule 13":                 {spec{all: "false", scope: scopeObjects(emsim.VMDupARef, emsim.VMDupBRef)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			before := s.em.Snapshot()
			status, answer := s.send(http.MethodPost, "/api/security/accounts", c.spec.String())
			switch {
			case c.stricter && status != http.StatusCreated:
				t.Errorf("the server answers %d %s, so the rule is not stricter", status, answer)
			case !c.stricter && (status != http.StatusBadRequest || !strings.Contains(answer, "<Error ")):
				t.Errorf("the server answers %d %s, so the rule is stricter and its comment must say so", status, answer)
			case !c.stricter:
				if err := s.em.Unchanged(before)(nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestParity_TheServerCannotChangeWhatReplacesAnAccount(t *testing.T) { // rules 7, 8 and 9
	t.Parallel()
	s := newServer(t)
	id := s.em.Account(emsim.ViewerUser).ID
	before := s.em.Snapshot()
	for _, method := range []string{http.MethodPut, http.MethodPatch} {
		status, answer := s.send(method, "/api/security/accounts/"+id, spec{}.String())
		if status != http.StatusMethodNotAllowed {
			t.Errorf("%s: the server answers %d %s", method, status, answer)
		}
	}
	if err := s.em.Unchanged(before)(nil); err != nil {
		t.Error(err)
	}
}

func TestParity_TheServerRefusesIDsThatAreNotGUIDs(t *testing.T) { // rule 11
	t.Parallel()
	s := newServer(t)
	for _, id := range []string{"fox", "urn:veeam:EnterpriseAccount:" + emsim.VCenterID} {
		status, _ := s.send(http.MethodGet, "/api/security/accounts/"+id, "")
		if status != http.StatusNotFound && status != http.StatusBadRequest {
			t.Errorf("%s: the server answers %d", id, status)
		}
	}
}
