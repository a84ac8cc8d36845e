// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rebuild_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

const actionType = "veeam_em_rebuild_scopes"

// invoke runs the action and returns its progress messages and its diagnostics.
func invoke(t *testing.T, em *acctest.EM, config map[string]any) (progress, ended []string) {
	t.Helper()
	record := func(message string) { progress = append(progress, message) }
	ended = em.Protocol().Invoke(t.Context(), actionType, config, record)
	return progress, ended
}

// states returns the states of the account's scopes, by name.
func states(t *testing.T, em *acctest.EM, accountID string) map[string]string {
	t.Helper()
	scopes, err := em.Client(nil).ListScopes(t.Context(), accountID)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, s := range scopes {
		out[s.Name] = s.State
	}
	return out
}

// deleted reports whether the task was deleted on the server.
func deleted(em *acctest.EM) bool { return slices.Contains(em.Writes(), "DELETE /api/tasks/task-1") }

func TestRebuild_WaitsForTheTaskAndReportsItsMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{ProcessDelay: -1, TaskDuration: time.Minute, TaskCollect: 10 * time.Second})
		id := em.AddAccountWithScopes(emsim.VM01Ref, emsim.VM01Name)
		progress, ended := invoke(t, em, nil)
		if len(ended) > 0 {
			t.Fatalf("ended with %v after %v", ended, progress)
		}
		// The task is polled after 250 ms, 750 ms, 1.75 s, 3.75 s and 7.75 s, and then every 5 s. An unchanged state is
		// reported every 15 s.
		want := []string{
			"Recalculating the restore scopes (unprocessed)", "The recalculation runs as task-1: Running",
			"task-1 after 18s: Running", "task-1 after 33s: Running", "task-1 after 48s: Running",
			"task-1 after 1m3s: OperationFinished", "task-1 after 1m13s: Finished",
			"The recalculation (task-1) finished after 1m13s: Ok",
		}
		if !slices.Equal(progress, want) {
			t.Errorf("progress %q, want %q", progress, want)
		}
		if got := states(t, em, id); got[emsim.VM01Name] != "Processed" {
			t.Errorf("the scopes are %v", got)
		}
		if deleted(em) {
			t.Error("a task that ended by itself was deleted")
		}
	})
}

func TestRebuild_SendsTheConfiguredMode(t *testing.T) {
	for mode, want := range map[any]string{
		nil: "RebuildUnprocessed", "unprocessed": "RebuildUnprocessed",
		"all": "RebuildAll", "current_user": "RebuildForCurrentUser",
	} {
		em := acctest.StartEM(t, emsim.Options{})
		if _, ended := invoke(t, em, map[string]any{"mode": mode}); len(ended) > 0 {
			t.Errorf("%v: %v", mode, ended)
		}
		bodies := 0
		for _, r := range em.Journal() {
			if r.IsWrite() {
				bodies++
				if r.Path != "/api/security/accounts" || r.Query != "action=rebuildScope" ||
					!strings.Contains(r.Body, "<"+want+">") {
					t.Errorf("%v: sent %s %s?%s %s", mode, r.Method, r.Path, r.Query, r.Body)
				}
			}
		}
		if bodies != 1 {
			t.Errorf("%v: %d writes", mode, bodies)
		}
	}
}

func TestRebuild_FailsWithTheTasksOwnMessage(t *testing.T) {
	for after, options := range map[string]emsim.Options{
		"0s":   {TaskFailure: "The backup server vbr01 is not reachable"},
		"3m3s": {TaskFailure: "The backup server vbr01 is not reachable", TaskDuration: 3 * time.Minute},
	} {
		t.Run(after, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, options)
				_, ended := invoke(t, em, nil)
				want := "error: The recalculation of the restore scopes failed: " +
					"The backup server vbr01 is not reachable.\n\n" +
					"This is the server's message about the task task-1 (StartRebuildScope), after " + after + "."
				if !slices.Equal(ended, []string{want}) {
					t.Errorf("ended with %q, want %q", ended, want)
				}
				if deleted(em) {
					t.Error("a task that ended by itself was deleted")
				}
			})
		})
	}
}

