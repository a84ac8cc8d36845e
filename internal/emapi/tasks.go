// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// Task is an operation that the server performs in the background.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /tasks/{ID}.
type Task struct {
	ID        string // for example task-1
	State     string // Running, OperationFinished or Finished
	Operation string
	Success   bool   // of the result; false if there is none yet
	Message   string // of the result

	noResult bool     // the server returned no result
	session  *session // that started the task
}

// ErrOtherSession says that the server does not show a task because the client has logged on again since it started the
// task: a task is only visible to the logon session that started it. It says nothing about the task, which goes on.
var ErrOtherSession = errors.New("the client has logged on again, and only the former logon session knows the task")

// Finished reports whether the task has ended, successfully or not.
func (t Task) Finished() bool {
	return strings.EqualFold(t.State, "Finished") || strings.EqualFold(t.State, "OperationFinished")
}

// Failed reports whether the task has ended with a result other than success.
func (t Task) Failed() bool { return t.Finished() && !t.noResult && !t.Success }

// RebuildModes lists the modes of [Client.RebuildScopes].
var RebuildModes = []string{"all", "unprocessed", "current_user"}

type rebuildXML struct {
	XMLName               xml.Name  `xml:"http://www.veeam.com/ent/v1.0 RebuildScopeJobSpec"`
	RebuildAll            *struct{} `xml:"RebuildAll"`
	RebuildUnprocessed    *struct{} `xml:"RebuildUnprocessed"`
	RebuildForCurrentUser *struct{} `xml:"RebuildForCurrentUser"`
}

// RebuildScopes makes the server recalculate what the restore scopes cover, and returns the task that does so. The mode
// is one of [RebuildModes].
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts?action=rebuildScope.
func (c *Client) RebuildScopes(ctx context.Context, mode string) (*Task, error) {
	const op, object = "rebuild", "the restore scopes"
	var spec rebuildXML
	switch mode {
	case "all":
		spec.RebuildAll = &struct{}{}
	case "unprocessed":
		spec.RebuildUnprocessed = &struct{}{}
	case "current_user":
		spec.RebuildForCurrentUser = &struct{}{}
	default:
		err := fmt.Errorf("the mode %q is not one of %s", clip(mode, 40), strings.Join(RebuildModes, ", "))
		return nil, &Error{Op: op, Object: object, Err: err}
	}
	r := post(op, object, "security/accounts", spec)
	r.query = url.Values{"action": {"rebuildScope"}}
	task, err := read(ctx, c, r, parseTask)
	if err != nil {
		return nil, err
	}
	task.session = r.sentIn
	return task, nil
}

// GetTask reads a task again. The error wraps [ErrOtherSession] if the logon session that started it has ended.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /tasks/{ID}.
func (c *Client) GetTask(ctx context.Context, task Task) (*Task, error) {
	if err := checkTaskID(task.ID); err != nil {
		return nil, &Error{Op: "read", Object: "task", Err: err}
	}
	r := get("read", "task "+task.ID, "tasks/"+url.PathEscape(task.ID))
	r.only = task.session
	isTask := func(t *Task) bool { return strings.EqualFold(t.ID, task.ID) }
	now, err := read(ctx, c, r, parseObject(parseTask, isTask))
	if err != nil {
		return nil, err
	}
	now.session = task.session
	return now, nil
}

// DeleteTask stops a task. It succeeds if the task does not exist.
//
// Source: Veeam Backup Enterprise Manager REST API reference, DELETE /tasks/{ID}.
func (c *Client) DeleteTask(ctx context.Context, task Task) error {
	if err := checkTaskID(task.ID); err != nil {
		return &Error{Op: "stop", Object: "task", Err: err}
	}
	r := remove("stop", "task "+task.ID, "tasks/"+url.PathEscape(task.ID))
	r.only = task.session
	// Nothing depends on whether a task that the server does not know has ended.
	return c.remove(ctx, r, func() (bool, error) { return false, nil })
}

func checkTaskID(id string) error {
	if !isWord(id) {
		return fmt.Errorf("%q is not the ID of a task", clip(id, 80))
	}
	return nil
}

// taskResultXML is the result in a task, which is nil if there is none yet.
type taskResultXML struct {
	Result *struct {
		Success string `xml:"Success,attr"`
		Message string `xml:"Message"`
	} `xml:"Result"`
}

// failedTask reports whether the body of a response is a task that has failed, and returns the message of its result.
// Nothing else in the task matters.
func failedTask(body []byte) (message string, failed bool) {
	var doc taskResultXML
	if _, err := decode(body, map[string]any{"Task": &doc}); err != nil || doc.Result == nil {
		return "", false
	}
	success, err := parseBool("Result Success", doc.Result.Success)
	return doc.Result.Message, err == nil && !success
}

func parseTask(body []byte) (*Task, error) {
	var doc struct {
		Href      string `xml:"Href,attr"`
		TaskID    string `xml:"TaskId"`
		State     string `xml:"State"`
		Operation string `xml:"Operation"`
		taskResultXML
	}
	if _, err := decode(body, map[string]any{"Task": &doc}); err != nil {
		return nil, err
	}
	t := &Task{
		ID:        strings.TrimSpace(doc.TaskID),
		State:     strings.TrimSpace(doc.State),
		Operation: strings.TrimSpace(doc.Operation),
	}
	if t.ID == "" {
		t.ID = segmentOfHref(doc.Href, "tasks")
	}
	if err := checkTaskID(t.ID); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(taskStates, func(s string) bool { return strings.EqualFold(s, t.State) }); i >= 0 {
		t.State = taskStates[i]
	}
	if t.State == "" {
		return nil, errors.New("the task in the response has no State")
	}
	t.noResult = doc.Result == nil
	if doc.Result != nil {
		success, err := parseBool("Result Success", doc.Result.Success)
		if err != nil {
			return nil, err
		}
		t.Success, t.Message = success, clip(doc.Result.Message, httpkit.MaxMessage)
	}
	return t, nil
}

var taskStates = []string{"Running", "OperationFinished", "Finished"}
