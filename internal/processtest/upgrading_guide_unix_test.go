// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_TheUpgradingGuideUpgradesThePinnedVersion(t *testing.T) {
	t.Parallel()
	const name = "upgrading.md.tmpl"
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, "", em.environment()...)
	tf.write("main.tf", fenced(t, name, "terraform", "terraform {")+operatorAccount(vm01))
	locked := func(version string) {
		t.Helper()
		if lock := string(tf.read(".terraform.lock.hcl")); !strings.Contains(lock, `"`+version+`"`) {
			t.Errorf("the lock file does not name the version %s:\n%s", version, lock)
		}
	}
	tf.installFromMirror("0.1.0")
	tf.sh("terraform init").exits(0)
	tf.apply().exits(0)
	locked("0.1.0")
	tf.installFromMirror("0.1.1")
	tf.sh(commands(t, name, "terraform init -upgrade")).exits(0)
	locked("0.1.1")
}