func TestRebuild_DeletesTheTaskOnTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{TaskDuration: time.Hour})
		begun := time.Now()
		_, ended := invoke(t, em, map[string]any{"timeout": "30m"})
		want := "error: The recalculation of the restore scopes was canceled: " +
			"It did not finish within the timeout of 30m0s. " +
			"If the server needs more time, increase timeout in the config block of the action. " +
			"The task task-1 (last state Running) was stopped."
		if !slices.Equal(ended, []string{want}) {
			t.Errorf("ended with %q, want %q", ended, want)
		}
		if took := time.Since(begun); took != 30*time.Minute {
			t.Errorf("took %s", took)
		}
		if !deleted(em) {
			t.Errorf("the task was not deleted: writes %v", em.Writes())
		}
	})
}

func TestRebuild_DeletesTheTaskOnInterrupt(t *testing.T) {
	for name, interrupt := range map[string]func(t *testing.T, p *tfrun.Protocol, cancel func()){
		"the call is cancelled": func(_ *testing.T, _ *tfrun.Protocol, cancel func()) { cancel() },
		"the provider is told to stop": func(t *testing.T, p *tfrun.Protocol, _ func()) {
			if _, err := p.Server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{TaskDuration: time.Hour})
				p := em.Protocol()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				begun := time.Now()
				time.AfterFunc(7*time.Minute, func() { interrupt(t, p, cancel) })
				ended := p.Invoke(ctx, actionType, nil, func(string) {})
				want := "error: The recalculation of the restore scopes was canceled: The run was interrupted. " +
					"The task task-1 (last state Running) was stopped."
				if !slices.Equal(ended, []string{want}) {
					t.Errorf("ended with %q, want %q", ended, want)
				}
				if took := time.Since(begun); took != 7*time.Minute {
					t.Errorf("ended after %s", took)
				}
				if !deleted(em) {
					t.Errorf("the task was not deleted: writes %v", em.Writes())
				}
			})
		})
	}
}

func TestRebuild_InterruptedDuringTheStartLeavesNoTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{TaskDuration: time.Hour})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		em.Inject(emsim.Fault{
			Method: http.MethodPost, PathPattern: "/api/security/accounts",
			Kind: emsim.FaultDelayAfterCommit, Delay: 8 * time.Second,
		})
		// The server takes a second to stop the task, so that the last progress message is delivered before the action ends.
		em.Inject(emsim.Fault{
			Method: http.MethodDelete, PathPattern: "/api/tasks/*",
			Kind: emsim.FaultDelayAfterCommit, Delay: time.Second,
		})
		begun := time.Now()
		time.AfterFunc(3*time.Second, cancel)
		ended := em.Protocol().Invoke(ctx, actionType, nil, func(string) {})
		if len(ended) != 1 ||
			!strings.HasSuffix(ended[0], "The task task-1 (last state Running) was stopped.") || !deleted(em) {
			t.Errorf("ended with %v, writes %v", ended, em.Writes())
		}
		if took := time.Since(begun); took != 9*time.Second {
			t.Errorf("ended after %s, want one second after the answer", took)
		}
	})
}

func TestRebuild_SaysThatTheTaskContinuesIfItIsNotStopped(t *testing.T) {
	t.Setenv("VEEAM_EM_MAX_RETRIES", "0")
	for name, c := range map[string]struct {
		method string // of the requests that fail
		want   string
	}{
		"it cannot be stopped": {http.MethodDelete, "could not be stopped and continues: "},
		"it cannot be polled":  {http.MethodGet, "was not stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{TaskDuration: time.Hour})
				em.Inject(emsim.Fault{Method: c.method, PathPattern: "/api/tasks/*", Kind: emsim.FaultStatus, Status: 503})
				_, ended := invoke(t, em, map[string]any{"timeout": "20m"})
				if len(ended) != 1 || !strings.Contains(ended[0], "task-1") || !strings.Contains(ended[0], c.want) {
					t.Errorf("ended with %v", ended)
				}
			})
		})
	}
}

