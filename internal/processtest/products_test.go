// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// bothProducts is a configuration that needs both products.
var bothProducts = operatorAccount() + organizationsDataSource

func TestSim_Process_EveryProcessLogsOffFromBothProducts(t *testing.T) {
	for _, version := range []string{"v6", "v7", "v8"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			em, vb := startServer(t, emsim.Options{}), startServer365(t, vb365sim.Options{})
			env := slices.Concat(em.environment("TF_LOG_PROVIDER=WARN"), vb.environment("VEEAM_VB365_API_VERSION="+version))
			tf := newTerraform(t, bothProducts, env...)
			for _, c := range []struct {
				args              string
				logons, logons365 int
			}{
				{"validate", 0, 0}, {"plan -out=plan.bin", 1, 1}, {"apply plan.bin", 1, 0}, // which has read the data source
				{"plan", 1, 1}, {"destroy -auto-approve", 3, 1},
			} {
				em.ResetJournal()
				vb.ResetJournal()
				r := tf.run(strings.Fields(c.args)...).exits(0)
				em.sessions(c.logons)
				vb.sessions(c.logons365)
				logoffs := c.logons365
				if version == "v6" {
					logoffs = 0
				}
				if n := vb.count(http.MethodPost, "/"+version+"/token/logout"); n != logoffs {
					t.Errorf("terraform %s: %d sessions were logged off, want %d:\n%s", c.args, n, logoffs, vb.requests())
				}
				if strings.Contains(r.output, "was not logged off") {
					t.Errorf("terraform %s reports an open session:\n%s", c.args, r.output)
				}
			}
		})
	}
}

// A server that does not answer the logoff must not keep the provider from logging off from the other one in time.
func TestSim_Process_ALogoffThatHangsDoesNotAffectTheOtherProduct(t *testing.T) {
	held := func(method, path string, t *testing.T) emsim.Fault {
		return emsim.Fault{
			Method: method, PathPattern: path, Kind: emsim.FaultHoldBeforeCommit, Release: t.Context().Done(),
		}
	}
	for name, hold := range map[string]func(*testing.T, *server, *server365) (hanging, other *front, end func()){
		"em": func(t *testing.T, em *server, vb *server365) (hanging, other *front, end func()) {
			em.Inject(held(http.MethodDelete, "/api/logonSessions/*", t))
			return em.front, vb.front, em.ExpireSessions
		},
		"vb365": func(t *testing.T, em *server, vb *server365) (hanging, other *front, end func()) {
			vb.Inject(held(http.MethodPost, "/v8/token/logout", t))
			return vb.front, em.front, vb.ExpireSessions
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em, vb := startServer(t, emsim.Options{}), startServer365(t, vb365sim.Options{})
			hanging, other, end := hold(t, em, vb)
			tf := newTerraform(t, rolesDataSource+organizationsDataSource,
				slices.Concat(em.environment("TF_LOG_PROVIDER=WARN"), vb.environment())...)
			r := tf.run("plan").exits(0)
			other.sessions(1)
			if n := hanging.simulated.OpenSessions(); n != 1 || hanging.logons() != 1 {
				t.Errorf("%d sessions are open after %d logons, want 1:\n%s", n, hanging.logons(), hanging.requests())
			}
			if n := strings.Count(r.output, "was not logged off"); n != 1 {
				t.Errorf("%d reports of an open session, want 1:\n%s", n, r.output)
			}
			end()
		})
	}
}

func TestSim_Process_SecretsOfBackupForMicrosoft365AreWrittenNowhere(t *testing.T) {
	t.Parallel()
	vb := startServer365(t, vb365sim.Options{Users: []vb365sim.User{
		{Name: vb365sim.DefaultUser, Password: secretPassword, Administrator: true},
	}})
	const ids = "output \"ids\" {\n  value = data.veeam_vb365_organizations.all.ids\n}\n"
	tf := newTerraform(t, organizationsDataSource+ids,
		vb.environment("VEEAM_VB365_PASSWORD="+secretPassword)...)
	tf.env = append(tf.env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(tf.dir, "trace.log"), "VEEAM_VB365_MAX_RETRIES=1")
	written := map[string][]byte{}
	run := func(code int, args ...string) {
		r := tf.run(args...).exits(code)
		written["the output of terraform "+r.args] = []byte(r.output)
	}
	vb.Inject(vb365sim.Fault{PathPattern: "/v8/Organizations", Kind: emsim.FaultExpireSession, Times: 1})
	run(0, "plan", "-out=plan.bin")
	run(0, "show", "-json", "plan.bin")
	run(0, "apply", "plan.bin")
	for _, f := range []vb365sim.Fault{
		{Kind: emsim.FaultStatus, Status: 500, Body: `{"message":"no such token, no such password"}`},
		{Kind: emsim.FaultGarbage},
		{Kind: emsim.FaultHTML, Status: 502},
	} {
		vb.ClearFaults()
		f.PathPattern = "/v8/Organizations"
		vb.Inject(f)
		run(1, "plan")
	}
	for name, content := range everything(t, tf.dir) {
		written[name] = content
	}
	if n := len(vb.tokens()); n < 8 || n == 2*vb.logons() {
		t.Fatalf("the server issued %d tokens in %d logons, want at least 8, and some by a refresh", n, vb.logons())
	}
	secrets := vb.secrets(vb365sim.DefaultUser, secretPassword)
	for where, text := range written {
		for _, leak := range leaks(text, secrets) {
			t.Errorf("%s contains %s", where, leak)
		}
	}
	contains(t, "the log", written["trace.log"], "[TRACE]", "Veeam Backup for Microsoft 365 request", "/v8/token")
	contains(t, "the state", written["terraform.tfstate"], vb365sim.OrganizationID)
}
