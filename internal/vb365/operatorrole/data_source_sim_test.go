// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

func TestSim_RoleData_AnErrorIsAtTheAttributeOfTheLookup(t *testing.T) {
	t.Parallel()
	vb := withRoles(t, vb365sim.Options{})
	const unknown = "00000000-0000-0000-0000-00000000000b"
	var steps []resource.TestStep
	for _, c := range []struct{ dataSource, body, at string }{
		{oneRole, `name = "Helpdesk"`, `name += "Helpdesk"`},
		{oneRole, `id = "` + unknown + `"`, `id += "` + unknown},
		{oneRole, "name = \"Helpdesk\"\n  organization_id = \"" + unknown + `"`, `organization_id +=`},
		{allRoles, `organization_id = "` + unknown + `"`, `organization_id +=`},
	} {
		steps = append(steps, resource.TestStep{
			Config: vb.Config(fmt.Sprintf("data %q \"test\" {\n  %s\n}", c.dataSource, c.body)),
			ExpectError: regexp.MustCompile(`on terraform_plugin_test.tf line \d+, in data "` + c.dataSource +
				`" "test":\s+\d+:\s+` + c.at),
		})
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: vb.Factories(), Steps: steps})
}
