// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faultkit

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// Server is a running simulated server of a product.
type Server interface {
	Inject(f simkit.Fault)
	ClearFaults()
	Journal() []simkit.Request
	ResetJournal()
	OpenSessions() int
	ExpireSessions()
	NewWorkspace() *tfrun.Workspace
}

// Operation is a row of a matrix: requests of one kind and a configuration change that makes the provider send them.
// S is the server and O its options.
type Operation[S Server, O any] struct {
	Name    string
	Says    string // the words for it in an error
	Method  string
	Paths   []string // path.Match patterns
	Query   string   // a part of the query
	Body    string   // a part of the body
	Options O
	Before  []tfrun.Block // applied first, without a fault
	Prepare func(S)       // changes the server after that, if not nil
	// Attempt is applied after that, if not nil. It fails, because Interrupt is called before the apply.
	Attempt   []tfrun.Block
	Interrupt func(S)
	After     []tfrun.Block // applied with the fault
	Import    string        // if not empty, the first block of After is imported by this ID before the apply
	// AlsoSays are the words of an error that is not that of the request that failed, but follows from it.
	AlsoSays  string
	AlsoSends string // what the change sends only if something fails
	Twice     bool   // after a failure, a second apply may be necessary
	InApply   bool   // the fault is active only in the apply, not in the plan
}

// Matches reports whether the request is one of the operation.
func (o Operation[S, O]) Matches(r simkit.Request) bool {
	if r.Method != o.Method || !strings.Contains(r.Query, o.Query) || !strings.Contains(r.Body, o.Body) {
		return false
	}
	for _, pattern := range o.Paths {
		if ok, err := path.Match(pattern, strings.TrimSuffix(r.Path, "/")); err == nil && ok {
			return true
		}
	}
	return false
}

// StruckBy returns a strike that hits the first or every request of the operation.
func (o Operation[S, O]) StruckBy(f Fault, every bool) *Strike[S, O] {
	return &Strike[S, O]{On: o, Fault: f, Every: every}
}

// Strike is a fault that hits the requests of one operation.
type Strike[S Server, O any] struct {
	On    Operation[S, O]
	Fault Fault
	Skip  int           // the number of such requests that it spares first
	Every bool          // it hits every such request from then on, not only one
	After *Strike[S, O] // if not nil, the strike that must hit a request first

	met bool // it has hit a request
}

// String describes the strike.
func (s *Strike[S, O]) String() string {
	name := strconv.Quote(s.On.Name)
	switch {
	case s.Every && s.Skip > 0:
		return fmt.Sprintf("%s of every %s from number %d on", s.Fault.Name, name, s.Skip+1)
	case s.Every:
		return s.Fault.Name + " of every " + name
	case s.Skip > 0:
		return fmt.Sprintf("%s of number %d of %s", s.Fault.Name, s.Skip+1, name)
	}
	return s.Fault.Name + " of the first " + name
}

func (s *Strike[S, O]) armOn(server S) {
	armed := s.Fault.Is
	seen := 0
	armed.Match = func(r simkit.Request) bool { // the server makes one call at a time
		if s.After != nil && !s.After.met || !s.On.Matches(r) {
			return false
		}
		if seen++; seen <= s.Skip {
			return false
		}
		s.met = true
		return true
	}
	if !s.Every {
		armed.Times = 1
	}
	server.Inject(armed)
}
