// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// readOrganizations reads a data source of Veeam Backup for Microsoft 365 and returns the errors.
func readOrganizations(p *tfrun.Protocol) []string {
	_, said := p.ReadData("veeam_vb365_organizations", nil)
	return said
}

const (
	adminRole     = "needs the role Veeam Backup Administrator."
	operatorsOnly = `If the option "Enable restore operator authentication only"`
)

func TestVB365_AnErrorSaysWhatTheServerLacksAndWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		options vb365sim.Options
		more    map[string]any
		prepare func(*acctest.VB365)
		logon   bool // the logon fails
		says    []string
	}{
		"wrong password": {
			more: map[string]any{"password": "wrong"}, logon: true,
			says: []string{"HTTP 400", "The user name or password is incorrect.", "Check username and password in vb365"},
		},
		"wrong password, an error of OAuth": {
			options: vb365sim.Options{OAuthErrors: true}, more: map[string]any{"password": "wrong"}, logon: true,
			says: []string{"HTTP 400", "The user name or password is incorrect.", "Check username and password in vb365"},
		},
		"multi-factor authentication": {
			more:  map[string]any{"username": vb365sim.MFAUser, "password": vb365sim.MFAPassword},
			logon: true, says: []string{"does not need multi-factor authentication (MFA)", "service account"},
		},
		"no administrator": {
			more: map[string]any{"username": vb365sim.OperatorUser, "password": vb365sim.OperatorPassword},
			says: []string{"HTTP 403", "Access is denied.", adminRole},
		},
		"operators only": {
			options: vb365sim.Options{OperatorsOnly: true}, logon: true,
			says: []string{"HTTP 403", "Only restore operators can authenticate.", adminRole, operatorsOnly},
		},
		"operators only, no such path": {
			prepare: func(vb *acctest.VB365) {
				vb.Inject(vb365sim.Fault{PathPattern: "/v8/Organizations", Status: http.StatusNotFound})
			},
			says: []string{"HTTP 404", operatorsOnly},
		},
		"an older server": {
			options: vb365sim.Options{Versions: []string{"v6", "v7"}}, logon: true,
			says: []string{"HTTP 404", "it has no /v8/token", "check api_version in vb365 (VEEAM_VB365_API_VERSION)"},
		},
		"REST service disabled": {
			prepare: func(vb *acctest.VB365) { vb.Network.Refuse(true) }, logon: true,
			says: []string{"Nothing accepts connections at", "port 4443", "that the REST service is enabled"},
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			vb := acctest.StartVB365(t, c.options)
			if c.prepare != nil {
				c.prepare(vb)
			}
			said := readOrganizations(vb.ProtocolWith(c.more))
			summary := "error: Could not list the organizations: "
			if c.logon {
				summary = "error: Could not log on to Veeam Backup for Microsoft 365: "
			}
			if len(said) != 1 || !strings.HasPrefix(said[0], summary) {
				t.Fatalf("%q, want one error that begins with %q", said, summary)
			}
			for _, part := range c.says {
				if !strings.Contains(said[0], part) {
					t.Errorf("the error does not say %q: %s", part, said[0])
				}
			}
			for _, secret := range []string{"stackTrace", vb365sim.StackTrace, vb365sim.DefaultPassword, vb365sim.MFAPassword} {
				if strings.Contains(said[0], secret) {
					t.Errorf("the error contains %q: %s", secret, said[0])
				}
			}
		})
	}
}
