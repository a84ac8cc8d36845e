// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// created reports whether the account with that name exists.
func (f *fixture) created(name string) bool {
	found := false
	f.Mutate(func(s *emsim.Store) { found = s.FindAccount("User", name) != nil })
	return found
}

// last returns the latest entry of the journal.
func (f *fixture) last() emsim.Request {
	entries := f.Journal()
	return entries[len(entries)-1]
}

func TestFaultStatus_ReplacesTheResponseBeforeOrAfterTheCommit(t *testing.T) {
	for _, after := range []bool{false, true} {
		f := start(t, emsim.Options{})
		f.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"7"}},
			Body: "<busy/>", AfterCommit: after,
		})
		a := f.post("/security/accounts", spec("User", `TECH\fox`, allVMs)).want(t, http.StatusServiceUnavailable)
		if a.header.Get("Retry-After") != "7" || a.body != "<busy/>" || a.header.Get("Location") != "" {
			t.Errorf("response %+v", a)
		}
		if got := f.created(`TECH\fox`); got != after {
			t.Errorf("after commit %t: created %t", after, got)
		}
		want := map[bool]string{false: "status", true: "status-after-commit"}[after]
		if got := f.last(); got.Fault != want || got.Status != http.StatusServiceUnavailable {
			t.Errorf("journal %+v", got)
		}
	}
}

func TestFaultDrop_ResetsTheConnectionBeforeOrAfterTheCommit(t *testing.T) {
	for kind, created := range map[emsim.FaultKind]bool{
		emsim.FaultDropBeforeCommit: false, emsim.FaultDropAfterCommit: true,
	} {
		f := start(t, emsim.Options{})
		f.Inject(emsim.Fault{Kind: kind, Method: http.MethodPost})
		_, err := f.try(http.MethodPost, "/security/accounts", spec("User", `TECH\fox`, allVMs))
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: error %v, want a reset", kind, err)
		}
		if got := f.created(`TECH\fox`); got != created {
			t.Errorf("%s: created %t", kind, got)
		}
		if got := f.last(); got.Fault != kind.String() || got.Status != 0 {
			t.Errorf("journal %+v", got)
		}
	}
}

func TestFaultDrop_ResetsTheStreamUnderHTTP2(t *testing.T) {
	s := emsim.New(emsim.Options{})
	server := memnet.NewServer(t, s)
	server.EnableHTTP2 = true
	server.StartTLS()
	client := memnet.Client(server)
	s.Inject(emsim.Fault{Kind: emsim.FaultDropAfterCommit, Times: 1})
	resp, err := client.Get(server.URL + "/api/")
	if err == nil {
		_ = resp.Body.Close()
		t.Fatal("no error, want the stream to be reset")
	}
	if resp, err = client.Get(server.URL + "/api/"); err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusOK {
		t.Errorf("%s %d", resp.Proto, resp.StatusCode)
	}
}

func TestFaultDelayBeforeCommit_CommitsEvenIfTheClientDisconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{})
		f.Inject(emsim.Fault{Kind: emsim.FaultDelayBeforeCommit, Delay: 2 * time.Minute, Method: http.MethodPost})
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		_, err := f.try(http.MethodPost, "/security/accounts", spec("User", `TECH\fox`, allVMs), within(ctx))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("error %v", err)
		}
		time.Sleep(90*time.Second - time.Nanosecond)
		if f.created(`TECH\fox`) {
			t.Fatal("created before the end of the delay")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if !f.created(`TECH\fox`) {
			t.Fatal("not created after the delay")
		}
	})
}

func TestFaultDelayAfterCommit_DoesNotBlockOtherRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{})
		f.Inject(emsim.Fault{Kind: emsim.FaultDelayAfterCommit, Delay: time.Minute, Method: http.MethodPost})
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		done := make(chan error, 1)
		go func() {
			_, err := f.try(http.MethodPost, "/security/accounts", spec("User", `TECH\fox`, allVMs), within(ctx))
			done <- err
		}()
		synctest.Wait()
		if !f.created(`TECH\fox`) {
			t.Fatal("not created during the delay")
		}
		f.get("/security/accounts").want(t, http.StatusOK, `TECH\fox`)
		if err := <-done; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	})
}

func TestFaultExpireSession_EndsTheSessionBeforeOrAfterTheRequest(t *testing.T) {
	f := start(t, emsim.Options{})
	f.Inject(emsim.Fault{Kind: emsim.FaultExpireSession, Times: 1})
	f.get("/security/roles").want(t, http.StatusUnauthorized)

	f = start(t, emsim.Options{})
	f.Inject(emsim.Fault{Kind: emsim.FaultExpireSession, AfterCommit: true, Times: 1})
	f.get("/security/roles").want(t, http.StatusOK)
	f.get("/security/roles").want(t, http.StatusUnauthorized)
}

