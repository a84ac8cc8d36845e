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

// openFates are the first faults of a pair: they leave open what became of a write.
var openFates = []string{
	"reset before", "reset after", "time-out before", "time-out after", "truncated", "wrong namespace", "500 after", "session expired",
}

// What comes after such a write.
const (
	theLook   = "the look"
	theRepeat = "the repeat"
	theLogOff = "the log off"
)

// nextFaults are the second faults: they hit what comes next.
var nextFaults = map[string][]string{
	theLook:   {"reset before", "time-out after", "session expired", "garbage", "500 before"},
	theRepeat: {"reset after", "session expired", "500 after"},
	theLogOff: {"reset before", "500 before"},
}

// looks are the operations with which the provider looks what became of a write, or reads the state back. After the deletion of an
// account it does neither.
var looks = map[string]string{
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

func TestPairs_TwoFaultsDoAsTheWorseOfThemDoesAlone(t *testing.T) {
	for i, o := range writes {
		inBubble(t, o.name, func(t *testing.T) {
			s := newStage(t, acctest.StartEMWithoutTLS, variant{}, o)
			for j, first := range openFates {
				for _, next := range []string{theLook, theRepeat, theLogOff} {
					for k, second := range nextFaults[next] {
						if s.comes(next, first) && runsPair(i+j+k) {
							s.pair(faultOf(first), next, faultOf(second))
						}
					}
				}
			}
		})
	}
}

// runsPair reports whether a pair is run. Each second fault meets each write, after half of the first faults.
func runsPair(n int) bool {
	if partly() {
		return n%reduced == 0
	}
	return *allCells || n%2 == 0
}

// comes reports whether the operation comes after the write has met the first fault.
func (s *stage) comes(next, first string) bool {
	o := s.operation
	deletes := o.method == http.MethodDelete
	switch next {
	case theLook:
		switch first {
		case "truncated", "wrong namespace", "session expired":
			return looks[o.name] != "" && o.name != "create an account" // whose answer has the ID in a header
		case "500 after":
			// After a failed deletion an account is read back, what depends on it is not.
			return looks[o.name] != "" && (!deletes || len(o.before) == 1)
		}
		return looks[o.name] != ""
	case theRepeat:
		return first == "reset before" || first == "session expired" ||
			deletes && slices.Contains([]string{"reset after", "time-out before", "time-out after"}, first)
	}
	return true
}

// target is the operation that comes next.
func (s *stage) target(next string) operation {
	switch next {
	case theLook:
		return operationOf(looks[s.operation.name])
	case theLogOff:
		return operationOf(logOff)
	}
	return s.operation
}

// pair runs the cells of a pair: the second fault hits the first request of its kind, or every one. It leaves out the cell that
// follows from the other.
func (s *stage) pair(first fault, next string, second fault) {
	s.t.Helper()
	target := s.target(next)
	alone := variant{}.expected(target, second)
	worse := variant{}.expected(s.operation, first) == failure || alone == failure
	if next == theRepeat && first.session && second.session {
		alone, worse = failure, true // the server rejects the second session at once: the provider does not ask for a third one
	}
	halves := []bool{false, true}
	switch {
	case next == theLogOff && first.session: // two sessions are logged off at once, and which log off is the first is open
		halves = []bool{true}
	case alone == failure:
		halves = []bool{false}
	case alone == always:
		halves = []bool{true}
	}
	var problems []string
	for _, every := range halves {
		want := ridesOut
		if worse || every && alone == once {
			want = fails
		}
		one, two := s.operation.struckBy(first, false), target.struckBy(second, every)
		two.after = one
		if got := s.try(&problems, one, two); got != want && got != unclear {
			problems = append(problems, fmt.Sprintf("%s, then %s: %c, expected %c", one, two, got, want))
		}
	}
	s.report(site{operation: s.operation.name, first: first.name, next: next, fault: second.name}, problems)
}
