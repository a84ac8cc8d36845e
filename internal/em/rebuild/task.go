// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rebuild

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

const (
	pollMin = 250 * time.Millisecond
	pollMax = 5 * time.Second
	// reportEvery is how often a rebuild that goes on is reported.
	reportEvery = 15 * time.Second
	// stopTimeout is for the start of a rebuild to answer after an interrupt, and then for stopping it.
	stopTimeout = 10 * time.Second
)

// taskRun is one run of the action.
type taskRun struct {
	client  *emapi.Client
	mode    string
	timeout time.Duration
	begun   time.Time
	send    func(action.InvokeProgressEvent)
}

// run starts the rebuild and follows its task until it ends or ctx does; then the task is stopped.
func (r *taskRun) run(ctx context.Context) diag.Diagnostics {
	r.tell(ctx, fmt.Sprintf("Rebuilding the restore scopes (%s)", r.mode))
	task, err := r.start(ctx)
	if err != nil {
		return diag.Diagnostics{tfkit.Failure("start the rebuild of the restore scopes", err)}
	}
	r.tell(ctx, fmt.Sprintf("The rebuild is %s on the server: %s", task.ID, task.State))
	last, err := r.follow(ctx, *task)
	switch {
	case err != nil && ctx.Err() != nil:
		return r.stop(ctx, last)
	case err != nil:
		return diag.Diagnostics{tfkit.Failure("follow the rebuild of the restore scopes",
			fmt.Errorf("%w\n\nThe task %s, which was %s when it was last seen, was not stopped", err, last.ID, last.State))}
	case last.Failed():
		message := sentence(last.Message)
		if message == "" {
			message = "The server gave no reason."
		}
		return diag.Diagnostics{diag.NewErrorDiagnostic("The rebuild of the restore scopes failed",
			fmt.Sprintf("%s\n\nThis is the server's message of the task %s (%s), after %s.", message, last.ID, last.Operation, r.elapsed()))}
	}
	message := last.Message
	if message == "" {
		message = "the server gave no message"
	}
	r.tell(ctx, fmt.Sprintf("The rebuild (%s) is done after %s: %s", last.ID, r.elapsed(), message))
	return nil
}

// start sends the request. An interrupt while the answer is on its way does not end it at once: without the task's ID a
// rebuild that has begun could not be stopped.
func (r *taskRun) start(ctx context.Context) (*emapi.Task, error) {
	whole, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		select {
		case <-whole.Done():
		case <-time.After(stopTimeout):
			cancel()
		}
	})()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.client.RebuildScopes(whole, r.mode)
}

// follow asks for the task until it is done, and returns what was last seen of it. A task whose operation is over but
// whose result is not collected yet is asked for again.
func (r *taskRun) follow(ctx context.Context, task emapi.Task) (emapi.Task, error) {
	if done(task) {
		return task, nil
	}
	reported := time.Now()
	pace := httpkit.Pace{Min: pollMin, Max: pollMax, PauseFirst: true, Exact: true}
	_, err := httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) {
		next, err := r.client.GetTask(ctx, task.ID)
		if err != nil {
			return false, err
		}
		if next.State != task.State || time.Since(reported) >= reportEvery {
			r.tell(ctx, fmt.Sprintf("%s after %s: %s", task.ID, r.elapsed(), next.State))
			reported = time.Now()
		}
		task = *next
		return done(task), nil
	})
	return task, err
}

func done(task emapi.Task) bool {
	return task.State == "Finished" || task.Finished() && (task.Success || task.Failed())
}

// stop ends the task on the server, since nobody waits for it any more, and says why.
func (r *taskRun) stop(ctx context.Context, task emapi.Task) diag.Diagnostics {
	why := "The run was interrupted."
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		why = fmt.Sprintf("It did not end within %s, the time that timeout gives it. Raise timeout where the server needs longer.", r.timeout)
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	fate := fmt.Sprintf("The task %s, which was %s, was stopped.", task.ID, task.State)
	if err := r.client.DeleteTask(stopCtx, task.ID); err != nil {
		fate = fmt.Sprintf("The task %s, which was %s, could not be stopped and goes on: %v", task.ID, task.State, err)
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("The rebuild of the restore scopes was given up", why+" "+fate)}
}

// tell reports progress. Whoever does not listen any more holds nothing up beyond ctx.
func (r *taskRun) tell(ctx context.Context, message string) {
	if ctx.Err() != nil {
		return
	}
	told := make(chan struct{})
	go func() {
		r.send(action.InvokeProgressEvent{Message: message})
		close(told)
	}()
	select {
	case <-told:
	case <-ctx.Done():
	}
}

func (r *taskRun) elapsed() time.Duration {
	elapsed := time.Since(r.begun)
	if elapsed < 10*time.Second {
		return elapsed.Round(100 * time.Millisecond)
	}
	return elapsed.Round(time.Second)
}

// sentence ends a message of the server with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}
