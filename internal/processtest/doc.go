// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package processtest runs the provider as its users do: the Terraform CLI starts the built binary as a separate
// process. The simulated servers run in the test's process. Only such tests show the effects of a signal, of the end of
// a process and of its log. The package contains only tests.
package processtest
