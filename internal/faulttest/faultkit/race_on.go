// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build race

package faultkit

// RaceDetector reports whether the race detector is on, which makes the tests about ten times slower.
const RaceDetector = true
