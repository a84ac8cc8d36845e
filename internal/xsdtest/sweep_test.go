// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// The kinds of documents.
const (
	request  = "request" // of the client
	response = "response"
)

// document is the body of a request or of a response.
type document struct {
	world, kind string
	exchange    string // for example POST /api/security/accounts 201
	body        []byte
}

// recorder serves the simulator and records the documents.
type recorder struct {
	server *emsim.Server
	world  string

	mu        sync.Mutex
	documents []document
	succeeded map[string]bool // method and path
}

// ServeHTTP implements http.Handler for the client.
func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	answer := r.serve(req)
	r.record(request, req, answer.Code, body)
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// serve answers a request and records the answer only.
func (r *recorder) serve(req *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	r.server.ServeHTTP(answer, req)
	r.record(response, req, answer.Code, answer.Body.Bytes())
	return answer
}

func (r *recorder) record(kind string, req *http.Request, status int, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if status < 300 {
		r.succeeded[req.Method+" "+strings.TrimSuffix(req.URL.Path, "/")] = true
	}
	if len(body) > 0 {
		exchange := fmt.Sprintf("%s %s %d", req.Method, req.URL.RequestURI(), status)
		r.documents = append(r.documents, document{r.world, kind, exchange, body})
	}
}

// sweep runs the whole API in every world and returns the documents.
func sweep(t *testing.T) []document {
	t.Helper()
	var all []document
	for _, w := range worlds {
		synctest.Test(t, func(t *testing.T) { all = append(all, w.sweep(t)...) })
	}
	return all
}

// sweep runs in a bubble.
func (w world) sweep(t *testing.T) []document {
	t.Helper()
	w.options.Demo = true
	r := &recorder{server: emsim.New(w.options), world: w.name, succeeded: map[string]bool{}}
	network := memnet.NewServer(t, r)
	network.Start()
	client, err := emapi.New(emapi.Config{
		Endpoint: network.URL, Username: emsim.DefaultUser, Password: emsim.DefaultPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{ctx: t.Context(), Client: client, wait: func() { time.Sleep(20 * time.Second) }}
	for _, one := range visits {
		if err := one.call(v); (err != nil) != (one.method == w.fails) {
			t.Errorf("%s: %s: %v", w.name, one.method, err)
		}
	}
	r.readEverything(t)
	for _, route := range emsim.Routes() {
		pattern := strings.TrimSuffix(route, "/")
		matches := func(sent string) bool { ok, _ := path.Match(pattern, sent); return ok }
		if !slices.ContainsFunc(slices.Collect(maps.Keys(r.succeeded)), matches) {
			t.Errorf("%s: no request of %s succeeds: add the route to visits or to readEverything", w.name, route)
		}
	}
	r.provokeErrors()
	return r.documents
}

// logOn returns the token of a new session.
func (r *recorder) logOn(user, password string) string {
	req := httptest.NewRequest(http.MethodPost, "/api/sessionMngr/?v=latest", nil)
	req.SetBasicAuth(user, password)
	return r.serve(req).Header().Get(tokenHeader)
}

const tokenHeader = "X-RestSvcSessionId"

// ask sends a request that is not one of the client.
func (r *recorder) ask(token, method, target, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	req.Header.Set(tokenHeader, token)
	req.Header.Set("Content-Type", "application/xml")
	return r.serve(req)
}

// readEverything reads every resource, as a reference and as an entity.
func (r *recorder) readEverything(t *testing.T) {
	t.Helper()
	token := r.logOn(emsim.DefaultUser, emsim.DefaultPassword)
	const account = "/api/security/accounts/" + emsim.DemoUserID
	rebuild := `<RebuildScopeJobSpec xmlns="` + namespace + `"><RebuildAll/></RebuildScopeJobSpec>`
	task := r.ask(token, http.MethodPost, "/api/security/accounts?action=rebuildScope", rebuild).Header().Get("Location")
	targets := []string{
		"/api/", "/api/logonSessions", "/api/logonSessions/" + r.server.OpenSessionIDs()[0],
		"/api/tasks", "/api/tasks/" + path.Base(task),
		"/api/security", "/api/security/roles", "/api/security/roles/" + emsim.RolePortalUser,
		"/api/security/accounts", account, account + "/scopes",
		account + "/roles", account + "/roles/" + emsim.RoleFileRestoreOperator,
		"/api/hierarchyRoots", "/api/hierarchyRoots/" + emsim.VCenterID,
		"/api/lookup?name=*&host=urn:veeam:HierarchyRoot:" + emsim.VCloudID,
		"/api/nas/fileServers", "/api/nas/fileServers/" + emsim.NFSServerID,
	}
	r.server.Mutate(func(s *emsim.Store) {
		targets = append(targets, account+"/scopes/"+s.Account(emsim.DemoUserID).Scopes[0].ID)
	})
	for _, target := range targets {
		answer := r.ask(token, http.MethodGet, target, "")
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		asEntity := r.ask(token, http.MethodGet, target+separator+"format=Entity", "")
		if answer.Code != http.StatusOK || asEntity.Code != http.StatusOK {
			t.Errorf("%s: GET %s: %d, %d", r.world, target, answer.Code, asEntity.Code)
		}
	}
}

// provokeErrors sends every request without a session, without the right, about what does not exist, with a wrong body,
// and with a wrong method.
func (r *recorder) provokeErrors() {
	tokens := []string{
		"", r.logOn(emsim.ViewerUser, emsim.ViewerPassword), r.logOn(emsim.DefaultUser, emsim.DefaultPassword),
	}
	for _, route := range emsim.Routes() {
		method, pattern, _ := strings.Cut(route, " ")
		target := strings.ReplaceAll(pattern, "*", "00000000-0000-0000-0000-000000000001")
		for _, token := range tokens {
			r.ask(token, method, target, "<wrong/>")
			r.ask(token, http.MethodPut, target, "")
		}
	}
	r.logOn(emsim.DefaultUser, "wrong")
}
