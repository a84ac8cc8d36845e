// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

func TestBeside_ConfiguresBothProductsAndLogsOffBoth(t *testing.T) {
	em, vb := acctest.StartEM(t, emsim.Options{}), acctest.StartVB365(t, vb365sim.Options{Versions: []string{"v7"}})
	vb.Beside(em)
	vb.ProviderAttributes("max_retries = 1")
	if _, err := vb.Client(nil).ListOrganizations(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, said := vb.Protocol().ReadData("veeam_em_roles", nil); len(said) > 0 {
		t.Fatal(said)
	}
	if vb.OpenSessions() != 1 || em.OpenSessions() != 1 {
		t.Errorf("%d sessions and %d sessions are open, want one each", vb.OpenSessions(), em.OpenSessions())
	}
	vb.LogOff()
	if vb.OpenSessions() != 0 || em.OpenSessions() != 0 {
		t.Errorf("%d sessions and %d sessions are still open", vb.OpenSessions(), em.OpenSessions())
	}
	config := vb.Config("# body")
	for _, part := range []string{
		"  em = {\n    endpoint = \"" + em.URL + "\"", "  vb365 = {\n    endpoint = \"" + vb.URL + "\"",
		`api_version = "v7"`, "max_retries = 1", "\n# body",
	} {
		if strings.Count(config, part) != 1 {
			t.Errorf("the configuration does not say %q once:\n%s", part, config)
		}
	}
}
