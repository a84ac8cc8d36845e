// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest starts simulated servers for tests and runs the provider against them in the test's own process.
// Only tests import it.
package acctest

import (
	"os"
	"strings"
)

func init() {
	// A developer's CLI configuration or Terraform's version check must not affect the tests.
	for name, value := range map[string]string{"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.DevNull} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
}

// Quote returns the string as a literal of the Terraform language.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}
