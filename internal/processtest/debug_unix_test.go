// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// The provider that runs under a debugger is not started by the CLI, and lives until it is interrupted.
func TestSim_Process_ADebuggedProviderServesEveryCommandAndThenLogsOff(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, rolesDataSource) // without a server
	debugged := exec.CommandContext(t.Context(), program(), "-debug")
	debugged.Env = append(os.Environ(), em.environment()...)
	printed, err := debugged.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := debugged.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(printed); lines.Scan(); {
		if value, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "TF_REATTACH_PROVIDERS="); ok {
			value = strings.Trim(value, "'")
			if host := os.Getenv("TF_ACC_PROVIDER_HOST"); host != "" {
				value = strings.Replace(value, "registry.terraform.io", host, 1)
			}
			tf.env = append(tf.env, "TF_REATTACH_PROVIDERS="+value)
			break
		}
	}
	for range 2 {
		tf.run("plan").exits(0)
	}
	if err := debugged.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := debugged.Wait(); err != nil {
		t.Error(err)
	}
	em.sessions(2)
}