func TestRebuild_SaysWhyTheStartFailed(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	em.Inject(emsim.Fault{
		Method: http.MethodPost, PathPattern: "/api/security/accounts", Kind: emsim.FaultStatus, Status: 403,
	})
	_, ended := invoke(t, em, nil)
	if len(ended) != 1 || !strings.Contains(ended[0], "Portal Administrator") ||
		!strings.HasPrefix(ended[0], "error: Could not start the recalculation of the restore scopes: ") {
		t.Errorf("ended with %v", ended)
	}
}

func TestRebuild_RefusesAnInvalidConfigurationWithoutARequest(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	for name, c := range map[string]struct {
		config map[string]any
		want   string
	}{
		"mode": {map[string]any{"mode": "some"}, "error: Invalid Attribute Value Match: "},
		"timeout": {
			map[string]any{"timeout": "soon"},
			`error: Not a duration: "soon" is not a positive duration such as 90s or 30m.`,
		},
		"negative timeout": {
			map[string]any{"timeout": "-1s"},
			`error: Not a duration: "-1s" is not a positive duration such as 90s or 30m.`,
		},
	} {
		progress, ended := invoke(t, em, c.config)
		if len(progress) > 0 || len(ended) != 1 || !strings.HasPrefix(ended[0], c.want) {
			t.Errorf("%s: progress %q, ended with %v", name, progress, ended)
		}
	}
	if got := em.Journal(); len(got) > 0 {
		t.Errorf("sent %v", got)
	}
}

// A task belongs to the logon session that started it, so its progress is lost with the session.
func TestRebuild_WarnsThatItsProgressCanNoLongerBeFollowedInAnotherSession(t *testing.T) {
	for name, status := range map[string]int{"401": http.StatusUnauthorized, "500": http.StatusInternalServerError} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				em := acctest.StartEM(t, emsim.Options{TaskDuration: time.Hour, UnknownSessionStatus: status})
				time.AfterFunc(7*time.Minute, em.ExpireSessions)
				begun := time.Now()
				_, ended := invoke(t, em, map[string]any{"timeout": "30m"})
				want := "warning: The recalculation of the restore scopes can no longer be followed: " +
					"The provider had to log on to Enterprise Manager again, and a task is only visible to the logon session that " +
					"started it. The recalculation continues on the server, but its result is not known. The last known state of " +
					"the task task-1 was Running."
				if !slices.Equal(ended, []string{want}) {
					t.Errorf("ended with %q, want %q", ended, want)
				}
				if took := time.Since(begun).Round(time.Minute); took != 7*time.Minute {
					t.Errorf("ended after %s", took)
				}
				if deleted(em) {
					t.Error("the task was deleted")
				}
			})
		})
	}
}

func TestRebuild_FollowsTheTaskInItsOwnSessionAfterAPassing500(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{TaskDuration: 3 * time.Minute})
		em.Inject(emsim.Fault{
			Method: http.MethodGet, PathPattern: "/api/tasks/*", Kind: emsim.FaultStatus, Status: 500, Skip: 3, Times: 1,
		})
		progress, ended := invoke(t, em, nil)
		if len(ended) > 0 || len(progress) == 0 || !strings.HasPrefix(progress[len(progress)-1],
			"The recalculation (task-1) finished after 3m3s: ") {
			t.Errorf("ended with %q after %q", ended, progress)
		}
	})
}

func TestRebuild_TakesAnEarlyResultWithoutAMessage(t *testing.T) {
	options := emsim.Options{
		TaskDuration: time.Minute, TaskCollect: time.Hour, TaskResultEarly: true, OmitTaskMessage: true,
	}
	failing := options
	failing.TaskFailure = "not shown"
	for want, options := range map[string]emsim.Options{
		"The recalculation (task-1) finished after 1m3s: the server gave no message": options,
		"error: The recalculation of the restore scopes failed: " +
			"The server gave no reason for the failure of the task task-1 (StartRebuildScope), after 1m3s.": failing,
	} {
		synctest.Test(t, func(t *testing.T) {
			progress, ended := invoke(t, acctest.StartEM(t, options), nil)
			if all := append(progress, ended...); all[len(all)-1] != want {
				t.Errorf("ended with %q, want %q", all, want)
			}
		})
	}
}
