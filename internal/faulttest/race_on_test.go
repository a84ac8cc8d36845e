// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build race

package faulttest

// raceDetector tells that the tests run some ten times slower.
const raceDetector = true
