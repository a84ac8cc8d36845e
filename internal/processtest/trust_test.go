// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestSim_Process_AWrongPasswordIsTriedOncePerProcess(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	many := rolesDataSource
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		many += account(name, `TECH\`+name)
	}
	tf := newTerraform(t, many, em.environment("VEEAM_EM_PASSWORD=wrong-password")...)
	// With -parallelism=1 each object asks for a session after the previous one has failed. The apply fails in its plan.
	for _, args := range []string{"plan", "plan -parallelism=1", "apply -auto-approve -parallelism=1"} {
		em.ResetJournal()
		r := tf.run(strings.Fields(args)...).exits(1)
		r.says("log on as "+emsim.DefaultUser, "HTTP 401", "The server refused the logon")
		em.sessions(1)
		if len(em.Journal()) != 1 {
			t.Errorf("terraform %s sent more than one request:\n%s", args, em.requests())
		}
		for text, want := range map[string]int{
			"the server refuses this user name or password":           1,
			"Error: Could not log on to Enterprise Manager":           1,
			`See the error "Could not log on to Enterprise Manager".`: 5,
		} {
			if n := strings.Count(flat(r.output), text); n != want {
				t.Errorf("terraform %s says %q %d times, want %d for the 6 objects:\n%s", args, text, n, want, r.output)
			}
		}
		if strings.Contains(r.output, "wrong-password") {
			t.Errorf("the password is in the output:\n%s", r.output)
		}
	}
}

// withTLS returns a provider block with this attribute in em. Nothing else makes the server's certificate trusted.
func withTLS(s *server, attribute string) string {
	return fmt.Sprintf(`
provider "veeam" {
  em = {
    endpoint = %q
    username = %q
    password = %q
    %s
  }
}
%s`, s.url, emsim.DefaultUser, emsim.DefaultPassword, attribute, rolesDataSource)
}

func TestSim_Process_ASelfSignedCertificateIsAcceptedIfItsFingerprintIsPinned(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, "")
	another := strings.Repeat("AB:", 31) + "AB"
	for _, pins := range []string{
		fmt.Sprintf("[%q]", em.fingerprint),
		fmt.Sprintf("[%q]", strings.ToLower(strings.ReplaceAll(em.fingerprint, ":", ""))),
		fmt.Sprintf("[%q, %q]", another, em.fingerprint),
	} {
		em.ResetJournal()
		tf.configure(withTLS(em, "tls_pinned_sha256 = "+pins))
		r := tf.run("plan").exits(0)
		em.sessions(1)
		if strings.Contains(r.output, "certificate is not verified") {
			t.Errorf("the output calls a pinned certificate unverified:\n%s", r.output)
		}
	}

	em.ResetJournal()
	tf.configure(withTLS(em, fmt.Sprintf("tls_pinned_sha256 = [%q]", another)))
	tf.run("plan").exits(1).says(em.fingerprint, "CN=em.example.com", "not among the pinned ones", "tls_pinned_sha256")
	// A trusted certificate authority is not enough if another certificate is pinned.
	tf.configure(withTLS(em, fmt.Sprintf("tls_pinned_sha256 = [%q]\n    ca_pem = <<-PEM\n%s    PEM", another, em.caPEM)))
	tf.run("plan").exits(1).says(em.fingerprint, "not among the pinned ones")
	if len(em.Journal()) != 0 {
		t.Errorf("the provider sent requests to a server that is not the pinned one:\n%s", em.requests())
	}
}

func TestSim_Process_TheErrorForASelfSignedCertificateNamesItsFingerprintAndTheAttributeToSet(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, withTLS(em, ""))
	tf.run("plan").exits(1).says(em.fingerprint, "CN=em.example.com", "tls_pinned_sha256", "ca_file")
	if len(em.Journal()) != 0 {
		t.Errorf("the provider sent requests to a server that is not trusted:\n%s", em.requests())
	}
	// The fingerprint that the message shows is the one to pin.
	tf.configure(withTLS(em, fmt.Sprintf("tls_pinned_sha256 = [%q]", em.fingerprint)))
	tf.run("plan").exits(0)
}

func TestSim_Process_TheWarningAboutAnUnverifiedCertificateAppearsOnce(t *testing.T) {
	t.Parallel()
	em := startServer(t, emsim.Options{})
	tf := newTerraform(t, withTLS(em, "insecure_skip_verify = true")+operatorAccount())
	r := tf.run("plan").exits(0)
	r.says("The server's certificate is not verified", "An attacker on the network can read the password",
		"tls_pinned_sha256 instead")
	if n := strings.Count(r.output, "The server's certificate is not verified"); n != 1 {
		t.Errorf("the warning appears %d times:\n%s", n, r.output)
	}
	em.sessions(1)
	if n := em.count(http.MethodGet, "/api/security/roles"); n == 0 {
		t.Errorf("the roles were not read:\n%s", em.requests())
	}
}
