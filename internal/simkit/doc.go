// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package simkit contains what the simulated servers share: the journal of requests, the faults, the way in which a
// request passes both of them, and certificates. It knows no endpoint and no wire format.
package simkit
