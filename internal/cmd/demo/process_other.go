// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package main

import "os/exec"

func ownGroup(*exec.Cmd) {}

// askToEnd kills the process, because without Unix signals there is no other request that every process understands.
func askToEnd(cmd *exec.Cmd) error {
	return cmd.Process.Kill()
}

func killGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = cmd.Process.Kill()
	}
}
