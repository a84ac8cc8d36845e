// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"context"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// FaultKind is what goes wrong.
type FaultKind int

// The kinds of faults. "Before" and "after" are meant from the point of view of the
// store: after, the request has taken effect and the client cannot know.
const (
	FaultStatus            FaultKind = iota // answers Status, Header, Body
	FaultDropBeforeCommit                   // closes the connection, with a reset where it can
	FaultDropAfterCommit                    // the same, after the request has taken effect
	FaultDelayBeforeCommit                  // waits for Delay, even if the client goes, and then does it
	FaultDelayAfterCommit                   // does it, and answers after Delay
	FaultHoldBeforeCommit                   // waits for Release, even if the client goes, and then does it
	FaultHoldAfterCommit                    // does it, and answers after Release
	FaultExpireSession                      // ends the request's session first, or after it with AfterCommit
	FaultGarbage                            // answers bytes that are neither XML nor JSON
	FaultTruncated                          // does it, and sends half of the body that Content-Length promises
	FaultHTML                               // answers a proxy's page, Status or 503
	FaultWrongNamespace                     // does it, and answers in another XML namespace
	FaultRedirect                           // answers Status or 307 with Header's Location
)

var faultNames = map[FaultKind]string{
	FaultStatus: "status", FaultDropBeforeCommit: "drop-before-commit", FaultDropAfterCommit: "drop-after-commit",
	FaultDelayBeforeCommit: "delay-before-commit", FaultDelayAfterCommit: "delay-after-commit",
	FaultHoldBeforeCommit: "hold-before-commit", FaultHoldAfterCommit: "hold-after-commit",
	FaultExpireSession: "expire-session", FaultGarbage: "garbage", FaultTruncated: "truncated", FaultHTML: "html",
	FaultWrongNamespace: "wrong-namespace", FaultRedirect: "redirect",
}

// String is the kind's name, as the journal has it.
func (k FaultKind) String() string { return faultNames[k] }

// Fault is something that goes wrong with the requests that it matches.
type Fault struct {
	// Match chooses the requests; its Status is not known yet. Nil: Method and PathPattern do.
	Match func(Request) bool
	// Method of the requests; empty: any.
	Method string
	// PathPattern is a pattern of package path, such as /api/security/accounts/*/scopes,
	// where a final /** takes everything below. Empty: any path.
	PathPattern string

	Kind   FaultKind
	Status int
	// Header, such as Retry-After or Content-Type, for the kinds that make up an answer.
	Header http.Header
	Body   string
	Delay  time.Duration
	// Release ends FaultHoldBeforeCommit and FaultHoldAfterCommit when it is closed. Nil: they never end.
	Release <-chan struct{}
	// AfterCommit lets the request take effect before a made-up answer is sent
	// (FaultStatus, FaultGarbage, FaultHTML, FaultRedirect) or the session ends.
	AfterCommit bool
	// Skip is how many matching requests are left alone first.
	Skip int
	// Times is how many requests the fault hits; 0: every one.
	Times int
}

// faults are tried in the order of their injection; the first that hits is the only one.
type faults struct {
	mu   sync.Mutex
	list []*armed
}

type armed struct {
	Fault
	seen, hit int
}

// Inject arms a fault, after those that are armed already.
func (s *Server) Inject(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	f.Header = f.Header.Clone()
	s.faults.list = append(s.faults.list, &armed{Fault: f})
}

// ClearFaults disarms every fault.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// pick is the fault of that request, nil if there is none.
func (f *faults) pick(r Request) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.list {
		if a.Times > 0 && a.hit >= a.Times || !a.matches(r) {
			continue
		}
		a.seen++
		if a.seen <= a.Skip {
			continue
		}
		a.hit++
		picked := a.Fault
		return &picked
	}
	return nil
}

func (f *Fault) matches(r Request) bool {
	if f.Match != nil {
		return f.Match(r)
	}
	if f.Method != "" && f.Method != r.Method {
		return false
	}
	if f.PathPattern == "" {
		return true
	}
	requested := strings.TrimSuffix(r.Path, "/")
	if above, ok := strings.CutSuffix(f.PathPattern, "/**"); ok {
		parts := strings.Split(requested, "/")
		depth := strings.Count(above, "/") + 1
		if len(parts) <= depth {
			return false
		}
		matched, err := path.Match(above, strings.Join(parts[:depth], "/"))
		return err == nil && matched
	}
	matched, err := path.Match(strings.TrimSuffix(f.PathPattern, "/"), requested)
	return err == nil && matched
}

// label is what the journal says of the fault.
func (f *Fault) label() string {
	if f.AfterCommit {
		return f.Kind.String() + "-after-commit"
	}
	return f.Kind.String()
}

// The methods below all do with a nil fault: nothing goes wrong.

// replaces says whether the request is not carried out at all.
func (f *Fault) replaces() bool {
	if f == nil {
		return false
	}
	return f.Kind == FaultDropBeforeCommit || f.madeUp() && !f.AfterCommit
}

// madeUp says whether the answer is not the server's.
func (f *Fault) madeUp() bool {
	switch f.Kind {
	case FaultStatus, FaultGarbage, FaultHTML, FaultRedirect:
		return true
	}
	return false
}

func (f *Fault) drops() bool {
	return f != nil && (f.Kind == FaultDropBeforeCommit || f.Kind == FaultDropAfterCommit)
}

func (f *Fault) expires(after bool) bool {
	return f != nil && f.Kind == FaultExpireSession && f.AfterCommit == after
}

// beforeCommit waits without a look at the client: one that has gone does not
// keep a real server from carrying out what it asked for.
func (f *Fault) beforeCommit() {
	switch {
	case f == nil:
	case f.Kind == FaultDelayBeforeCommit:
		time.Sleep(f.Delay)
	case f.Kind == FaultHoldBeforeCommit:
		<-f.Release
	}
}

// afterCommit waits, until the client goes at the latest.
func (f *Fault) afterCommit(ctx context.Context) {
	switch {
	case f == nil:
	case f.Kind == FaultDelayAfterCommit:
		pause(ctx, f.Delay)
	case f.Kind == FaultHoldAfterCommit:
		select {
		case <-f.Release:
		case <-ctx.Done():
		}
	}
}

// pause waits, until the client goes at the latest.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
