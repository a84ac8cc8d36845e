// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// server365 is a simulated server of Veeam Backup for Microsoft 365 on a loopback address.
type server365 struct {
	*vb365sim.Server
	*front
}

// startServer365 starts a server. When the test ends, it fails the test if a session is still open.
func startServer365(t testing.TB, options vb365sim.Options) *server365 {
	t.Helper()
	s := vb365sim.New(options)
	isLogon := func(r vb365sim.Request) bool {
		return strings.HasSuffix(r.Path, "/token") && strings.Contains(r.Body, "grant_type=password")
	}
	issues := func(_ http.Header, body []byte) []string {
		var issued struct {
			Access  string `json:"access_token"`
			Refresh string `json:"refresh_token"`
		}
		if json.Unmarshal(body, &issued) != nil || issued.Access == "" {
			return nil // another response
		}
		return []string{issued.Access, issued.Refresh}
	}
	return &server365{s, startFront(t, s, isLogon, issues)}
}

// environment returns environment variables that configure the provider for this server.
func (vb *server365) environment(more ...string) []string {
	return append([]string{
		"VEEAM_VB365_REQUEST_TIMEOUT=" + never.String(),
		"VEEAM_VB365_ENDPOINT=" + vb.url, "VEEAM_VB365_USERNAME=" + vb365sim.DefaultUser,
		"VEEAM_VB365_PASSWORD=" + vb365sim.DefaultPassword, "VEEAM_VB365_CA_PEM=" + vb.caPEM,
	}, more...)
}

const organizationsDataSource = "\ndata \"veeam_vb365_organizations\" \"all\" {}\n"
