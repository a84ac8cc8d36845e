// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import "github.com/veeam-community/terraform-provider-veeam/internal/httpkit"

// The order of the locks that concern one Enterprise Manager. A goroutine that
// holds a lock takes only locks of higher ranks, so that no two can wait for
// each other:
//
//  1. the scopes of an account that only their ID tells apart. They are held
//     from before scopes are sent until they are listed;
//  2. the account: every change to it. It is held while requests change the
//     account, and not while the server takes its time to list the change;
//  3. a change within one method of this client. It is held alone among its
//     rank, for the requests of that method.
//
// The first two are locks of the package that owns resources. A caller locks
// several of them, which [httpkit.Locks] sorts; it may also lock the account
// while it holds the scopes.
const (
	RankScope = 1 + iota
	RankAccount
	rankChange
)

// changeKey is the key of a change to what id names, which must not be made
// twice at once in this process.
func changeKey(change, id string) httpkit.Key {
	return httpkit.Key{Rank: rankChange, Name: change + " " + id}
}
