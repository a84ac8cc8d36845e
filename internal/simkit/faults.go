// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

import (
	"context"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// FaultKind is the kind of a fault.
type FaultKind int

// The kinds of faults. The commit is the moment at which the request changes the store. After a fault that follows the
// commit, the client cannot know that the request took effect.
const (
	FaultStatus            FaultKind = iota // responds with Status, Header and Body
	FaultDropBeforeCommit                   // closes the connection, with a reset if possible
	FaultDropAfterCommit                    // commits, then closes the connection, with a reset if possible
	FaultDelayBeforeCommit                  // waits for Delay, even if the client disconnects, then commits
	FaultDelayAfterCommit                   // commits, then responds after Delay
	FaultHoldBeforeCommit                   // waits for Release, even if the client disconnects, then commits
	FaultHoldAfterCommit                    // commits, then responds after Release
	FaultExpireSession                      // ends the session before the request, with AfterCommit after it
	FaultGarbage                            // responds with bytes that are neither XML nor JSON
	FaultTruncated                          // commits, then sends half of the body that Content-Length promises
	FaultHTML                               // responds with a proxy's error page and Status or 503
	FaultWrongNamespace                     // commits, then responds in a different schema
	FaultRedirect                           // responds with Status or 307 and the Location in Header
)

var faultNames = map[FaultKind]string{
	FaultStatus: "status", FaultDropBeforeCommit: "drop-before-commit", FaultDropAfterCommit: "drop-after-commit",
	FaultDelayBeforeCommit: "delay-before-commit", FaultDelayAfterCommit: "delay-after-commit",
	FaultHoldBeforeCommit: "hold-before-commit", FaultHoldAfterCommit: "hold-after-commit",
	FaultExpireSession: "expire-session", FaultGarbage: "garbage", FaultTruncated: "truncated", FaultHTML: "html",
	FaultWrongNamespace: "wrong-namespace", FaultRedirect: "redirect",
}

// String returns the name of the kind, as it appears in the journal.
func (k FaultKind) String() string { return faultNames[k] }

// Fault makes matching requests fail.
type Fault struct {
	// Match selects the requests. Their Status is not known yet. Nil: Method and PathPattern select the requests.
	Match func(Request) bool
	// Method is the method of the requests. Empty: any method.
	Method string
	// PathPattern is a pattern for path.Match, such as /api/security/accounts/*/scopes. A final /** matches every path
	// below. Empty: any path.
	PathPattern string

	Kind   FaultKind
	Status int
	// Header contains the headers, such as Retry-After or Content-Type, of the kinds that replace the response.
	Header http.Header
	Body   string
	Delay  time.Duration
	// Release ends FaultHoldBeforeCommit and FaultHoldAfterCommit when it is closed. Nil: they never end.
	Release <-chan struct{}
	// AfterCommit commits the request before the response is replaced (FaultStatus, FaultGarbage, FaultHTML,
	// FaultRedirect) or the session ends (FaultExpireSession).
	AfterCommit bool
	// KeepHeader sends the headers of the server's own response with the response that replaces it, except for those that
	// Header sets. It needs AfterCommit.
	KeepHeader bool
	// Skip is the number of matching requests that the fault ignores first.
	Skip int
	// Times is the number of requests that the fault hits. 0: all of them.
	Times int
}

// faults is the list of injected faults. At most one fault hits a request: the one that was injected first.
type faults struct {
	mu   sync.Mutex
	list []*armed
}

type armed struct {
	Fault
	seen, hit int
}

// Inject adds a fault. Faults that were injected earlier take precedence.
func (f *Front) Inject(fault Fault) {
	f.faults.mu.Lock()
	defer f.faults.mu.Unlock()
	fault.Header = fault.Header.Clone()
	f.faults.list = append(f.faults.list, &armed{Fault: fault})
}

// ClearFaults removes every fault.
func (f *Front) ClearFaults() {
	f.faults.mu.Lock()
	defer f.faults.mu.Unlock()
	f.faults.list = nil
}

// pick returns the fault that hits the request, or nil if there is none.
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

// label returns the fault as it appears in the journal.
func (f *Fault) label() string {
	if f.AfterCommit {
		return f.Kind.String() + "-after-commit"
	}
	return f.Kind.String()
}

// The methods below accept a nil fault, which does nothing.

// replaces reports whether the fault prevents the request from being carried out.
func (f *Fault) replaces() bool {
	if f == nil {
		return false
	}
	return f.Kind == FaultDropBeforeCommit || f.madeUp() && !f.AfterCommit
}

// madeUp reports whether the fault replaces the server's response.
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

// Expires reports whether the fault ends the session before the request is carried out or, if after is true, after it.
func (f *Fault) Expires(after bool) bool {
	return f != nil && f.Kind == FaultExpireSession && f.AfterCommit == after
}

// beforeCommit waits even if the client disconnects, because a real server then still carries out the request.
func (f *Fault) beforeCommit() {
	switch {
	case f == nil:
	case f.Kind == FaultDelayBeforeCommit:
		time.Sleep(f.Delay)
	case f.Kind == FaultHoldBeforeCommit:
		<-f.Release
	}
}

// afterCommit waits until the fault ends or the client disconnects.
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

// pause waits until the time has passed or the client disconnects.
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
