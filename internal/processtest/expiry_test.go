// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_ASessionThatExpiresDuringAnApplyIsReplacedByOneLogon(t *testing.T) {
	for name, c := range map[string]struct {
		unknown      int // the server's status for an unknown session
		method, path string
	}{
		"in the read before the create":           {401, http.MethodGet, "/api/security/accounts"},
		"in the create":                           {401, http.MethodPost, "/api/security/accounts"},
		"in the read after the create":            {401, http.MethodGet, "/api/security/accounts/*/roles"},
		"in the read before the create, HTTP 500": {500, http.MethodGet, "/api/security/accounts"},
		"in the read after the create, HTTP 500":  {500, http.MethodGet, "/api/security/accounts/*/roles"},
		"in the list of scopes, HTTP 500":         {500, http.MethodGet, "/api/security/accounts/*/scopes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := startServer(t, emsim.Options{UnknownSessionStatus: c.unknown})
			em.Inject(emsim.Fault{Method: c.method, PathPattern: c.path, Kind: emsim.FaultExpireSession, Times: 1})
			tf := newTerraform(t, operatorAccount(vm01), em.environment()...)
			tf.apply().exits(0)
			if !strings.Contains(em.requests(), "expire-session") {
				t.Fatalf("the fault hit no request:\n%s", em.requests())
			}
			em.sessions(3) // one for the plan, one for the apply, and the replacement
			em.holds(onServer(false, vm01))
			if creates := em.count(http.MethodPost, "/api/security/accounts"); creates != 1+btoi(c.method == http.MethodPost) {
				t.Errorf("the provider sent %d creates:\n%s", creates, em.requests())
			}
			em.ResetJournal()
			tf.planIsEmpty()
			em.sessions(1)
			tf.destroy().exits(0)
		})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A 500 that has another cause also leads to a new logon. The replaced session is still open and is logged off as well.
func TestSim_Process_ASessionThatWasReplacedUnnecessarilyIsLoggedOffToo(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	em.Inject(emsim.Fault{
		Method: http.MethodGet, PathPattern: "/api/security/accounts", Times: 1,
		Kind: emsim.FaultStatus, Status: http.StatusInternalServerError,
	})
	tf := newTerraform(t, operatorAccount(), em.environment()...)
	tf.apply().exits(0)
	em.sessions(3)
	if offs := em.count(http.MethodDelete, "/api/logonSessions/"); offs != 3 {
		t.Errorf("%d sessions were logged off, want 3:\n%s", offs, em.requests())
	}
	em.holds(onServer(true))
	tf.destroy().exits(0)
}

// After a 500 it is not clear whether the server carried out a write. The provider reports it and does not retry.
func TestSim_Process_ACreateAnsweredWith500ForAnUnknownSessionIsReportedAndDoneByTheNextApply(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{UnknownSessionStatus: http.StatusInternalServerError})
	em.Inject(emsim.Fault{
		Method: http.MethodPost, PathPattern: "/api/security/accounts", Kind: emsim.FaultExpireSession, Times: 1,
	})
	tf := newTerraform(t, operatorAccount(vm01), em.environment()...)
	tf.apply().exits(1).says("create", operatorName, "HTTP 500", "The logon session was not found or has expired.")
	em.sessions(3) // the third one to check whether the account was created
	em.holds()
	em.ResetJournal()
	tf.apply().exits(0)
	em.sessions(2)
	em.holds(onServer(false, vm01))
	if creates := em.count(http.MethodPost, "/api/security/accounts"); creates != 1 {
		t.Errorf("the provider sent %d creates, want 1", creates)
	}
	tf.destroy().exits(0)
}

// A restart of the server ends every session while many resources are being created at once.
func TestSim_Process_AServerRestartDuringConcurrentRequestsCostsOneLogon(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	body := ""
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		body += account(name, `TECH\`+name, vm01)
	}
	tf := newTerraform(t, body, em.environment()...)
	var restart sync.Once
	em.Inject(emsim.Fault{Match: func(r emsim.Request) bool {
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/scopes") {
			restart.Do(em.ExpireSessions)
		}
		return false
	}})
	tf.apply().exits(0)
	em.sessions(3)
	if got := len(em.accounts()); got != 8 {
		t.Errorf("%d accounts, want 8", got)
	}
	tf.planIsEmpty()
	tf.destroy().exits(0)
	em.holds()
}