func TestFaults_AlterOrReplaceTheBody(t *testing.T) {
	f := start(t, emsim.Options{})
	whole := f.get("/security/roles").body

	f.Inject(emsim.Fault{Kind: emsim.FaultTruncated, Times: 1})
	a, err := f.try(http.MethodGet, "/security/roles", "")
	if !errors.Is(err, io.ErrUnexpectedEOF) || a.body != whole[:len(whole)/2] {
		t.Errorf("truncated: %d of %d bytes, error %v", len(a.body), len(whole), err)
	}

	f.Inject(emsim.Fault{Kind: emsim.FaultGarbage, Times: 1})
	if a := f.get("/security/roles").want(t, http.StatusOK); strings.Contains(a.body, "Portal") || a.body == "" {
		t.Errorf("garbage: %q", a.body)
	}

	f.Inject(emsim.Fault{Kind: emsim.FaultHTML, Status: http.StatusBadGateway, Times: 1})
	a = f.get("/security/roles").want(t, http.StatusBadGateway, "<html>")
	if a.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("HTML: %v", a.header)
	}

	f.Inject(emsim.Fault{Kind: emsim.FaultWrongNamespace, Times: 1})
	if got, want := f.get("/security/roles").body, strings.Replace(whole, "ent/v1.0", "ent/v9.9", 1); got != want {
		t.Errorf("namespace: %s", got)
	}

	const elsewhere = "https://elsewhere.example/api"
	f.Inject(emsim.Fault{Kind: emsim.FaultRedirect, Header: http.Header{"Location": {elsewhere}}, Times: 1})
	a = f.get("/security/roles").want(t, http.StatusTemporaryRedirect)
	if a.header.Get("Location") != elsewhere {
		t.Errorf("redirect: %v", a.header)
	}

	if got := f.get("/security/roles").body; got != whole {
		t.Errorf("after the faults: %s", got)
	}
}

func TestFault_KeepHeaderSendsTheServersHeadersWithAnotherBody(t *testing.T) {
	const want = "changed"
	for _, keep := range []bool{true, false} {
		f := start(t, emsim.Options{})
		f.Inject(emsim.Fault{
			Kind: emsim.FaultHTML, Status: http.StatusCreated, AfterCommit: true, KeepHeader: keep,
			Header: http.Header{"Set-Cookie": {want}},
		})
		a := f.logOn(emsim.DefaultUser, emsim.DefaultPassword).want(t, http.StatusCreated, "<html>")
		kept := a.header.Get("X-RestSvcSessionId") != "" && strings.Contains(a.header.Get("Location"), "/api/logonSessions/")
		if kept != keep || a.header.Get("Set-Cookie") != want || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("keep %t: %v", keep, a.header)
		}
	}
}

func TestFault_HitsMatchingRequestsAfterSkipAndAtMostTimes(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	f.Inject(emsim.Fault{
		Method: http.MethodGet, PathPattern: "/api/security/accounts/*/scopes",
		Kind: emsim.FaultStatus, Status: 503, Skip: 1, Times: 2,
	})
	statuses := func(path string, n int) (got []int) {
		for range n {
			got = append(got, f.get(path).status)
		}
		return got
	}
	account := "/security/accounts/" + emsim.DemoUserID
	if got := statuses(account+"/roles", 3); got[0] != 200 || got[1] != 200 || got[2] != 200 {
		t.Errorf("roles %v", got)
	}
	if got := statuses(account+"/scopes", 4); got[0] != 200 || got[1] != 503 || got[2] != 503 || got[3] != 200 {
		t.Errorf("scopes %v", got)
	}
	f.Inject(emsim.Fault{PathPattern: "/api/security/accounts/**", Kind: emsim.FaultStatus, Status: 501})
	f.get("/security/accounts").want(t, http.StatusOK)
	f.get(account).want(t, http.StatusNotImplemented)
	f.get(account+"/roles").want(t, http.StatusNotImplemented)
	f.ClearFaults()
	f.get(account).want(t, http.StatusOK)
	f.Inject(emsim.Fault{
		Match: func(r emsim.Request) bool { return r.IsWrite() && r.User == emsim.DefaultUser },
		Kind:  emsim.FaultStatus, Status: 500,
	})
	f.get(account).want(t, http.StatusOK)
	f.delete(account).want(t, http.StatusInternalServerError)
}

func TestServer_StaysConsistentWithConcurrentClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{
			Latency: time.Second, ScopeDelay: time.Second, RemovingDelay: time.Second, RootNames: emsim.RootNamesMixed,
		})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				name := `TECH\fox` + string(rune('a'+i))
				a, err := f.try(http.MethodPost, "/security/accounts", spec("User", name, noVMsBut(item(emsim.VM01Ref, "VM01"))))
				if err != nil || a.status != http.StatusCreated {
					t.Errorf("create: %d %v", a.status, err)
					return
				}
				path := a.header.Get("Location")[len(apiURL):]
				for _, step := range [][2]string{
					{http.MethodPost, ""}, {http.MethodGet, "/scopes"}, {http.MethodGet, "/roles"}, {http.MethodDelete, ""},
				} {
					if _, err := f.try(step[0], path+step[1], ""); err != nil {
						t.Error(err)
					}
				}
				f.Journal()
				f.Snapshot()
				f.Configure(func(o *emsim.Options) { o.AccountNameCase = emsim.CaseUpper })
			})
		}
		wg.Wait()
		if n := len(f.Snapshot()); n != 2 {
			t.Errorf("%d accounts left, want 2", n)
		}
		if n := len(f.Journal()); n != 40 {
			t.Errorf("%d journal entries, want 40", n)
		}
	})
}
