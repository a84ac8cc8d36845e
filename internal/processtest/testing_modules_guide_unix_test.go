// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/testcli"
)

func TestSim_Process_TheModuleTestOfTheGuideRunsOnTheSimulatorAndLeavesNothing(t *testing.T) {
	testcli.Needs(t, testcli.Mocks)
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, guide(t, "testing-modules", "main.tf"))
	if err := os.Mkdir(filepath.Join(tf.dir, "simulator"), 0o700); err != nil {
		t.Fatal(err)
	}
	const file = "operator.tftest.hcl"
	tf.write(filepath.Join("simulator", file), guide(t, "testing-modules", "simulator", file))
	var variables strings.Builder // as the simulator writes them
	for _, e := range em.environment() {
		name, value, _ := strings.Cut(e, "=")
		variables.WriteString("export " + name + "='" + value + "'\n")
	}
	tf.write("simulator.env", variables.String())
	tf.env = append(tf.env, "HOME="+tf.dir)
	tf.installFromMirror("1.0.0")
	tf.sh(commands(t, testingModules, `. "$HOME/simulator.env"`)).exits(0).says("2 passed, 0 failed.")
	em.holds()
	if len(em.writes()) == 0 {
		t.Error("the test has created nothing")
	}
}
