// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package main

import "os/exec"

// killGroup does nothing: the end of the command's context kills only the command.
func killGroup(*exec.Cmd) {}
