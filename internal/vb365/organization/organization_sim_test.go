// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package organization_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

func TestSim_Organization_AnErrorIsAtTheAttributeOfTheLookup(t *testing.T) {
	t.Parallel()
	vb := acctest.StartVB365(t, vb365sim.Options{})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: vb.Factories(),
		Steps: []resource.TestStep{{
			Config:      vb.Config("data \"veeam_vb365_organization\" \"test\" {\n  name = \"abc\"\n}"),
			ExpectError: regexp.MustCompile(`in data "veeam_vb365_organization" "test":\s+\d+:\s+name = "abc"`),
		}},
	})
}
