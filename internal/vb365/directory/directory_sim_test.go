// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package directory_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

func TestSim_Objects_AnErrorIsAtTheAttributeOfTheLookup(t *testing.T) {
	t.Parallel()
	vb := acctest.StartVB365(t, vb365sim.Options{})
	const unknown = "00000000-0000-0000-0000-00000000000b"
	var steps []resource.TestStep
	for _, c := range []struct{ dataSource, organization, key, value, at string }{
		{user, vb365sim.OrganizationID, "display_name", vb365sim.TwinDisplayName, `display_name +=`},
		{group, vb365sim.OrganizationID, "name", "nobody@abc.onmicrosoft.com", `name +=`},
		{site, vb365sim.OrganizationID, "url", "https://abc.sharepoint.com", `url +=`},
		{team, unknown, "mail", vb365sim.SalesTeamMail, `organization_id +=`},
	} {
		steps = append(steps, resource.TestStep{
			Config: vb.Config(fmt.Sprintf("data %q \"test\" {\n  organization_id = %q\n  %s = %q\n}",
				c.dataSource, c.organization, c.key, c.value)),
			ExpectError: regexp.MustCompile(`on terraform_plugin_test.tf line \d+, in data "` + c.dataSource +
				`" "test":\s+\d+:\s+` + c.at),
		})
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: vb.Factories(), Steps: steps})
}
