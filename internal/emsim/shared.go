// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import "github.com/veeam-community/terraform-provider-veeam/internal/simkit"

// Request is one entry of the journal.
type Request = simkit.Request

// Fault makes matching requests fail.
type Fault = simkit.Fault

// FaultKind is the kind of a fault.
type FaultKind = simkit.FaultKind

// The kinds of faults.
const (
	FaultStatus            = simkit.FaultStatus
	FaultDropBeforeCommit  = simkit.FaultDropBeforeCommit
	FaultDropAfterCommit   = simkit.FaultDropAfterCommit
	FaultDelayBeforeCommit = simkit.FaultDelayBeforeCommit
	FaultDelayAfterCommit  = simkit.FaultDelayAfterCommit
	FaultHoldBeforeCommit  = simkit.FaultHoldBeforeCommit
	FaultHoldAfterCommit   = simkit.FaultHoldAfterCommit
	FaultExpireSession     = simkit.FaultExpireSession
	FaultGarbage           = simkit.FaultGarbage
	FaultTruncated         = simkit.FaultTruncated
	FaultHTML              = simkit.FaultHTML
	FaultWrongNamespace    = simkit.FaultWrongNamespace
	FaultRedirect          = simkit.FaultRedirect
)

// ListOrder selects the order of the entries of a list.
type ListOrder = simkit.ListOrder

// The orders of a list.
const (
	ListOldestFirst = simkit.ListOldestFirst
	ListNewestFirst = simkit.ListNewestFirst
	ListShuffled    = simkit.ListShuffled
)
