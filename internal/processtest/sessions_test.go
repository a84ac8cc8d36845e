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

func TestSim_Process_EveryProcessThatNeedsTheServerLogsOnOnceAndOffAgain(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, operatorAccount(vm01)+account("second", `TECH\second`)+rolesDataSource, em.environment()...)
	// One process refreshes and plans, another applies.
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
		{"destroy -auto-approve", 3}, // the plan to destroy is a process of its own
	} {
		em.ResetJournal()
		tf.run(strings.Fields(c.args)...).exits(0)
		em.sessions(c.logons)
		if offs := em.count(http.MethodDelete, "/api/logonSessions/"); offs != c.logons {
			t.Errorf("terraform %s: %d sessions logged off, want %d", c.args, offs, c.logons)
		}
		if c.logons == 0 && len(em.Journal()) != 0 {
			t.Errorf("terraform %s sent\n%s", c.args, em.requests())
		}
	}
	em.holds()
}

func TestSim_Process_AProviderThatNothingNeedsSendsNothing(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, "provider \"veeam\" {}\nresource \"terraform_data\" \"other\" {}\n", em.environment()...)
	tf.apply().exits(0)
	tf.destroy().exits(0)
	if len(em.Journal()) != 0 {
		t.Errorf("sent\n%s", em.requests())
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
	em.Inject(emsim.Fault{Method: http.MethodGet, PathPattern: "/api/security/**", Kind: emsim.FaultStatus, Status: http.StatusForbidden})
	tf.run("plan").exits(1).says("read the account")
	em.sessions(1)
}

// The provider's own line in the log shows that it ended by itself: Terraform kills one that takes longer, and would then
// have cut it off.
func TestSim_Process_ALogoffThatHangsIsGivenUpAndSaidInTheLog(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	em.Inject(emsim.Fault{Method: http.MethodDelete, PathPattern: "/api/logonSessions/*", Kind: emsim.FaultHoldBeforeCommit, Release: t.Context().Done()})
	tf := newTerraform(t, operatorAccount(), em.environment("TF_LOG_PROVIDER=WARN")...)
	for _, args := range []string{"plan", "apply -auto-approve", "destroy -auto-approve"} {
		em.ResetJournal()
		r := tf.run(strings.Fields(args)...).exits(0)
		logons := em.count(http.MethodPost, "/api/sessionMngr")
		if tried := em.count(http.MethodDelete, "/api/logonSessions/"); logons == 0 || tried != logons {
			t.Errorf("terraform %s: %d logons, %d times tried to log off", args, logons, tried)
		}
		if said := strings.Count(r.output, "was not logged off, and ends by itself after 15 idle minutes"); said != logons {
			t.Errorf("terraform %s: %d sessions left, said %d times:\n%s", args, logons, said, r.output)
		}
	}
	em.holds()
	em.ExpireSessions() // as the server does after 15 minutes
}

func TestSim_Process_TwoProvidersToTwoServersKeepApart(t *testing.T) {
	t.Parallel()
	user := func(name, password string) emsim.Options {
		return emsim.Options{Users: []emsim.User{{Name: name, Password: password, Roles: []string{emsim.RolePortalAdministrator}}}}
	}
	const northUser, southUser = `NORTH\terraform`, `SOUTH\terraform`
	north, south := startServer(t, user(northUser, "North-Pass-1")), startServer(t, user(southUser, "South-Pass-2"))
	tf := newTerraform(t, providerBlock("", north, northUser, "North-Pass-1")+providerBlock("south", south, southUser, "South-Pass-2")+
		account("north", `NORTH\operator`)+
		strings.Replace(account("south", `SOUTH\operator`, vm01), "{\n", "{\n  provider = veeam.south\n", 1))
	tf.apply().exits(0)
	tf.planIsEmpty()
	for _, c := range []struct {
		own, other   *server
		user, domain string
	}{{north, south, northUser, "NORTH"}, {south, north, southUser, "SOUTH"}} {
		// Two of the apply, one of the plan: the providers share no process.
		c.own.sessions(3)
		for _, r := range c.own.Journal() {
			if r.User != c.user {
				t.Errorf("%s: %s %s by %q", c.domain, r.Method, r.Path, r.User)
			}
		}
		var creates []string
		for _, r := range c.own.Journal() {
			if r.Method == http.MethodPost && r.Path == "/api/security/accounts" {
				creates = append(creates, r.Body)
			}
		}
		if len(creates) != 1 || !strings.Contains(creates[0], c.domain+`\operator`) {
			t.Errorf("%s: creates %q", c.domain, creates)
		}
		names := c.own.Snapshot()
		if len(names) != 2 || names[0].Name != c.domain+`\operator` || names[1].Name != c.user {
			t.Errorf("%s holds %+v", c.domain, names)
		}
		for _, theirs := range append(c.other.tokens(), c.other.credentials()...) {
			if slices.Contains(c.own.credentials(), theirs) {
				t.Errorf("%s was shown a credential of the other server", c.domain)
			}
		}
	}
	tf.destroy().exits(0)
}
