// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package archtest checks the rules that apply to all packages. The first rule is the direction of imports: which
// package may import which, and what the shipped binary must not contain.
//
//	main -> provider -> em/<noun> -> rules, emtype, tfkit -> emapi -> httpkit -> standard library, go-retryablehttp
//
// The clients and the commands use errgroup too, and the client of Enterprise Manager x/text to compare names.
//
// A package that is missing from the table layers fails the test: add it to the table.
//
// The second rule is that no test depends on the speed of the machine: no test waits in real time.
// See TestTests_DoNotWaitInRealTime.
package archtest
