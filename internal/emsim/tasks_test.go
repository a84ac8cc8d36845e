// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func rebuildSpec(mode string) string {
	return "<RebuildScopeJobSpec " + ns + "><" + mode + "/></RebuildScopeJobSpec>"
}

func TestRebuild_MatchesTheVendorsExample(t *testing.T) {
	f := start(t, emsim.Options{})
	a := f.post("/security/accounts?action=rebuildScope", rebuildSpec("RebuildAll")).want(t, http.StatusCreated)
	href := apiURL + "/tasks/task-1"
	a.equals(t, `<Task `+ns+` Type="Task" Href="`+href+`">
		<Links><Link Rel="Delete" Type="Task" Href="`+href+`" /></Links>
		<TaskId>task-1</TaskId><State>Finished</State><Operation>StartRebuildScope</Operation>
		<Result Success="true"><Message>Ok</Message></Result>
	</Task>`)
	if got := a.header.Get("Location"); got != href {
		t.Errorf("Location %s", got)
	}
}

func TestRebuild_RequiresExactlyOneMode(t *testing.T) {
	f := start(t, emsim.Options{})
	path := "/security/accounts?action=rebuildScope"
	for _, mode := range []string{"RebuildAll", "RebuildUnprocessed", "RebuildForCurrentUser"} {
		f.post(path, rebuildSpec(mode)).want(t, http.StatusCreated)
		f.post(path, `{"`+mode+`":{}}`, asJSON).want(t, http.StatusCreated)
		f.post(path, `{"`+mode+`":null}`, asJSON).want(t, http.StatusCreated)
	}
	for _, body := range []string{
		rebuildSpec("RebuildSome"),
		"<RebuildScopeJobSpec " + ns + "/>",
		"<RebuildScopeJobSpec " + ns + "><RebuildAll/><RebuildAll/></RebuildScopeJobSpec>",
	} {
		f.post(path, body).want(t, http.StatusBadRequest)
	}
	f.post(path, `{}`, asJSON).want(t, http.StatusBadRequest)
}

func TestRebuild_ProcessesScopesWhenItCompletes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{ProcessDelay: -1, TaskDuration: 10 * time.Second, TaskCollect: 5 * time.Second})
		account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01")))
		f.post("/security/accounts?action=rebuildScope", rebuildSpec("RebuildUnprocessed")).
			want(t, http.StatusCreated, "<State>Running</State><Operation>StartRebuildScope</Operation></Task>")
		if got := f.states(account); got != "VM01 Unprocessed" {
			t.Errorf("scopes %s", got)
		}
		time.Sleep(10 * time.Second)
		f.get("/tasks/task-1").want(t, http.StatusOK, "<State>OperationFinished</State>")
		if got := f.states(account); got != "VM01 Processed" {
			t.Errorf("scopes %s", got)
		}
		time.Sleep(5 * time.Second)
		f.get("/tasks/task-1").want(t, http.StatusOK, "<State>Finished</State>", `<Result Success="true">`)
		f.get("/tasks").want(t, http.StatusOK, "<Tasks "+ns+"><Task ")
	})
}

func TestRebuild_ForTheCurrentUserSkipsOtherAccounts(t *testing.T) {
	f := start(t, emsim.Options{ProcessDelay: -1})
	account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01")))
	var own string
	f.Mutate(func(s *emsim.Store) {
		own = s.FindAccount("User", emsim.DefaultUser).ID
		s.AddScope(own, emsim.VMWeb01Ref, "web01")
	})
	f.post("/security/accounts?action=rebuildScope", rebuildSpec("RebuildForCurrentUser")).want(t, http.StatusCreated)
	if got := f.states(account); got != "VM01 Unprocessed" {
		t.Errorf("scopes of the other account %s", got)
	}
	if got := f.states("/security/accounts/" + own); got != "web01 Processed" {
		t.Errorf("own scopes %s", got)
	}
}

func TestRebuild_FailsWithTheMessageOfTheOption(t *testing.T) {
	f := start(t, emsim.Options{TaskFailure: "The backup server is not available.", ProcessDelay: -1})
	account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01")))
	f.post("/security/accounts?action=rebuildScope", rebuildSpec("RebuildAll")).want(t, http.StatusCreated,
		`<State>Finished</State>`, `<Result Success="false"><Message>The backup server is not available.</Message></Result>`)
	if got := f.states(account); got != "VM01 Unprocessed" {
		t.Errorf("scopes %s", got)
	}
}

func TestTask_DeleteStopsARunningTaskAndRemovesAFinishedOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{TaskDuration: time.Minute, ProcessDelay: -1})
		account := f.create(noVMsBut(item(emsim.VM01Ref, "VM01")))
		f.post("/security/accounts?action=rebuildScope", rebuildSpec("RebuildAll"), acceptJSON).
			want(t, http.StatusCreated, `"State":"Running"`)
		f.delete("/tasks/task-1").want(t, http.StatusNoContent)
		f.get("/tasks/task-1", acceptJSON).want(t, http.StatusOK, `"State":"Finished"`,
			`"Result":{"Success":false,"Message":"The task was stopped."}`)
		time.Sleep(time.Minute)
		if got := f.states(account); got != "VM01 Unprocessed" {
			t.Errorf("scopes %s", got)
		}
		f.delete("/tasks/task-1").want(t, http.StatusNoContent)
		f.get("/tasks/task-1").want(t, http.StatusNotFound)
		f.delete("/tasks/task-9").want(t, http.StatusNotFound)
	})
}

func TestTask_IsKnownOnlyToTheSessionThatStartedIt(t *testing.T) {
	f := start(t, emsim.Options{})
	f.post("/security/accounts?action=rebuildScope", rebuildSpec("RebuildAll")).want(t, http.StatusCreated)
	f.get("/tasks/task-1").want(t, http.StatusOK)
	f.token = f.logOn(emsim.DefaultUser, emsim.DefaultPassword).header.Get("X-RestSvcSessionId")
	unknown := "There is no backup task with id [task-1] in current rest session"
	f.get("/tasks/task-1").want(t, http.StatusInternalServerError, unknown)
	f.delete("/tasks/task-1").want(t, http.StatusInternalServerError, unknown)
	f.get("/tasks").equals(t, "<Tasks "+ns+" />")
}

func TestTask_ShowsItsResultEarlyAndWithoutAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, emsim.Options{
			TaskDuration: time.Minute, TaskCollect: time.Minute, TaskResultEarly: true, OmitTaskMessage: true,
		})
		f.post("/security/accounts?action=rebuildScope", rebuildSpec("RebuildAll")).
			want(t, http.StatusCreated, "</Operation></Task>")
		time.Sleep(time.Minute)
		f.get("/tasks/task-1").want(t, http.StatusOK, "<State>OperationFinished</State>", `<Result Success="true" /></Task>`)
	})
}

func TestScopes_CanBeAnsweredWithAFailedTask(t *testing.T) {
	f := start(t, emsim.Options{ScopeFailure: "The host is locked."})
	account := f.create(tag("AllowRestoreAllVms", "true"))
	f.post(account+"/scopes", scopeSpec(item(emsim.VM01Ref, "VM01"))).want(t, http.StatusAccepted,
		"<Task ", "<TaskId>task-1</TaskId>", `<Result Success="false"><Message>The host is locked.</Message></Result>`)
	if got := f.states(account); got != "" {
		t.Errorf("scopes %s", got)
	}
}
