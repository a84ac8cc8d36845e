// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import "github.com/veeam-community/terraform-provider-veeam/internal/httpkit"

// The order of the locks for one Enterprise Manager. A goroutine that holds a lock takes only locks of higher ranks, so
// that two goroutines never wait for each other:
//
//  1. The right of this logon to change accounts. The lock is held from the check
//     that a change leaves the right until the change is done.
//  2. Scopes of an account that differ only in their ID. The lock is held from
//     before scopes are sent until the server lists them.
//  3. An account. The lock is held while requests change the account, and not while
//     the server takes its time to list the change.
//  4. A change in one method of this client. The lock is held for the requests of
//     that method, which takes no other lock of this rank.
//
// The packages that implement the resources take the locks of the first three ranks. They may take several at a time,
// which [httpkit.Locks] sorts, and it may lock an account while it holds locks of scopes.
const (
	RankRight = 1 + iota
	RankScope
	RankAccount
	rankChange
)

// changeKey returns the key of a change to the object that id names. This process must not make the same change twice
// at the same time.
func changeKey(change, id string) httpkit.Key {
	return httpkit.Key{Rank: rankChange, Name: change + " " + id}
}
