// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
)

// firstFaults are the first faults of a pair. After them the provider cannot know whether the server carried out a
// write.
var firstFaults = []string{
	"reset before", "reset after", "time-out before", "time-out after",
	"truncated", "wrong namespace", "500 after", "session expired",
}

// The requests that may follow such a write.
const (
	theCheck  = "the check"
	theRetry  = "the retry"
	theLogOff = "the log off"
)

// nextFaults are the second faults of a pair, which hit the request that follows.
var nextFaults = map[string][]string{
	theCheck:  {"reset before", "time-out after", "session expired", "garbage", "500 before"},
	theRetry:  {"reset after", "session expired", "500 after"},
	theLogOff: {"reset before", "500 before"},
}

// checks are the operations with which the provider checks whether a write was carried out, or reads the new state.
// After deleting an account it does neither.
var checks = map[string]string{
	"create an account":              "list the accounts",
	"switch the restore of all VMs":  "read an account, in a change",
	"add a role":                     "list an account's roles, in a change",
	"remove a role":                  "list an account's roles, in a change",
	"add a scope (restore_scope)":    "list restore scopes, in a change",
	"add a scope (account_scope)":    "list restore scopes, in a change",
	"add a scope (exclusive)":        "list restore scopes, in a change",
	"remove a scope (restore_scope)": "list restore scopes, in a change",
	"remove a scope (account_scope)": "list restore scopes, in a change",
	"remove a scope (exclusive)":     "list restore scopes, in a change",
}

func TestPairs_TwoFaultsHaveTheOutcomeOfTheWorseOne(t *testing.T) {
	for i, o := range writes {
		inBubble(t, o.name, func(t *testing.T) {
			s := newStage(t, acctest.StartEMWithoutTLS, variant{}, o)
			for j, first := range firstFaults {
				for _, next := range []string{theCheck, theRetry, theLogOff} {
					for k, second := range nextFaults[next] {
						if s.isSent(next, first) && runsPair(i+j+k) {
							s.pair(faultOf(first), next, faultOf(second))
						}
					}
				}
			}
		})
	}
}

// runsPair reports whether a pair is run. By default, each second fault is combined with half of the first faults of
// each write.
func runsPair(n int) bool {
	if isReduced() {
		return n%reduced == 0
	}
	return *allCells || n%2 == 0
}

// isSent reports whether the provider sends the next request after the first fault has hit the write.
func (s *stage) isSent(next, first string) bool {
	o := s.operation
	deletes := o.method == http.MethodDelete
	switch next {
	case theCheck:
		switch first {
		case "truncated", "wrong namespace", "session expired":
			return checks[o.name] != "" && o.name != "create an account" // its answer has the ID in a header
		case "500 after":
			// After a failed deletion, the provider reads only the account itself again.
			return checks[o.name] != "" && (!deletes || len(o.before) == 1)
		}
		return checks[o.name] != ""
	case theRetry:
		return first == "reset before" || first == "session expired" ||
			deletes && slices.Contains([]string{"reset after", "time-out before", "time-out after"}, first)
	}
	return true
}

// target returns the operation of the next request.
func (s *stage) target(next string) operation {
	switch next {
	case theCheck:
		return operationOf(checks[s.operation.name])
	case theLogOff:
		return operationOf(logOff)
	}
	return s.operation
}

// pair runs the two cells of a pair: the second fault hits the first request of its kind, or every one. It skips the
// cell whose outcome follows from the other.
func (s *stage) pair(first fault, next string, second fault) {
	s.t.Helper()
	target := s.target(next)
	alone := variant{}.expected(target, second)
	worse := variant{}.expected(s.operation, first) == failure || alone == failure
	if next == theRetry && first.session && second.session {
		alone, worse = failure, true // the server rejects a new session at once: the provider does not log on again
	}
	halves := []bool{false, true}
	switch {
	case next == theLogOff && first.session: // two sessions are logged off at once, in either order
		halves = []bool{true}
	case alone == failure:
		halves = []bool{false}
	case alone == always:
		halves = []bool{true}
	}
	var problems []string
	for _, every := range halves {
		want := succeeds
		if worse || every && alone == once {
			want = fails
		}
		one, two := s.operation.struckBy(first, false), target.struckBy(second, every)
		two.after = one
		if got := s.try(&problems, one, two); got != want && got != unclear {
			problems = append(problems, fmt.Sprintf("%s, then %s: got %c, expected %c", one, two, got, want))
		}
	}
	s.report(site{operation: s.operation.name, first: first.name, next: next, fault: second.name}, problems)
}
