// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// installFromMirror makes terraform init install the built provider as this version, as it does from a registry.
func (tf *terraform) installFromMirror(version string) {
	tf.t.Helper()
	mirror := tf.t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		dir := filepath.Join(mirror, registry, "veeam-community", "veeam", version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			tf.t.Fatal(err)
		}
		const name = "terraform-provider-veeam"
		if err := os.Symlink(filepath.Join(binaries, name), filepath.Join(dir, name+"_v"+version)); err != nil {
			tf.t.Fatal(err)
		}
	}
	tf.write("cli.tfrc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
}

func TestSim_Process_TheGettingStartedGuideLeadsFromAnEmptyDirectoryToTheFirstImport(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Demo: true, Users: administrator(`TECH\svc-terraform`, "...")})
	before := em.Snapshot()
	const page = "getting-started.md.tmpl"
	environment := strings.Replace(commands(t, page, "export "), "https://enterprise04.tech.local:9398", em.url, 1)

	tf := pasted(t, map[string]string{
		"providers.tf": guide(t, "getting-started", "providers.tf"),
		"operators.tf": guide(t, "getting-started", "operators.tf"),
	}, "VEEAM_EM_CA_PEM="+em.caPEM)
	tf.installFromMirror("0.1.0")
	remove := func(name string) {
		if err := os.Remove(filepath.Join(tf.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	tf.follow(page, environment, map[string][]func(){
		"terraform plan": {
			func() {
				if got := em.writes(); len(got) > 0 {
					t.Errorf("before the plan, the guide sent %q", got)
				}
			},
			func() {
				em.Mutate(func(s *emsim.Store) {
					s.FindAccount("User", `TECH\jane.operator`).AllowRestoreAllVms = true
				})
			},
		},
		"terraform plan -generate-config-out=william.tf": {func() {
			tf.write("import.tf", guide(t, "getting-started", "import", "import.tf"))
		}},
		"terraform state rm veeam_em_account.william": {func() { remove("import.tf") }},
	})
	if got := em.Snapshot(); fmt.Sprint(got) != fmt.Sprint(before) {
		t.Errorf("the server holds\n  %+v\nand before held\n  %+v", got, before)
	}
}
