// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package acceptance tests the provider on real servers. The tests create, change and delete only objects whose names
// start with a prefix, and refer to objects that the environment names. They are skipped unless TF_ACC=1 and the
// address of a server are set, and fail without a prefix. What an interrupted test left behind is deleted by a sweeper.
//
// TestSim_Acceptance runs all of it on simulated servers, so that it keeps working.
package acceptance
