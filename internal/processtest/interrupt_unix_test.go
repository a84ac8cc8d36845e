// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"net/http"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// interrupted starts an apply, interrupts it when the server has received the request, and checks that it fails because
// of the interrupt and not because of a time limit, and that it leaves no session.
func interrupted(tf *terraform, em *server, signal func(*exec.Cmd) error, request func([]emsim.Request) bool) result {
	tf.t.Helper()
	em.ResetJournal()
	apply := tf.start("apply", "-auto-approve")
	apply.await(em.front, request)
	if err := signal(apply.cmd); err != nil {
		tf.t.Fatal(err)
	}
	r := apply.wait().exits(1).says("context canceled")
	em.sessions(2)
	return r
}

// converges applies without faults and checks that the server holds exactly these accounts and that the plan is empty.
// Then it destroys everything.
func converges(tf *terraform, em *server, want ...emsim.AccountSnapshot) {
	tf.t.Helper()
	em.ClearFaults()
	tf.apply().exits(0)
	em.holds(want...)
	tf.planIsEmpty()
	tf.destroy().exits(0)
	em.holds()
}

func TestSim_Process_AnInterruptedCreateRecordsTheAccountThatTheServerCreated(t *testing.T) {
	for name, signal := range map[string]func(*exec.Cmd) error{
		"Ctrl-C": interruptGroup, "SIGINT to the CLI": interruptCLI, "SIGTERM to the CLI": terminateCLI,
		"SIGTERM to all": terminateGroup,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := startServer(t, emsim.Options{})
			em.Inject(emsim.Fault{
				Method: http.MethodPost, PathPattern: "/api/security/accounts",
				Kind: emsim.FaultHoldAfterCommit, Release: t.Context().Done(),
			})
			tf := newTerraform(t, operatorAccount(vm01), em.environment()...)
			created := answered(http.MethodPost, "/api/security/accounts", http.StatusCreated)
			interrupted(tf, em, signal, created).says("create", operatorName)
			em.holds(onServer(false, vm01))
			if state := tf.state(); !isTaintedOperator(state, em.accounts()[0].ID) {
				t.Errorf("the state holds %+v, the server %+v", state, em.accounts())
			}
			converges(tf, em, onServer(false, vm01))
		})
	}
}

// isTaintedOperator reports whether the state holds only the operator's account, tainted and with this ID.
func isTaintedOperator(state []held, id string) bool {
	return len(state) == 1 && state[0].Tainted &&
		state[0].Attributes["id"] == id && state[0].Attributes["account_name"] == operatorName
}

// The provider cannot know whether the server will create the account. The state records the account without an ID, and
// the next run looks for it.
func TestSim_Process_AnInterruptedCreateWithoutAnAnswerIsRecordedAndDoneByTheNextApply(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	em.Inject(emsim.Fault{
		Method: http.MethodPost, PathPattern: "/api/security/accounts",
		Kind: emsim.FaultHoldBeforeCommit, Release: t.Context().Done(),
	})
	tf := newTerraform(t, operatorAccount(vm01), em.environment()...)
	interrupted(tf, em, interruptGroup, sent(http.MethodPost, "/api/security/accounts")).says("create", operatorName)
	em.holds()
	if state := tf.state(); !isTaintedOperator(state, "") {
		t.Errorf("the state holds %+v, want the account as tainted and without an ID", state)
	}
	converges(tf, em, onServer(false, vm01))
}

func TestSim_Process_ACreateInterruptedWhileItWaitsForItsScopeRecordsTheAccount(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{ScopeDelay: never})
	tf := newTerraform(t, operatorAccount(vm01), em.environment()...)
	interrupted(tf, em, interruptGroup, func(journal []emsim.Request) bool {
		return slices.ContainsFunc(journal, func(r emsim.Request) bool { return strings.HasSuffix(r.Path, "/scopes") })
	}).says("confirm the restore scopes of the new account", operatorName)
	state := tf.state()
	if len(state) != 1 || !state[0].Tainted || state[0].Attributes["id"] != em.accounts()[0].ID {
		t.Errorf("the state holds %+v, the server %+v", state, em.accounts())
	}
	em.Configure(func(o *emsim.Options) { o.ScopeDelay = 0 })
	converges(tf, em, onServer(false, vm01))
}

func TestSim_Process_AnInterruptedUpdateWhoseScopeIsNotListedYetDoesNotAddTheScopeAgain(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, operatorAccount(vm01), em.environment()...)
	tf.apply().exits(0)
	id := em.accounts()[0].ID
	scopes := "/api/security/accounts/" + id + "/scopes"

	em.Configure(func(o *emsim.Options) { o.ScopeDelay = never })
	tf.configure(operatorAccount(vm01, web01))
	interrupted(tf, em, interruptGroup, readAfterPost(scopes)).says("change the account", operatorName)
	state := tf.state()
	if len(state) != 1 || state[0].Tainted || state[0].Attributes["id"] != id ||
		!slices.Equal(names(state[0]), []string{vm01.name}) {
		t.Errorf("the state holds %+v, want %s with only the scope %s", state, id, vm01.name)
	}

	// The scope appears between the two runs.
	em.Configure(func(o *emsim.Options) { o.ScopeDelay = 0 })
	em.list(id)
	em.ResetJournal()
	tf.apply().exits(0)
	if got := em.writes(); len(got) != 0 {
		t.Errorf("the apply sent %v, want nothing because the scope exists", got)
	}
	if got := em.accounts()[0].ID; got != id {
		t.Errorf("the account was recreated: its ID was %s and is %s", id, got)
	}
	converges(tf, em, onServer(false, web01, vm01))
}

