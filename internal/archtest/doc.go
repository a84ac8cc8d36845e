// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package archtest holds the house rules that concern all packages as tests. The first is the direction of imports: what may
// import what, and what the shipped binary must not hold.
//
//	main -> provider -> em/<noun> -> rules, emtype, tfkit -> emapi -> httpkit -> standard library, go-retryablehttp
//
// The clients use errgroup too.
//
// A package that the table in layers does not know is a finding: add it to the table.
//
// The second is that no test depends on how fast the machine is: none waits in real time. See TestTests_DoNotWaitInRealTime.
package archtest
