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
	// pollMax is the longest pause between two looks at the task.
	pollMax = 5 * time.Second
	// reportEvery is the interval between reports of a recalculation that is running.
	reportEvery = 15 * time.Second
	// stopTimeout limits how long an interrupted run waits for the answer to its start request, and then for the stop.
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

// run starts the recalculation and waits until its task ends. If ctx ends first, it stops the task.
func (r *taskRun) run(ctx context.Context) diag.Diagnostics {
	r.report(ctx, fmt.Sprintf("Recalculating the restore scopes (%s)", r.mode))
	task, err := r.start(ctx)
	if err != nil {
		return diag.Diagnostics{tfkit.Failure("start the recalculation of the restore scopes", err)}
	}
	r.report(ctx, fmt.Sprintf("The recalculation runs as %s: %s", task.ID, task.State))
	last, err := r.follow(ctx, *task)
	switch {
	case err != nil && ctx.Err() != nil:
		return r.stop(ctx, last)
	case errors.Is(err, emapi.ErrOtherSession):
		return diag.Diagnostics{diag.NewWarningDiagnostic("The recalculation of the restore scopes can no longer be followed",
			fmt.Sprintf("The provider had to log on to Enterprise Manager again, and a task is only visible to the logon "+
				"session that started it. The recalculation continues on the server, but its result is not known. The last "+
				"known state of the task %s was %s.", last.ID, last.State))}
	case err != nil:
		return diag.Diagnostics{tfkit.Failure("track the recalculation of the restore scopes",
			fmt.Errorf("%w\n\nThe task %s was not stopped. Its last known state was %s", err, last.ID, last.State))}
	case last.Failed():
		return diag.Diagnostics{r.failure(last)}
	}
	message := last.Message
	if message == "" {
		message = "the server gave no message"
	}
	r.report(ctx, fmt.Sprintf("The recalculation (%s) finished after %s: %s", last.ID, r.elapsed(), message))
	return nil
}

func (r *taskRun) failure(task emapi.Task) diag.Diagnostic {
	detail := fmt.Sprintf("%s\n\nThis is the server's message about the task", sentence(task.Message))
	if task.Message == "" {
		detail = "The server gave no reason for the failure of the task"
	}
	return diag.NewErrorDiagnostic("The recalculation of the restore scopes failed",
		fmt.Sprintf("%s %s (%s), after %s.", detail, task.ID, task.Operation, r.elapsed()))
}

// start sends the request. If it is interrupted, it still waits for a while for the answer, because without the ID of
// the task a recalculation that has begun could not be stopped.
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

// follow polls the task until it is done, and returns its last known state. It keeps polling a task whose operation has
// finished but whose result is not available yet.
func (r *taskRun) follow(ctx context.Context, task emapi.Task) (emapi.Task, error) {
	if done(task) {
		return task, nil
	}
	reported := time.Now()
	pace := httpkit.Pace{Max: pollMax, PauseFirst: true, Exact: true}
	_, err := httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) {
		next, err := r.client.GetTask(ctx, task)
		if err != nil {
			return false, err
		}
		if next.State != task.State || time.Since(reported) >= reportEvery {
			r.report(ctx, fmt.Sprintf("%s after %s: %s", task.ID, r.elapsed(), next.State))
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

// stop stops the task on the server, because the run no longer waits for it, and returns an error with the reason.
func (r *taskRun) stop(ctx context.Context, task emapi.Task) diag.Diagnostics {
	why := "The run was interrupted."
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		why = fmt.Sprintf("It did not finish within the timeout of %s. "+
			"If the server needs more time, increase timeout in the config block of the action.", r.timeout)
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	result := fmt.Sprintf("The task %s (last state %s) was stopped.", task.ID, task.State)
	if err := r.client.DeleteTask(stopCtx, task); err != nil {
		result = fmt.Sprintf("The task %s (last state %s) could not be stopped and continues: %v", task.ID, task.State, err)
	}
	const summary = "The recalculation of the restore scopes was canceled"
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, why+" "+result)}
}

// report reports progress to Terraform. If Terraform no longer receives events, report returns when ctx ends.
func (r *taskRun) report(ctx context.Context, message string) {
	if ctx.Err() != nil {
		return
	}
	sent := make(chan struct{})
	go func() {
		r.send(action.InvokeProgressEvent{Message: message})
		close(sent)
	}()
	select {
	case <-sent:
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
