// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import "time"

// How long the client waits, and for what.
const (
	// pollMin is the pause after the first look at what the server has. It doubles with each look up to pollMax.
	pollMin = 250 * time.Millisecond
	pollMax = 2 * time.Second

	// settleScopes is how long after a lost answer a scope may take to be listed before it counts as not added.
	settleScopes = 10 * time.Second
	// settleOthers is the same for accounts, roles and the toggle, which the server changes at once.
	settleOthers = 3 * time.Second

	// gracePeriod is how much longer than its caller's context an interrupted create or logon may take.
	gracePeriod = 2 * time.Second
	// suspectInterval is the least time between two logons that a 500 may cause.
	suspectInterval = 5 * time.Minute
)
