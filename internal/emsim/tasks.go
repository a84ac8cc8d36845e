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
	st.tasksRun++
	now := time.Now()
	t := &task{
		id: fmt.Sprintf("task-%d", st.tasksRun), mode: spec.kids[0].name, failure: s.opts.TaskFailure,
		doneAt: now.Add(s.opts.TaskDuration), finishAt: now.Add(s.opts.TaskDuration + s.opts.TaskCollect),
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

func (s *Server) taskEntity(t *task, now time.Time) element {
	href := s.href("/tasks/" + t.id)
	kids := []element{
		links(link("Delete", "Task", href)), leaf("TaskId", t.id), leaf("State", t.state(now)),
		leaf("Operation", "StartRebuildScope"),
	}
	if t.state(now) == "Finished" {
		message := "Ok"
		switch {
		case t.stopped:
			message = "The task was stopped."
		case t.failure != "":
			message = t.failure
		}
		kids = append(kids, el("Result", leaf("Message", message)).attr("Success", !t.stopped && t.failure == ""))
	}
	return el("Task", kids...).attr("Type", "Task").attr("Href", href)
}

func (s *Server) findTask(id string) *task {
	for _, t := range s.store.tasks {
		if t.id == id {
			return t
		}
	}
	return nil
}

func (s *Server) listTasks(*call) response {
	now := time.Now()
	kids := make([]element, 0, len(s.store.tasks))
	for _, t := range s.store.tasks {
		kids = append(kids, s.taskEntity(t, now))
	}
	return entity(listOf("Tasks", "Tasks", kids))
}

func (s *Server) getTask(c *call) response {
	t := s.findTask(c.vars[0])
	if t == nil {
		return notFound("Task", c.vars[0])
	}
	return entity(s.taskEntity(t, time.Now()))
}

// deleteTask stops a running task or removes a finished one.
func (s *Server) deleteTask(c *call) response {
	t := s.findTask(c.vars[0])
	if t == nil {
		return notFound("Task", c.vars[0])
	}
	if t.state(time.Now()) == "Finished" {
		s.store.tasks = slices.DeleteFunc(s.store.tasks, func(other *task) bool { return other == t })
	}
	t.stopped = true
	return bare(http.StatusNoContent)
}
