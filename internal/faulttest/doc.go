// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package faulttest tests what the provider does if the server, or the network in between, fails: a matrix of every
// operation and every fault, concurrent changes, and a soak, which is a long run of random changes and faults. The
// package contains only tests.
package faulttest
