// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// secretPassword contains characters that URLs, JSON, XML and HCL encode differently.
const secretPassword = `pa%ss"w<o>rd&+/ \\1`

// spellings returns the encodings in which a secret may appear in a text.
func spellings(secret string) map[string]string {
	quoted, _ := json.Marshal(secret) // never fails for a string
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(secret) // never fails for a string
	return map[string]string{
		"in plain text":                 secret,
		"in JSON":                       strings.Trim(string(quoted), `"`),
		"in JSON without HTML escaping": strings.TrimSuffix(strings.TrimPrefix(plain.String(), `"`), "\"\n"),
		"quoted as in Go":               strings.Trim(fmt.Sprintf("%q", secret), `"`),
		"in a URL query":                url.QueryEscape(secret),
		"in a URL path":                 url.PathEscape(secret),
		"in base64":                     base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"in URL-safe base64":            base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"in hex":                        hex.EncodeToString([]byte(secret)),
		"as a byte slice":               strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
	}
}

// leaks returns which of the named secrets appear in a text, and in which spelling.
func leaks(text []byte, secrets map[string]string) []string {
	var found []string
	for name, secret := range secrets {
		for how, spelling := range spellings(secret) {
			if bytes.Contains(text, []byte(spelling)) {
				found = append(found, name+" "+how)
			}
		}
	}
	slices.Sort(found)
	return found
}

func TestLeaks_FindsAPlantedSecretInEverySpelling(t *testing.T) {
	secrets := map[string]string{"the password": secretPassword, "the token": "bm90LWEtdG9rZW4="}
	for name, secret := range secrets {
		for how, spelling := range spellings(secret) {
			if got := leaks([]byte("before "+spelling+" after"), secrets); !slices.Contains(got, name+" "+how) {
				t.Errorf("%s %s (%s) was not found: got %q", name, how, spelling, got)
			}
		}
	}
	if got := leaks([]byte("nothing of interest, REDACTED, pa%ss"), secrets); got != nil {
		t.Errorf("found %q in a text without a secret", got)
	}
}

// secrets returns what must not appear anywhere: the password, the values derived from it, and every token that the
// server issued.
func (f *front) secrets(user, password string) map[string]string {
	out := map[string]string{
		"the password":           password,
		"the Basic value":        base64.StdEncoding.EncodeToString([]byte(user + ":" + password)),
		"user name and password": user + ":" + password,
	}
	for i, token := range f.tokens() {
		out[fmt.Sprintf("token %d", i)] = token
	}
	return out
}

