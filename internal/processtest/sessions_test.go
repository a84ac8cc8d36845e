// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_EveryProcessThatNeedsTheServerLogsOnAndOffOnce(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, operatorAccount(vm01)+account("second", `TECH\second`)+rolesDataSource, em.environment()...)
	// One process refreshes and plans, another one applies.
	for _, c := range []struct {
		args   string
		logons int
	}{
		{"validate", 0},
		{"plan -out=plan.bin", 1},
		{"show -json plan.bin", 0},
		{"apply plan.bin", 1},
		{"apply -auto-approve", 1}, // nothing to change
		{"plan", 1},
		{"apply -auto-approve -replace=" + operator, 2},
		{"output", 0},
		{"state list", 0},
		{"destroy -auto-approve", 3}, // terraform destroy makes its plan in another process
	} {
		em.ResetJournal()
		tf.run(strings.Fields(c.args)...).exits(0)
		em.sessions(c.logons)
		if offs := em.count(http.MethodDelete, "/api/logonSessions/"); offs != c.logons {
			t.Errorf("terraform %s: %d sessions were logged off, want %d", c.args, offs, c.logons)
		}
		if c.logons == 0 && len(em.Journal()) != 0 {
			t.Errorf("terraform %s sent requests, want none:\n%s", c.args, em.requests())
		}
	}
	em.holds()
}

func TestSim_Process_AProviderWithoutResourcesSendsNoRequests(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, "provider \"veeam\" {}\nresource \"terraform_data\" \"other\" {}\n", em.environment()...)
	tf.apply().exits(0)
	tf.destroy().exits(0)
	if len(em.Journal()) != 0 {
		t.Errorf("the provider sent requests, want none:\n%s", em.requests())
	}
}

func TestSim_Process_AFailedApplyLogsOff(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{NoScopeLicense: true})
	tf := newTerraform(t, operatorAccount()+operatorScope(vm01), em.environment()...)
	tf.apply().exits(1).says("add the restore scope", "HTTP 403")
	em.sessions(2)
	em.holds(onServer(true))

	em.ResetJournal()
	em.Inject(emsim.Fault{
		Method: http.MethodGet, PathPattern: "/api/security/**", Kind: emsim.FaultStatus, Status: http.StatusForbidden,
	})
	tf.run("plan").exits(1).says("read the account")
	em.sessions(1)
}

// The provider's line in the log shows that it exited by itself: Terraform kills a provider that takes longer to exit,
// and the line would be missing.
func TestSim_Process_ALogoffThatHangsIsAbandonedAndLogged(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	em.Inject(emsim.Fault{
		Method: http.MethodDelete, PathPattern: "/api/logonSessions/*",
		Kind: emsim.FaultHoldBeforeCommit, Release: t.Context().Done(),
	})
	tf := newTerraform(t, operatorAccount(), em.environment("TF_LOG_PROVIDER=WARN")...)
	for _, args := range []string{"plan", "apply -auto-approve", "destroy -auto-approve"} {
		em.ResetJournal()
		r := tf.run(strings.Fields(args)...).exits(0)
		logons := em.count(http.MethodPost, "/api/sessionMngr")
		if tried := em.count(http.MethodDelete, "/api/logonSessions/"); logons == 0 || tried != logons {
			t.Errorf("terraform %s: %d logons and %d attempts to log off, want the same number", args, logons, tried)
		}
		logged := strings.Count(r.output, "was not logged off. Enterprise Manager ends it after 15 minutes without requests")
		if logged != logons {
			t.Errorf("terraform %s: %d sessions are open, but %d are logged:\n%s", args, logons, logged, r.output)
		}
	}
	em.holds()
	em.ExpireSessions() // as the server does after 15 minutes
}

func TestSim_Process_TwoProvidersForTwoServersStaySeparate(t *testing.T) {
	t.Parallel()
	const northUser, southUser = `NORTH\terraform`, `SOUTH\terraform`
	north := startServer(t, emsim.Options{Users: administrator(northUser, "North-Pass-1")})
	south := startServer(t, emsim.Options{Users: administrator(southUser, "South-Pass-2")})
	tf := newTerraform(t, providerBlock("", "em", north.front, northUser, "North-Pass-1")+
		providerBlock("south", "em", south.front, southUser, "South-Pass-2")+
		account("north", `NORTH\operator`)+
		strings.Replace(account("south", `SOUTH\operator`, vm01), "{\n", "{\n  provider = veeam.south\n", 1))
	tf.apply().exits(0)
	tf.planIsEmpty()
	for _, c := range []struct {
		own, other   *server
		user, domain string
	}{{north, south, northUser, "NORTH"}, {south, north, southUser, "SOUTH"}} {
		// Two for the apply and one for the plan: each provider has its own process.
		c.own.sessions(3)
		for _, r := range c.own.Journal() {
			if r.User != c.user {
				t.Errorf("%s: %s %s was sent by %q, want %q", c.domain, r.Method, r.Path, r.User, c.user)
			}
		}
		var creates []string
		for _, r := range c.own.Journal() {
			if r.Method == http.MethodPost && r.Path == "/api/security/accounts" {
				creates = append(creates, r.Body)
			}
		}
		if len(creates) != 1 || !strings.Contains(creates[0], c.domain+`\operator`) {
			t.Errorf("%s: the creates are %q, want one for its operator", c.domain, creates)
		}
		names := c.own.Snapshot()
		if len(names) != 2 || names[0].Name != c.domain+`\operator` || names[1].Name != c.user {
			t.Errorf("%s holds %+v", c.domain, names)
		}
		for _, theirs := range append(c.other.tokens(), c.other.credentials()...) {
			if slices.Contains(c.own.credentials(), theirs) {
				t.Errorf("%s received a credential of the other server", c.domain)
			}
		}
	}
	tf.destroy().exits(0)
}
