// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// An import block without a resource block: the CLI writes the configuration, which is valid and complete as it stands.
func TestSim_Process_AGeneratedConfigurationIsValidAndPlansNoChange(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Demo: true})
	em.Mutate(func(s *emsim.Store) {
		s.AddScope(emsim.DemoExternalUserID, emsim.VMDupARef, emsim.VMDupName) // its object is not certain
		a := s.Account(emsim.DemoUserID)
		a.FlrInplaceOnly, a.FlrExtensions = true, "" // possible in the web console only
	})
	var blocks strings.Builder
	ids := []string{emsim.DemoUserID, emsim.DemoGroupID, emsim.DemoExternalUserID, emsim.DemoExternalGroupID}
	for i, id := range ids {
		fmt.Fprintf(&blocks, "import {\n  to = veeam_em_account.a%d\n  id = %q\n}\n", i, id)
	}
	single := ids[2] + "/" + scopeID(em, ids[2], emsim.VMSQLSRVName)
	fmt.Fprintf(&blocks, "import {\n  to = veeam_em_account_scope.sql\n  id = %q\n}\n", single)
	fmt.Fprintf(&blocks, "import {\n  to = veeam_em_account_scopes_exclusive.fox\n  id = %q\n}\n", ids[0])
	tf := newTerraform(t, blocks.String(), em.environment()...)
	const unchanged = "Plan: 6 to import, 0 to add, 0 to change, 0 to destroy."
	tf.run("plan", "-generate-config-out=generated.tf").exits(0).says(unchanged)
	tf.run("plan").exits(0).says(unchanged)
	tf.apply().exits(0).says("6 imported, 0 added, 0 changed, 0 destroyed.")
	tf.planIsEmpty()
	if got := em.writes(); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
	generated := string(tf.read("generated.tf"))
	if n := strings.Count(generated, "hierarchy_obj_ref"); n != 6 {
		t.Errorf("the generated configuration has %d restore scopes, want 6:\n%s", n, generated)
	}
}

// scopeID returns the ID of the scope with a name that an account has.
func scopeID(em *server, accountID, name string) string {
	for _, a := range em.accounts() {
		for _, s := range a.Scopes {
			if a.ID == accountID && s.Name == name {
				return s.ID
			}
		}
	}
	return ""
}
