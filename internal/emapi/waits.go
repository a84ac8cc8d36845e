// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import "time"

// How long the client waits.
const (
	// settleScopes is how long after a lost response a scope may take to be listed before it counts as not added.
	settleScopes = 10 * time.Second
	// settleOthers is the same for accounts and roles, which the server changes immediately.
	settleOthers = 3 * time.Second

	// settleToggle is how long AllowRestoreAllVMs must not change after a toggle, and settleToggleMax is the longest such
	// time on a slow server: another client may toggle it too.
	settleToggle, settleToggleMax = time.Second, 10 * time.Second
	// settleLostToggle is how long after a lost response the server may take to carry out a toggle.
	settleLostToggle = 10 * time.Second
	// maxToggles is how often a value is toggled that other clients toggle too. Each time, it is less likely that two of
	// them do so at the same moment.
	maxToggles = 6
	// maxLostToggles is how often a toggle is repeated whose response was lost.
	maxLostToggles = 1
	// maxChanges is how often the value may change while it should settle.
	maxChanges = 8

	// discardTimeout is how long a failed logon may take to log off the session that the server opened for it.
	discardTimeout = 10 * time.Second
	// suspectInterval is the minimum time between two logons that are caused by a 500.
	suspectInterval = 5 * time.Minute
)
