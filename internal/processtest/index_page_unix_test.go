// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package processtest

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const exampleEndpoint = "enterprise04.tech.local:9398"

func TestSim_Process_TheIndexPageConfiguresTheProviderAndLogsItsRequests(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{Users: administrator(`TECH\svc-terraform`, "...")})
	host := strings.TrimPrefix(em.url, "https://")
	settings := strings.Replace(commands(t, indexPage, "export VEEAM_EM_ENDPOINT"), exampleEndpoint, host, 1)

	configuration := fenced(t, indexPage, "terraform", `provider "veeam"`) + rolesDataSource
	tf := newTerraform(t, configuration, "VEEAM_EM_CA_PEM="+em.caPEM)
	tf.sh(settings + commands(t, indexPage, "TF_LOG_PROVIDER=")).exits(0)
	contains(t, "the log", tf.read("veeam.log"), "Enterprise Manager request",
		"path=/api/security/roles", "status=200", "duration_ms=")
	em.sessions(1)
}

// Each plan is that of a row of the table.
func TestSim_Process_TheIndexPageSaysWhatAPlanShows(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, operatorAccount(vm01, web01), em.environment()...)
	tf.apply().exits(0)
	id := em.accounts()[0].ID
	change := func(do func(s *emsim.Store, a *emsim.Account)) {
		em.Mutate(func(s *emsim.Store) { do(s, s.Account(id)) })
	}
	plan := func(code int) result { return tf.run("plan", "-detailed-exitcode").exits(code) }

	change(func(s *emsim.Store, a *emsim.Account) {
		s.AddRole(id, emsim.RolePortalUser)
		a.AllowRestoreAllVms = true
	})
	plan(2).says(`- "Portal User"`, "~ allow_restore_all_vms = true -> false", "0 to add, 1 to change, 0 to destroy.")
	change(func(s *emsim.Store, a *emsim.Account) {
		s.RemoveRole(id, emsim.RolePortalUser)
		a.AllowRestoreAllVms = false
	})

	change(func(_ *emsim.Store, a *emsim.Account) { a.DenyInPlaceRestore = true })
	plan(2).says("must be replaced", "deny_inplace_restore = true -> false", "1 to add, 0 to change, 1 to destroy.")
	change(func(_ *emsim.Store, a *emsim.Account) { a.DenyInPlaceRestore = false })

	change(func(s *emsim.Store, _ *emsim.Account) { s.AddScope(id, emsim.VMSQLSRVRef, emsim.VMSQLSRVName) })
	plan(0).says("Warning", "Vm "+emsim.VMSQLSRVName)

	change(func(s *emsim.Store, a *emsim.Account) { s.RemoveScope(id, a.Scopes[0].ID) })
	plan(2).says("+ object_name", "0 to add, 1 to change, 0 to destroy.")

	change(func(s *emsim.Store, _ *emsim.Account) { s.RemoveAccount(id) })
	plan(2).says("1 to add, 0 to change, 0 to destroy.")
}

func TestIndexPage_ShowsHowToTrustACertificate(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	em := startServer(t, emsim.Options{})
	dir := t.TempDir()
	printed := func(script string) string {
		t.Helper()
		shell := exec.CommandContext(t.Context(), "sh", "-ec", script)
		shell.Dir = dir
		out, err := shell.Output()
		if err != nil {
			t.Fatalf("%s: %v", script, err)
		}
		return strings.TrimSpace(string(out))
	}
	host := strings.TrimPrefix(em.url, "https://")
	shown := printed(strings.Replace(commands(t, indexPage, "openssl s_client"), exampleEndpoint, host, 1))
	if !strings.Contains(shown, em.fingerprint) || !strings.Contains(shown, "em.example.com") {
		t.Errorf("the commands print\n%s\nwant the subject and the fingerprint %s", shown, em.fingerprint)
	}
	// Other tests show that the provider accepts the server with each of these two.
	ca := printed(commands(t, indexPage, "export VEEAM_EM_CA_FILE") + `cat "$VEEAM_EM_CA_FILE"`)
	if ca != strings.TrimSpace(em.caPEM) {
		t.Errorf("the file contains\n%s\nwant the certificate of the server\n%s", ca, em.caPEM)
	}
	pin := printed(commands(t, indexPage, "unset VEEAM_EM_CA_FILE") + `echo "$VEEAM_EM_TLS_PINNED_SHA256"`)
	if pin != em.fingerprint {
		t.Errorf("the pin is %q, want %q", pin, em.fingerprint)
	}
}
