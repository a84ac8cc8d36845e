// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
)

type stage = faultkit.Stage[*acctest.EM, emsim.Options]

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
		inBubble(t, o.Name, func(t *testing.T) {
			s := matrix.NewStage(t, acctest.StartEMWithoutTLS, variant{}, o)
			for j, first := range firstFaults {
				for _, next := range []string{theCheck, theRetry, theLogOff} {
					for k, second := range nextFaults[next] {
						if isSent(o, next, first) && runsPair(i+j+k) {
							pair(s, faultkit.Named(faults, first), next, faultkit.Named(faults, second))
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
		return n%faultkit.Reduced == 0
	}
	return faultkit.AllCells() || n%2 == 0
}

// isSent reports whether the provider sends the next request after the first fault has hit the write.
func isSent(o operation, next, first string) bool {
	deletes := o.Method == http.MethodDelete
	switch next {
	case theCheck:
		switch first {
		case "truncated", "wrong namespace", "session expired":
			return checks[o.Name] != "" && o.Name != "create an account" // its answer has the ID in a header
		case "500 after":
			// After a failed deletion, the provider reads only the account itself again.
			return checks[o.Name] != "" && (!deletes || len(o.Before) == 1)
		}
		return checks[o.Name] != ""
	case theRetry:
		return first == "reset before" || first == "session expired" ||
			deletes && slices.Contains([]string{"reset after", "time-out before", "time-out after"}, first)
	}
	return true
}

// target returns the operation of the next request.
func target(o operation, next string) operation {
	switch next {
	case theCheck:
		return operationOf(checks[o.Name])
	case theLogOff:
		return operationOf(logOff)
	}
	return o
}

// pair runs the two cells of a pair: the second fault hits the first request of its kind, or every one. It skips the
// cell whose outcome follows from the other.
func pair(s *stage, first fault, next string, second fault) {
	then := target(s.Operation, next)
	alone := matrix.ExpectedOf(variant{}, then, second)
	worse := matrix.ExpectedOf(variant{}, s.Operation, first) == faultkit.Failure || alone == faultkit.Failure
	if next == theRetry && first.Session && second.Session {
		alone, worse = faultkit.Failure, true // the server rejects a new session at once: the provider does not log on again
	}
	halves := []bool{false, true}
	switch {
	case next == theLogOff && first.Session: // two sessions are logged off at once, in either order
		halves = []bool{true}
	case alone == faultkit.Failure:
		halves = []bool{false}
	case alone == faultkit.Always:
		halves = []bool{true}
	}
	var problems []string
	for _, every := range halves {
		want := faultkit.Succeeds
		if worse || every && alone == faultkit.Once {
			want = faultkit.Fails
		}
		one, two := s.Operation.StruckBy(first, false), then.StruckBy(second, every)
		two.After = one
		if got := s.Try(&problems, one, two); got != want && got != faultkit.Unclear {
			problems = append(problems, fmt.Sprintf("%s, then %s: got %c, expected %c", one, two, got, want))
		}
	}
	s.Report(faultkit.Site{Operation: s.Operation.Name, First: first.Name, Next: next, Fault: second.Name}, problems)
}
