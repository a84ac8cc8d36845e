// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestJournal_ContainsEveryRequestInOrderWithItsBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{})
		body := spec("User", `TECH\fox`, allVMs)
		time.Sleep(time.Minute)
		f.post("/security/accounts?v=latest", body).want(t, http.StatusCreated)
		f.get("/nowhere").want(t, http.StatusNotFound)
		entries := f.Journal()
		if len(entries) != 2 {
			t.Fatalf("%d entries", len(entries))
		}
		got := entries[0]
		if got.SessionID == "" || got.RemoteAddr == "" {
			t.Errorf("entry %+v", got)
		}
		got.SessionID, got.RemoteAddr = "", ""
		want := emsim.Request{
			Seq: 2, At: time.Now(), Method: "POST", Path: "/api/security/accounts", Query: "v=latest", Body: body,
			Status: 201, User: emsim.DefaultUser,
		}
		if got != want {
			t.Errorf("entry\n%+v\nwant\n%+v", got, want)
		}
		if entries[1].Seq != 3 || entries[1].Status != http.StatusNotFound || entries[1].Sent == 0 {
			t.Errorf("entry %+v", entries[1])
		}
		f.ResetJournal()
		if n := len(f.Journal()); n != 0 {
			t.Errorf("%d entries after the reset", n)
		}
	})
}

func TestJournal_NeverContainsCredentialsOrTokens(t *testing.T) {
	f := start(t, emsim.Options{})
	token := f.logOn(emsim.DefaultUser, emsim.DefaultPassword).header.Get("X-RestSvcSessionId")
	f.token = token
	f.get("/security/roles").want(t, http.StatusOK)
	text, err := json.Marshal(f.Journal())
	if err != nil {
		t.Fatal(err)
	}
	basic := base64.StdEncoding.EncodeToString([]byte(emsim.DefaultUser + ":" + emsim.DefaultPassword))
	for _, secret := range []string{emsim.DefaultPassword, token, basic} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the journal contains %q", secret)
		}
	}
	if got := f.Journal()[0]; got.User != emsim.DefaultUser || got.SessionID == "" || got.IsWrite() {
		t.Errorf("logon entry %+v", got)
	}
}

func TestIsWrite_IsTrueForEveryChangeExceptLogonAndLogoff(t *testing.T) {
	for _, test := range []struct {
		method, path string
		want         bool
	}{
		{"GET", "/api/security/accounts", false},
		{"POST", "/api/security/accounts", true},
		{"DELETE", "/api/security/accounts/1/scopes/2", true},
		{"DELETE", "/api/tasks/task-1", true},
		{"POST", "/api/sessionMngr/", false},
		{"DELETE", "/api/logonSessions/1", false},
	} {
		if got := (emsim.Request{Method: test.method, Path: test.path}).IsWrite(); got != test.want {
			t.Errorf("%s %s: %t", test.method, test.path, got)
		}
	}
}

func TestOnRequest_ReceivesTheCompleteEntryBeforeTheResponseIsSent(t *testing.T) {
	var mu sync.Mutex
	var seen []emsim.Request
	f := start(t, emsim.Options{OnRequest: func(r emsim.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r)
	}})
	f.get("/security/roles").want(t, http.StatusOK)
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 2 || seen[1] != f.Journal()[0] {
		t.Errorf("seen %+v", seen)
	}
}