// everything returns the contents of all files in a working folder, by name. It also unpacks archives such as a plan.
func everything(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		all[entry.Name()] = content
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return nil //nolint:nilerr // not an archive
		}
		for _, f := range archive.File {
			packed, err := f.Open()
			if err != nil {
				return err
			}
			if all[entry.Name()+"!"+f.Name], err = io.ReadAll(packed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// leaky is a server of a product whose secrets could leak, with a configuration for it.
type leaky struct {
	*front
	product, user string
	environment   []string
	configuration string
	creates       string      // the path of the request that creates the resource
	reads         string      // the pattern of the path of a request that reads it
	logsOn        string      // the path of logons and of what renews a session
	refusal       emsim.Fault // the response to a refused logon, with the password
	renews        string      // what only the bodies of requests that renew a session contain
	inLog         []string
	inPlan        string
	inState       []string
}

// leakyServers returns functions that start a server of each product, by the attribute of the provider.
func leakyServers() map[string]func(*testing.T) *leaky {
	return map[string]func(*testing.T) *leaky{
		"em": func(t *testing.T) *leaky {
			em := startServer(t, emsim.Options{Users: administrator(emsim.DefaultUser, secretPassword)})
			return &leaky{
				front: em.front, product: "em", user: emsim.DefaultUser,
				environment:   em.environment("VEEAM_EM_PASSWORD=" + secretPassword),
				configuration: operatorAccount(vm01) + rolesDataSource,
				creates:       "/api/security/accounts",
				reads:         "/api/security/accounts/*/roles",
				logsOn:        "/api/sessionMngr/",
				refusal: emsim.Fault{
					Status: http.StatusUnauthorized,
					Body:   `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="` + html.EscapeString(secretPassword) + `"/>`,
				},
				inLog:   []string{"vertex \"veeam_em_account.operator", "Enterprise Manager request"},
				inPlan:  operatorName,
				inState: []string{"veeam_em_account", `TECH\\operator`},
			}
		},
		"vb365": func(t *testing.T) *leaky {
			vb := startServer365(t, vb365sim.Options{Users: []vb365sim.User{
				{Name: vb365sim.DefaultUser, Password: secretPassword, Administrator: true},
			}})
			return &leaky{
				front: vb.front, product: "vb365", user: vb365sim.DefaultUser,
				environment:   vb.environment("VEEAM_VB365_PASSWORD=" + secretPassword),
				configuration: operatorRole + organizationsDataSource,
				creates:       "/v8/Organizations/" + vb365sim.OrganizationID + "/RbacRoles",
				reads:         "/v8/RbacRoles/*/operators",
				logsOn:        "/v8/token",
				refusal:       emsim.Fault{Status: http.StatusBadRequest, Body: secretPassword},
				renews:        "grant_type=refresh_token",
				inLog:         []string{"vertex \"veeam_vb365_restore_operator_role.", "Veeam Backup for Microsoft 365 request"},
				inPlan:        vb365sim.AdminName,
				inState:       []string{"veeam_vb365_restore_operator_role", vb365sim.AdminName},
			}
		},
	}
}

// run runs plan, apply, failing plans and destroy at the highest log level, and returns everything that they wrote.
// Meanwhile, sessions expire and logons are refused with the password in the response, so that more than one token
// could leak.
func (l *leaky) run(t *testing.T, tf *terraform) map[string][]byte {
	t.Helper()
	tf.env = append(tf.env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(tf.dir, "trace.log"),
		"VEEAM_"+strings.ToUpper(l.product)+"_MAX_RETRIES=1")
	written := map[string][]byte{}
	keep := func(r result) {
		written[fmt.Sprintf("output %d of terraform %s", len(written), r.args)] = []byte(r.output)
	}
	keep(tf.run("plan", "-out=plan.bin").exits(0))
	keep(tf.run("show", "-json", "plan.bin").exits(0))
	l.simulated.Inject(emsim.Fault{
		Method: http.MethodPost, PathPattern: l.creates, Kind: emsim.FaultExpireSession, Times: 1,
	})
	keep(tf.run("apply", "plan.bin").exits(0))
	keep(tf.run("show", "-json").exits(0))
	refusal := l.refusal
	refusal.Kind, refusal.PathPattern = emsim.FaultStatus, l.logsOn
	notRenewed := refusal
	notRenewed.Skip = 1 // the logon
	for _, faults := range [][]emsim.Fault{
		{{PathPattern: l.reads, Kind: emsim.FaultStatus, Status: 500, Body: "no such token, no such password"}},
		{{PathPattern: l.reads, Kind: emsim.FaultGarbage}},
		{{PathPattern: l.reads, Kind: emsim.FaultHTML, Status: 502}},
		{refusal},
		{{PathPattern: l.reads, Kind: emsim.FaultExpireSession, Times: 1}, notRenewed},
	} {
		l.simulated.ClearFaults()
		for _, f := range faults {
			l.simulated.Inject(f)
		}
		keep(tf.run("plan").exits(1))
	}
	l.simulated.ClearFaults()
	l.simulated.ExpireSessions()                       // those that were not renewed
	for name, content := range everything(t, tf.dir) { // includes the state, which the destroy empties
		written["after the apply: "+name] = content
	}
	keep(tf.destroy().exits(0))
	for name, content := range everything(t, tf.dir) {
		written[name] = content
	}
	if n := len(l.tokens()); n < 6 {
		t.Errorf("the server issued %d tokens, want at least 6", n)
	}
	if !slices.ContainsFunc(l.simulated.Journal(), func(r emsim.Request) bool {
		return r.Path == l.logsOn && r.Status/100 == 2 && strings.Contains(r.Body, l.renews)
	}) {
		t.Error("no session was renewed")
	}
	return written
}

// contains checks that a text contains all of the words, which shows that the search for secrets looks at the right
// text.
func contains(t *testing.T, where string, text []byte, words ...string) {
	t.Helper()
	for _, w := range words {
		if !bytes.Contains(text, []byte(w)) {
			t.Errorf("%s does not contain %q: the test searches the wrong text", where, w)
		}
	}
}

// administrator returns a server's only user: an administrator with this name and password.
func administrator(name, password string) []emsim.User {
	return []emsim.User{{Name: name, Password: password, Roles: []string{emsim.RolePortalAdministrator}}}
}

// Terraform itself stores the configuration and its variables in plain text in a plan. Credentials from the environment
// are in neither.
func TestSim_Process_SecretsFromTheEnvironmentAreWrittenNowhere(t *testing.T) {
	for product, start := range leakyServers() {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			tf := newTerraform(t, l.configuration, l.environment...)
			written := l.run(t, tf)
			for where, text := range written {
				for _, leak := range leaks(text, l.secrets(l.user, secretPassword)) {
					t.Errorf("%s contains %s", where, leak)
				}
			}
			// Both Terraform and the provider write to the log, the provider one line for each request.
			contains(t, "the log", written["trace.log"], append(l.inLog, "[TRACE]", "sdk.proto", l.logsOn)...)
			contains(t, "the plan", written["plan.bin!tfplan"], l.inPlan)
			contains(t, "the state", written["after the apply: terraform.tfstate"], l.inState...)
		})
	}
}

func TestSim_Process_SecretsFromTheConfigurationAreInNoLogAndNoState(t *testing.T) {
	for product, start := range leakyServers() {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			tf := newTerraform(t, providerBlock("", product, l.front, l.user, secretPassword)+l.configuration)
			written := l.run(t, tf)
			secrets := l.secrets(l.user, secretPassword)
			for where, text := range written {
				name := strings.TrimPrefix(where, "after the apply: ")
				if name == "main.tf" || strings.HasPrefix(name, "plan.bin") ||
					strings.HasSuffix(where, "terraform show -json plan.bin") {
					continue // the configuration and Terraform's copies of it
				}
				for _, leak := range leaks(text, secrets) {
					t.Errorf("%s contains %s", where, leak)
				}
			}
			contains(t, "the log", written["trace.log"], append(l.inLog, "[TRACE]", l.logsOn)...)
			if found := leaks(written["main.tf"], secrets); len(found) == 0 {
				t.Error("the configuration does not contain the password: the test proves nothing")
			}
		})
	}
}
