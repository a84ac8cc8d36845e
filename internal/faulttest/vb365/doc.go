// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package vb365 tests what the provider does with restore operator roles if the server of Veeam Backup for Microsoft
// 365, or the network in between, fails: a matrix of every operation and every fault, a sweep that breaks each request
// of a change, and a soak. The package contains only tests.
package vb365
