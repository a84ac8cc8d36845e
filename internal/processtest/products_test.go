// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"net/http"
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
