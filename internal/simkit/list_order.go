// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

import (
	"math/rand/v2"
	"slices"
)

// ListOrder selects the order of the entries of a list.
type ListOrder string

// The orders of a list. No API reference promises one.
const (
	ListOldestFirst ListOrder = ""
	ListNewestFirst ListOrder = "newest-first"
	ListShuffled    ListOrder = "shuffled" // another order in every response
)

// Arrange brings a list of oldest entries first into the order. The seed must differ from one list to the next.
func Arrange[E any](list []E, order ListOrder, seed uint64) {
	switch order {
	case ListNewestFirst:
		slices.Reverse(list)
	case ListShuffled:
		random := rand.New(rand.NewPCG(0, seed)) //nolint:gosec // the orders are the same in every run of a test
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
}
