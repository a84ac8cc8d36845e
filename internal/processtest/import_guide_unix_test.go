// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_TheImportBlocksOfTheImportGuideEndAtAnEmptyPlan(t *testing.T) {
	t.Parallel()
	const name = "import-existing.md.tmpl"
	em := startServer(t, emsim.Options{Demo: true})
	tf := newTerraform(t, fenced(t, name, "terraform", "import {\n  to = veeam_em_account.fox"), em.environment()...)
	tf.sh(commands(t, name, "terraform plan -generate-config-out")).exits(0).
		says("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.", "1 imported, 0 added, 0 changed, 0 destroyed.")
	if got := em.writes(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}
