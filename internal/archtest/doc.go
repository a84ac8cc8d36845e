// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package archtest holds the directions of import as tests: what may import what, and what the shipped binary must not hold.
//
//	main -> provider -> em/<noun> -> rules, emtype, tfkit -> emapi -> standard library, go-retryablehttp
//
// A package that the table in layers does not know is a finding: whoever adds one decides where it stands.
package archtest
