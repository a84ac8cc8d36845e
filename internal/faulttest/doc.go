// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package faulttest proves what the provider does where the server, or what stands between, fails: a matrix of every
// operation and every fault, many changes at once, and a long run of random changes and faults. It holds tests alone.
package faulttest
