// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"net/http"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_TheLogOfTheTroubleshootingGuideHasEachRequestAndNoSecret(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Users: administrator(emsim.DefaultUser, secretPassword)})
	em.Mutate(func(s *emsim.Store) { s.AddAccount(emsim.Account{Type: "Group", Name: `TECH\Helpdesk`}) })
	environment := em.environment("VEEAM_EM_PASSWORD=" + secretPassword)
	tf := newTerraform(t, "data \"veeam_em_accounts\" \"all\" {\n  details = true\n}\n", environment...)
	tf.sh(commands(t, "troubleshooting.md.tmpl", "export TF_LOG_PROVIDER=DEBUG")).exits(0)
	log := tf.read("veeam.log")
	for _, r := range em.Journal() {
		if r.Method == http.MethodGet {
			contains(t, "veeam.log", log, r.Path)
		}
	}
	if found := leaks(log, em.secrets(emsim.DefaultUser, secretPassword)); len(found) > 0 {
		t.Errorf("the log contains %q", found)
	}
}
