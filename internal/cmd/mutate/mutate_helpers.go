// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//nolint:unused // the changed code calls these functions
package main

import (
	"cmp"
	"os"
	"strconv"
	"sync"
)

// This file becomes part of each package that is changed. The changes call its functions, each with its own number.
var (
	mutateOn, _ = strconv.Atoi(os.Getenv("MUTATE_ON")) // the number of the change that is made, or 0
	mutateTrace = os.Getenv("MUTATE_TRACE")            // a file that lists the changes that matter, or ""
	mutateNoted sync.Map
)

// mutate reports whether change n is made. A change matters if the code could then do something else. If no change is
// made, a test in which n does not matter runs as it would with change n.
func mutate(n int, matters bool) bool {
	if matters && mutateTrace != "" {
		if _, noted := mutateNoted.LoadOrStore(n, true); !noted {
			mutateNote(n)
		}
	}
	return n == mutateOn
}

// mutateNote panics if it fails, because a change that is missing from the list would look like one that is not tested.
func mutateNote(n int) {
	list, err := os.OpenFile(mutateTrace, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = list.WriteString(strconv.Itoa(n) + "\n")
	}
	if err == nil {
		err = list.Close()
	}
	if err != nil {
		panic(err)
	}
}

// A condition is evaluated even if the change decides: only the decision changes, not the side effects.

func mutateNever[B ~bool](n int, condition B) B {
	return !B(mutate(n, bool(condition))) && condition
}

func mutateAlways[B ~bool](n int, condition B) B {
	return B(mutate(n, !bool(condition))) || condition
}

func mutateNot[B ~bool](n int, condition B) B {
	return B(mutate(n, true)) != condition
}

func mutateDrop(n int) bool { return mutate(n, true) }

func mutateError(n int, err error) error {
	if mutate(n, err != nil) {
		return nil
	}
	return err
}

func mutateAnd(n int, a bool, b func() bool) bool {
	if mutate(n, true) {
		return a || b()
	}
	return a && b()
}

func mutateOr(n int, a bool, b func() bool) bool {
	if mutate(n, true) {
		return a && b()
	}
	return a || b()
}

// The boundary of a comparison matters only if the operands are equal.

func mutateLess[T cmp.Ordered](n int, a, b T) bool { return a < b || mutate(n, a == b) && a == b }

func mutateLessOrEqual[T cmp.Ordered](n int, a, b T) bool {
	return a < b || !mutate(n, a == b) && a == b
}

func mutateGreater[T cmp.Ordered](n int, a, b T) bool { return a > b || mutate(n, a == b) && a == b }

func mutateGreaterOrEqual[T cmp.Ordered](n int, a, b T) bool {
	return a > b || !mutate(n, a == b) && a == b
}
