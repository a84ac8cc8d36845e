// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// lifeline makes the following commands, and the providers that they start, hold one end of a pipe as their standard
// input. The returned channel is closed when all of these processes have ended, after the function has been called.
func (tf *terraform) lifeline() (release func(), ended <-chan struct{}) {
	tf.t.Helper()
	watched, held, err := os.Pipe()
	if err != nil {
		tf.t.Fatal(err)
	}
	tf.stdin = held
	all := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, watched)
		_ = watched.Close()
		close(all)
	}()
	return func() { _ = held.Close() }, all
}

// loggedOff returns a function that reports whether a journal contains this number of successful logoffs.
func loggedOff(sessions int) func([]emsim.Request) bool {
	return func(journal []emsim.Request) bool {
		n := 0
		for _, r := range journal {
			if r.Method == http.MethodDelete && strings.HasPrefix(r.Path, "/api/logonSessions/") &&
				r.Status == http.StatusNoContent {
				n++
			}
		}
		return n == sessions
	}
}

func TestSim_Process_AProviderWhoseCLIHasDiedFinishesItsWorkLogsOffAndEnds(t *testing.T) {
	for name, c := range map[string]struct {
		signal func(*exec.Cmd) error
		env    []string
	}{
		"killed CLI": {signal: killCLI},
		// The provider still writes its log to a pipe that has no reader.
		"killed CLI, with a log": {signal: killCLI, env: []string{"TF_LOG_PROVIDER=TRACE"}},
		"closed terminal":        {signal: hangUpGroup},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := startServer(t, emsim.Options{})
			tf := newTerraform(t, operatorAccount(vm01), em.environment(c.env...)...)
			release := make(chan struct{})
			em.Inject(emsim.Fault{
				Method: http.MethodPost, PathPattern: "/api/security/accounts", Kind: emsim.FaultHoldAfterCommit, Release: release,
			})
			started, ended := tf.lifeline()
			apply := tf.start("apply", "-auto-approve")
			started()
			t.Cleanup(func() { killGroup(apply.cmd) }) // also the provider, if it has not ended
			apply.await(em.front, answered(http.MethodPost, "/api/security/accounts", http.StatusCreated))
			if err := c.signal(apply.cmd); err != nil {
				t.Fatal(err)
			}
			if code := apply.wait().code; code != -1 {
				t.Fatalf("terraform ended with exit code %d, want the signal to end it", code)
			}
			close(release)
			ctx, cancel := context.WithTimeout(t.Context(), commandLimit)
			defer cancel()
			if err := em.AwaitJournal(ctx, loggedOff(2)); err != nil {
				t.Fatalf("the provider has not logged off:\n%s", em.requests())
			}
			select {
			case <-ended:
			case <-ctx.Done():
				t.Fatal("the provider has not ended")
			}
			em.sessions(2)
			em.holds(onServer(false, vm01))
		})
	}
}
