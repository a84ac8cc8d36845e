// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package faultkit is what the fault tests of all products share: the matrix of operations and faults with its table in
// the user guide, the sweep, which breaks each request of a change in turn, and the soak, which runs random changes and
// faults and shrinks what fails. Only tests import it.
package faultkit
