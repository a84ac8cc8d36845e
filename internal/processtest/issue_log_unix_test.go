// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_TheLogForABugReportContainsTheRequestsAndNoNames(t *testing.T) {
	t.Parallel()
	const password = `s3cret\of-the-server`
	em := startServer(t, emsim.Options{Demo: true, Users: administrator(emsim.DefaultUser, password)})
	home := t.TempDir()
	planted := strings.Join([]string{
		password, "jane@tech.local", "10.20.30.40", strings.ToUpper(emsim.DefaultUser), "http://proxy.tech.local:3128", home,
	}, " ")
	tf := newTerraform(t, account("jane", `TECH\jane.operator`, vm01)+`
data "veeam_em_hierarchy_root" "vcenter" { name = "`+emsim.VCenterName+`" }
data "veeam_em_hierarchy_object" "found" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcenter.id
  type              = "Vm"
  name              = "`+emsim.VM01Name+`"
}
data "veeam_em_hierarchy_object" "hidden" {
  hierarchy_root_id = data.veeam_em_hierarchy_root.vcenter.id
  type              = "Vm"
  name              = "secret-machine" # `+planted+`
}
data "veeam_em_account" "hidden" { account_name = "TECH\\Nobody" }
`, em.environment("VEEAM_EM_PASSWORD="+password)...)
	tf.env = append(tf.env, "HOME="+home, "TF_ACC_TERRAFORM_PATH="+tf.cli)
	script, err := filepath.Abs(filepath.Join("..", "tools", "issue-log.sh"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), script, "-hide", "SECRET-machine", "-lock-timeout=1m")
	cmd.Dir, cmd.Env = tf.dir, tf.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"--- Versions\n", " v1.", "exit code 1", "Error: ", "HIDDEN", "NAME-1", "REDACTED", "LOGON-EM", "ADDRESS",
		`op="log on"`, "path=/api/sessionMngr/?v=latest", "&name=HIDDEN", "status=200",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the log does not contain %q", want)
		}
	}
	for _, name := range []string{
		password, "s3cret", "secret-machine", "jane.operator", "jane@tech", "nobody", "administrator@", `\\administrator`,
		"127.0.0.1", "10.20.30.40", "proxy", emsim.VM01Name, home,
	} {
		if strings.Contains(strings.ToLower(string(out)), strings.ToLower(name)) {
			t.Errorf("the log contains %q", name)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
	if got := em.writes(); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
}
