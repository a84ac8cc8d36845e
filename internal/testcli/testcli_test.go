// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package testcli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse_ReadsTheProductAndTheVersion(t *testing.T) {
	for output, want := range map[string]CLI{
		"Terraform v1.5.7\non linux_amd64\n":   {"Terraform", Version{1, 5}, "1.5.7"},
		"OpenTofu v1.12.0-beta1\n":             {"OpenTofu", Version{1, 12}, "1.12.0-beta1"},
		"Terraform v1.11.4\n\nYour version of": {"Terraform", Version{1, 11}, "1.11.4"},
	} {
		if got, err := parse(output); err != nil || got != want {
			t.Errorf("%q: %+v, %v", output, got, err)
		}
	}
	for _, output := range []string{"", "Pulumi v3.1.0", "terraform-provider-veeam v1.0.0"} {
		if got, err := parse(output); err == nil {
			t.Errorf("%q: %+v", output, got)
		}
	}
}

func TestLacks_ComparesWithTheVersionOfTheProduct(t *testing.T) {
	const removed = " or later has removed blocks with a lifecycle block"
	for cli, want := range map[CLI]string{
		{Product: "Terraform", Version: Version{1, 6}}: "only Terraform 1.7" + removed,
		{Product: "Terraform", Version: Version{1, 7}}: "",
		{Product: "OpenTofu", Version: Version{1, 9}}:  "only OpenTofu 1.10" + removed,
		{Product: "OpenTofu", Version: Version{1, 10}}: "",
		{Product: "OpenTofu", Version: Version{2, 0}}:  "",
	} {
		if why, lacks := cli.Lacks(Removed); why != want || lacks != (want != "") {
			t.Errorf("%+v: %q, %t", cli, why, lacks)
		}
	}
}

func TestLacks_ReportsAFeatureThatAProductDoesNotHave(t *testing.T) {
	const want = "no release of OpenTofu has terraform query"
	if why, lacks := (CLI{Product: "OpenTofu", Version: Version{9, 0}}).Lacks(Query); why != want || !lacks {
		t.Errorf("%q, %t", why, lacks)
	}
}

func TestFeatures_AreMissingFromTheOldestCLI(t *testing.T) {
	for feature, since := range Features {
		if !Oldest.Terraform.Before(since.Terraform) && !Oldest.OpenTofu.Before(since.OpenTofu) {
			t.Errorf("every supported CLI has %s", feature)
		}
	}
}

func TestWorkflow_TestsTheOldestCLIs(t *testing.T) {
	workflow, err := os.ReadFile(filepath.Join("..", "..", ".github", "workflows", "test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for cli, version := range map[string]Version{"terraform": Oldest.Terraform, "tofu": Oldest.OpenTofu} {
		if entry := fmt.Sprintf(`cli: %s, version: "%s"`, cli, version); !strings.Contains(string(workflow), entry) {
			t.Errorf("the matrix does not contain { %s }", entry)
		}
	}
}
