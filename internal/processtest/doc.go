// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package processtest runs the provider as its users do: the built binary, started by the Terraform CLI as a process of its
// own, against simulated servers in the test's process. What the end of a process, a signal or a log does can be seen
// only from there. It holds tests alone.
package processtest
