// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// task is a rebuild of scopes.
type task struct {
	id        string
	mode      string // RebuildAll, RebuildUnprocessed, RebuildForCurrentUser
	accountID string // account of the user that started the rebuild
	sessionID string // the logon session that started the rebuild: other sessions do not know it
	doneAt    time.Time
	finishAt  time.Time
	failure   string
	applied   bool
	stopped   bool
}

// settle applies the rebuild if it is due.
func (t *task) settle(s *Store, now time.Time) {
	if t.applied || t.stopped || t.failure != "" || now.Before(t.doneAt) {
		return
	}
	t.applied = true
	for _, a := range s.accounts {
		if t.mode == "RebuildForCurrentUser" && a.ID != t.accountID {
			continue
		}
		for _, sc := range a.Scopes {
			sc.Processed = sc.Processed || sc.listed(now)
		}
	}
}

func (t *task) state(now time.Time) string {
	switch {
	case t.stopped || !now.Before(t.finishAt):
		return "Finished"
	case !now.Before(t.doneAt):
		return "OperationFinished"
	}
	return "Running"
}

func (s *Server) rebuildScopes(c *call) response {
	spec, err := c.parseBody(rebuildShape)
	if err != nil {
		return fail(http.StatusBadRequest, "%s", err)
	}
	st := s.store
	now := time.Now()
	t := &task{
		id: st.nextTaskID(), mode: spec.kids[0].name, failure: s.opts.TaskFailure,
		sessionID: c.session.id,
		doneAt:    now.Add(s.opts.TaskDuration), finishAt: now.Add(s.opts.TaskDuration + s.opts.TaskCollect),
	}
	if own := s.ownAccount(c.session.user); own != nil {
		t.accountID = own.ID
	}
	t.settle(st, now)
	st.tasks = append(st.tasks, t)
	r := entity(s.taskEntity(t, now))
	r.status = http.StatusCreated
	return s.located(r, "/tasks/"+t.id)
}

// failedTask returns a response with a task that has failed and that is not kept.
func (s *Server) failedTask(status int, operation, message string) response {
	r := entity(s.taskElement(s.store.nextTaskID(),
		leaf("State", "Finished"), leaf("Operation", operation), s.taskResult(false, message)))
	r.status = status
	return r
}

func (s *Store) nextTaskID() string {
	s.tasksRun++
	return fmt.Sprintf("task-%d", s.tasksRun)
}

func (s *Server) taskEntity(t *task, now time.Time) element {
	kids := []element{leaf("State", t.state(now)), leaf("Operation", "StartRebuildScope")}
	if t.state(now) == "Finished" || s.opts.TaskResultEarly && t.state(now) == "OperationFinished" {
		message := "Ok"
		switch {
		case t.stopped:
			message = "The task was stopped."
		case t.failure != "":
			message = t.failure
		}
		kids = append(kids, s.taskResult(!t.stopped && t.failure == "", message))
	}
	return s.taskElement(t.id, kids...)
}

// taskElement returns a Task whose ID is followed by the given elements.
func (s *Server) taskElement(id string, kids ...element) element {
	href := s.href("/tasks/" + id)
	kids = append([]element{links(link("Delete", "Task", href)), leaf("TaskId", id)}, kids...)
	return el("Task", kids...).attr("Type", "Task").attr("Href", href)
}

func (s *Server) taskResult(success bool, message string) element {
	var kids []element
	if !s.opts.OmitTaskMessage {
		kids = append(kids, leaf("Message", message))
	}
	return el("Result", kids...).attr("Success", success)
}

// findTask returns the task that the request names, or the response if its session has no such task.
func (s *Server) findTask(c *call) (*task, response) {
	for _, t := range s.store.tasks {
		switch {
		case t.id != c.vars[0]:
		case t.sessionID != c.session.id:
			return nil, fail(http.StatusInternalServerError,
				"There is no backup task with id [%s] in current rest session", t.id)
		default:
			return t, response{}
		}
	}
	return nil, notFound("Task", c.vars[0])
}

func (s *Server) listTasks(c *call) response {
	now := time.Now()
	kids := make([]element, 0, len(s.store.tasks))
	for _, t := range s.store.tasks {
		if t.sessionID == c.session.id {
			kids = append(kids, s.taskEntity(t, now))
		}
	}
	return entity(listOf("Tasks", "Tasks", kids))
}

func (s *Server) getTask(c *call) response {
	t, missing := s.findTask(c)
	if t == nil {
		return missing
	}
	return entity(s.taskEntity(t, time.Now()))
}

// deleteTask stops a running task or removes a finished one.
func (s *Server) deleteTask(c *call) response {
	t, missing := s.findTask(c)
	if t == nil {
		return missing
	}
	if t.state(time.Now()) == "Finished" {
		s.store.tasks = slices.DeleteFunc(s.store.tasks, func(other *task) bool { return other == t })
	}
	t.stopped = true
	return bare(http.StatusNoContent)
}
