// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build race

package faulttest

// raceDetector reports whether the race detector is on, which makes the tests about ten times slower.
const raceDetector = true