// names returns the object names in an account's restore_scope, sorted.
func names(r held) []string {
	var out []string
	items, _ := r.Attributes["restore_scope"].([]any)
	for _, i := range items {
		if attributes, ok := i.(map[string]any); ok {
			name, _ := attributes["object_name"].(string)
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func TestSim_Process_AnInterruptedScopeResourceIsRecordedAndNotAddedTwice(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, operatorAccount(), em.environment()...)
	tf.apply().exits(0)
	id := em.accounts()[0].ID
	scopes := "/api/security/accounts/" + id + "/scopes"

	em.Configure(func(o *emsim.Options) { o.ScopeDelay = never })
	tf.configure(operatorAccount() + operatorScope(web01))
	interrupted(tf, em, interruptGroup, readAfterPost(scopes)).says("add the restore scope", web01.name)
	em.holds(onServer(true, web01))
	state := tf.state()
	if len(state) != 2 || state[0].Address != operator || state[0].Tainted ||
		state[1].Address != "veeam_em_account_scope.one" || !state[1].Tainted {
		t.Errorf("the state holds %+v, want the account and the tainted scope", state)
	}

	// The scope appears between the two runs.
	em.Configure(func(o *emsim.Options) { o.ScopeDelay = 0 })
	em.list(id)
	converges(tf, em, onServer(true, web01))
}

func TestSim_Process_AnInterruptedDeleteIsFinishedByTheNextApply(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, operatorAccount(), em.environment()...)
	tf.apply().exits(0)
	path := "/api/security/accounts/" + em.accounts()[0].ID
	em.Inject(emsim.Fault{
		Method: http.MethodDelete, PathPattern: path,
		Kind: emsim.FaultHoldAfterCommit, Release: t.Context().Done(),
	})
	tf.configure("")
	deleted := answered(http.MethodDelete, path, http.StatusNoContent)
	interrupted(tf, em, interruptGroup, deleted).says("delete the account", operatorName)
	em.holds()
	if state := tf.state(); len(state) != 1 || state[0].Address != operator {
		t.Errorf("the state holds %+v, want the account because its deletion was not confirmed", state)
	}
	converges(tf, em)
}

func TestSim_Process_AnInterruptedRefreshDoesNotWaitForItsRequest(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, operatorAccount(), em.environment()...)
	tf.apply().exits(0)
	before := tf.state()
	path := "/api/security/accounts/" + em.accounts()[0].ID
	em.Inject(emsim.Fault{
		Method: http.MethodGet, PathPattern: path, Kind: emsim.FaultHoldBeforeCommit, Release: t.Context().Done(),
	})
	em.ResetJournal()
	plan := tf.start("plan")
	plan.await(em.front, sent(http.MethodGet, path))
	if err := interruptGroup(plan.cmd); err != nil {
		t.Fatal(err)
	}
	plan.wait().exits(1).says("context canceled")
	em.sessions(1)
	if after := tf.state(); !reflect.DeepEqual(before, after) {
		t.Errorf("the state was %+v and is %+v", before, after)
	}
	converges(tf, em, onServer(true))
}

// The session exists as soon as the server has accepted the logon, even if the provider no longer waits for the answer.
// In this test the server answers after the provider has abandoned the work that needed the session.
func TestSim_Process_AnInterruptedLogonIsLoggedOffWhenItsAnswerArrives(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	release := make(chan struct{})
	em.Inject(emsim.Fault{
		Method: http.MethodPost, PathPattern: "/api/sessionMngr", Kind: emsim.FaultHoldAfterCommit, Release: release,
	})
	tf := newTerraform(t, operatorAccount(), em.environment("TF_LOG_PROVIDER=TRACE")...)
	plan := tf.start("plan")
	plan.await(em.front, answered(http.MethodPost, "/api/sessionMngr/", http.StatusCreated))
	if err := interruptGroup(plan.cmd); err != nil {
		t.Fatal(err)
	}
	plan.awaitOutput("Served request", "PlanResourceChange")
	close(release)
	plan.wait().exits(1).says("context canceled")
	em.sessions(1)
}

func TestSim_Process_AnInterruptedRunLogsOffFromBothProducts(t *testing.T) {
	t.Parallel()
	em, vb := startServer(t, emsim.Options{}), startServer365(t, vb365sim.Options{})
	vb.Inject(vb365sim.Fault{
		PathPattern: "/v8/Organizations", Kind: emsim.FaultHoldBeforeCommit, Release: t.Context().Done(),
	})
	em.Inject(emsim.Fault{
		PathPattern: "/api/security/roles", Kind: emsim.FaultHoldBeforeCommit, Release: t.Context().Done(),
	})
	tf := newTerraform(t, rolesDataSource+organizationsDataSource, slices.Concat(em.environment(), vb.environment())...)
	plan := tf.start("plan")
	plan.await(vb.front, sent(http.MethodGet, "/v8/Organizations"))
	plan.await(em.front, sent(http.MethodGet, "/api/security/roles"))
	if err := interruptGroup(plan.cmd); err != nil {
		t.Fatal(err)
	}
	plan.wait().exits(1).says("context canceled")
	em.sessions(1)
	vb.sessions(1)
	if n := vb.count(http.MethodPost, "/v8/token/logout"); n != 1 {
		t.Errorf("%d logoffs, want 1:\n%s", n, vb.requests())
	}
}
