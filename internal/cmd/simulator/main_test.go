// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// output is a buffer that is safe for concurrent use.
type output struct {
	mu    sync.Mutex
	b     bytes.Buffer
	first func() // called after the first write; may be nil
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.first != nil {
		defer o.first()
		o.first = nil
	}
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// started is a simulator that a test has started.
type started struct {
	env            map[string]string
	stdout, stderr *output
	printed        chan struct{}
	running        context.Context // ends when the command ends, or after patience
	stop           func() int      // stops the command and returns its exit code
}

var exportLine = regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`)

// start runs the command on a free port until stop is called or the test ends.
func start(t *testing.T, dir string, args ...string) started {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	running, ended := context.WithTimeout(context.Background(), patience)
	s := started{stderr: &output{}, env: map[string]string{}, printed: make(chan struct{}), running: running}
	s.stdout = &output{first: func() { close(s.printed) }}
	envFile := filepath.Join(dir, "simulator.env")
	args = append([]string{
		"-listen", "127.0.0.1:0", "-vb365-listen", "127.0.0.1:0", "-ca-file", filepath.Join(dir, "ca.pem"),
		"-env-file", envFile,
	}, args...)
	code := make(chan int, 1)
	go func() {
		defer ended()
		code <- run(ctx, args, s.stdout, s.stderr)
	}()
	s.stop = sync.OnceValue(func() int {
		cancel()
		return <-code
	})
	t.Cleanup(func() { s.stop() })
	for _, m := range exportLine.FindAllStringSubmatch(s.await(t, envFile), -1) {
		s.env[m[1]] = m[2]
	}
	return s
}

// patience is how long a test waits for the command before it fails.
const patience = 2 * time.Minute

// await waits for a file that the command writes right after its output, and returns its content.
func (s started) await(t *testing.T, file string) string {
	t.Helper()
	select {
	case <-s.printed:
	case <-s.running.Done():
	}
	for s.running.Err() == nil {
		if content, err := os.ReadFile(file); err == nil {
			return string(content)
		}
		runtime.Gosched()
	}
	t.Fatalf("the command did not write %s\n%s", file, s.stderr)
	return ""
}

// client returns a client that trusts only the CA file.
func client(t *testing.T, caFile string) *http.Client {
	t.Helper()
	caPEM, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(caPEM) {
		t.Fatal("no certificate in the CA file")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

// logOn logs on and returns the token and the body of the response.
func (s started) logOn(t *testing.T) (token, body string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, s.env["VEEAM_EM_ENDPOINT"]+"/api/sessionMngr/?v=latest", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(s.env["VEEAM_EM_USERNAME"], s.env["VEEAM_EM_PASSWORD"])
	resp, err := client(t, s.env["VEEAM_EM_CA_FILE"]).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("logon: status %d\n%s", resp.StatusCode, content)
	}
	return resp.Header.Get("X-RestSvcSessionId"), string(content)
}

// token gets a token of Veeam Backup for Microsoft 365.
func (s started) token(t *testing.T, version string) string {
	t.Helper()
	form := url.Values{
		"grant_type": {"password"},
		"username":   {s.env["VEEAM_VB365_USERNAME"]}, "password": {s.env["VEEAM_VB365_PASSWORD"]},
	}
	if version != "v6" {
		form.Set("disable_antiforgery_token", "true")
	}
	at := s.env["VEEAM_VB365_ENDPOINT"] + "/" + version + "/token"
	resp, err := client(t, s.env["VEEAM_VB365_CA_FILE"]).PostForm(at, form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || resp.StatusCode != http.StatusOK || got.Token == "" {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return got.Token
}

func TestRun_EnvironmentFileAllowsLogonOverTrustedTLS(t *testing.T) {
	s := start(t, t.TempDir())
	token, body := s.logOn(t)
	if token == "" || !strings.Contains(body, `<UserName>TECH\administrator</UserName>`) {
		t.Errorf("token %q, body\n%s", token, body)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d, want 0\n%s", code, s.stderr)
	}
}

func TestRun_PrintsACompleteProviderConfigurationAndTheEnvironmentLines(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir)
	want := "Simulated Enterprise Manager at " + s.env["VEEAM_EM_ENDPOINT"] + `
Simulated Veeam Backup for Microsoft 365 at ` + s.env["VEEAM_VB365_ENDPOINT"] + `

terraform {
  required_providers {
    veeam = { source = "veeam-community/veeam" }
  }
}

provider "veeam" {
  em = {
    endpoint = "` + s.env["VEEAM_EM_ENDPOINT"] + `"
    username = "TECH\\administrator"
    password = "` + emsim.DefaultPassword + `"
    ca_file  = ` + quote(filepath.Join(dir, "ca.pem")) + `
  }
  vb365 = {
    endpoint = "` + s.env["VEEAM_VB365_ENDPOINT"] + `"
    username = "TECH\\vb365admin"
    password = "` + vb365sim.DefaultPassword + `"
    ca_file  = ` + quote(filepath.Join(dir, "ca.pem")) + `
  }
}

export VEEAM_EM_ENDPOINT='` + s.env["VEEAM_EM_ENDPOINT"] + `'
export VEEAM_EM_USERNAME='TECH\administrator'
export VEEAM_EM_PASSWORD='` + emsim.DefaultPassword + `'
export VEEAM_EM_CA_FILE='` + filepath.Join(dir, "ca.pem") + `'
export VEEAM_VB365_ENDPOINT='` + s.env["VEEAM_VB365_ENDPOINT"] + `'
export VEEAM_VB365_USERNAME='TECH\vb365admin'
export VEEAM_VB365_PASSWORD='` + vb365sim.DefaultPassword + `'
export VEEAM_VB365_CA_FILE='` + filepath.Join(dir, "ca.pem") + `'

Stopped. Sessions left open: 0
`
	s.stop()
	if got := s.stdout.String(); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

func TestRun_PrintsTheNumberOfOpenSessionsWhenItStops(t *testing.T) {
	s := start(t, t.TempDir())
	s.logOn(t)
	s.logOn(t)
	s.token(t, "v8")
	s.stop()
	if got := s.stdout.String(); !strings.HasSuffix(got, "\nStopped. Sessions left open: 3\n") {
		t.Errorf("printed\n%s", got)
	}
}

func TestRun_LogsOneReadableLineForEachRequest(t *testing.T) {
	s := start(t, t.TempDir())
	s.logOn(t)
	s.stop()
	want := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3} POST   /api/sessionMngr/\?v=latest 201 TECH\\administrator\n$`)
	if got := s.stderr.String(); !want.MatchString(got) {
		t.Errorf("logged %q", got)
	}
}

func TestRun_QuietLogsNothing(t *testing.T) {
	s := start(t, t.TempDir(), "-quiet")
	s.logOn(t)
	s.stop()
	if got := s.stderr.String(); got != "" {
		t.Errorf("logged %q", got)
	}
}

func TestRun_WritesTheJournalAsJSONLines(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.jsonl")
	s := start(t, dir, "-journal-file", path)
	token, _ := s.logOn(t)
	secrets := []string{token, s.token(t, "v8"), emsim.DefaultPassword, vb365sim.DefaultPassword}
	s.stop()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for entry := range strings.Lines(string(content)) {
		var e struct {
			Product string
			simkit.Request
		}
		if err := json.Unmarshal([]byte(entry), &e); err != nil {
			t.Fatalf("%v\n%s", err, entry)
		}
		got = append(got, fmt.Sprintf("%s %d %s %s?%s %d", e.Product, e.Seq, e.Method, e.Path, e.Query, e.Status))
	}
	want := []string{"em 1 POST /api/sessionMngr/?v=latest 201", "vb365 1 POST /v8/token? 200"}
	if !slices.Equal(got, want) {
		t.Errorf("the journal says %q, want %q", got, want)
	}
	for _, secret := range secrets {
		if strings.Contains(string(content), secret) {
			t.Error("the journal contains a secret")
		}
	}
}

func TestRun_RemovesWhatItWroteWhenItStopsExceptForTheJournal(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, "-journal-file", filepath.Join(dir, "journal.jsonl")).stop()
	if left := strings.Join(entries(t, dir), " "); left != "journal.jsonl" {
		t.Errorf("left behind: %s", left)
	}
}

func TestRun_RemovesItsTemporaryFolder(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	start(t, t.TempDir(), "-ca-file", "").stop()
	if left := entries(t, temporary); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(found))
	for _, f := range found {
		names = append(names, f.Name())
	}
	return names
}

func TestRun_PlatformLinuxChangesTheUserAndThePrintedConfiguration(t *testing.T) {
	s := start(t, t.TempDir(), "-platform", "linux")
	if _, body := s.logOn(t); !strings.Contains(body, "<UserName>administrator@TECH</UserName>") {
		t.Errorf("body\n%s", body)
	}
	if got := s.env["VEEAM_EM_SERVER_PLATFORM"]; got != "linux" {
		t.Errorf("VEEAM_EM_SERVER_PLATFORM is %q", got)
	}
	if !strings.Contains(s.stdout.String(), "\n    server_platform = \"linux\"\n") {
		t.Errorf("printed\n%s", s.stdout)
	}
}

func TestRun_SetsTheVersionOfTheAPIIfTheServerDoesNotServeTheDefault(t *testing.T) {
	s := start(t, t.TempDir(), "-vb365-versions", "v6,v7")
	s.token(t, s.env["VEEAM_VB365_API_VERSION"])
	if got := s.env["VEEAM_VB365_API_VERSION"]; got != "v7" {
		t.Errorf("VEEAM_VB365_API_VERSION is %q", got)
	}
	if !strings.Contains(s.stdout.String(), "\n    api_version = \"v7\"\n") {
		t.Errorf("printed\n%s", s.stdout)
	}
}

func TestRun_RejectsAnUnknownValueWithExitCode2(t *testing.T) {
	for _, c := range [][3]string{
		{"-root-names", "guid", "must be one of id, unique-id, name, mixed"},
		{"-vb365-update", "adds", "must be one of merges, replaces"},
		{"-vb365-versions", "v7,v9", `"v9" is none of v6, v7, v8`},
	} {
		var stderr output
		if code := run(context.Background(), c[:2], io.Discard, &stderr); code != 2 {
			t.Errorf("exit code %d, want 2", code)
		}
		if !strings.Contains(stderr.String(), c[2]) {
			t.Errorf("%q does not contain %q", stderr.String(), c[2])
		}
	}
}

func TestRun_RejectsArgumentsThatAreNotFlags(t *testing.T) {
	var stderr output
	if code := run(context.Background(), []string{"start"}, io.Discard, &stderr); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
}

func TestRun_HelpExitsWithCode0(t *testing.T) {
	var stderr output
	if code := run(context.Background(), []string{"-h"}, io.Discard, &stderr); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if !strings.Contains(stderr.String(), "-scope-delay time") {
		t.Errorf("help is\n%s", &stderr)
	}
}

func TestRun_FailsWithoutLeavingFilesIfTheAddressIsInUse(t *testing.T) {
	s := start(t, t.TempDir())
	dir := t.TempDir()
	em := strings.TrimPrefix(s.env["VEEAM_EM_ENDPOINT"], "https://")
	vb365 := strings.TrimPrefix(s.env["VEEAM_VB365_ENDPOINT"], "https://")
	for _, addresses := range [][2]string{{em, "127.0.0.1:0"}, {"127.0.0.1:0", vb365}} {
		var stderr output
		args := []string{
			"-listen", addresses[0], "-vb365-listen", addresses[1], "-ca-file", filepath.Join(dir, "ca.pem"),
		}
		if code := run(context.Background(), args, io.Discard, &stderr); code != 1 {
			t.Errorf("exit code %d, want 1", code)
		}
		if left := entries(t, dir); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestParse_MapsEachFlagToItsOption(t *testing.T) {
	got, err := parse([]string{
		"-seed", "-host-name", "em:1", "-latency", "1s", "-session-idle", "2s", "-unknown-session-status", "500",
		"-references-only", "-omit-location", "-list-order", "shuffled", "-scope-location", "-bare-not-found",
		"-task-duration", "3s", "-task-collect", "4s", "-task-failure", "no",
		"-omit-settings", "-account-name-case", "upper", "-duplicate-account-status", "500", "-refuse-duplicate-role",
		"-account-names", "dns", "-name-form", "nfd", "-extensions", "dots", "-all-vms", "fixed", "-dropped-settings", "sql",
		"-added-role", "1", "-dropped-role", "2",
		"-scope-status", "201", "-scope-delay", "5s", "-scope-stagger", "6s", "-process-delay", "-1s",
		"-removing-delay", "7s", "-root-names", "mixed", "-duplicate-scopes", "same", "-last-scope", "refuse",
		"-object-names", "infrastructure", "-names-follow-rename", "-object-type-case", "lower", "-shared-scope-ids",
		"-task-result-early", "-omit-task-message", "-scope-failure", "full",
		"-shared-delete", "first", "-refuse-unknown-objects", "-no-scope-license", "-platform", "windows",
		"-short-entity-names", "-page-size", "8", "-inline-roles", "-odd-account",
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := emsim.Options{
		Demo: true, HostName: "em:1", Latency: time.Second, SessionIdle: 2 * time.Second, UnknownSessionStatus: 500,
		ReferencesOnly: true, OmitLocation: true, ListOrder: emsim.ListShuffled, ScopeLocation: true,
		BareNotFound: true,
		TaskDuration: 3 * time.Second, TaskCollect: 4 * time.Second,
		TaskResultEarly: true, OmitTaskMessage: true, ScopeFailure: "full",
		TaskFailure: "no", OmitSettings: true, AccountNameCase: emsim.CaseUpper, DuplicateAccountStatus: 500,
		AccountNames: emsim.AccountNamesDNS, NameForm: emsim.NameFormNFD,
		Extensions: emsim.ExtensionsDots, AllVMs: emsim.AllVMsFixed,
		DroppedSettings: emsim.SettingsSQL, AddedRole: "1", DroppedRole: "2",
		RefuseDuplicateRole: true, ScopeStatus: 201, ScopeDelay: 5 * time.Second, ScopeStagger: 6 * time.Second,
		ProcessDelay: -time.Second, RemovingDelay: 7 * time.Second, RootNames: emsim.RootNamesMixed,
		DuplicateScopes: emsim.DuplicateScopesSame, LastScope: emsim.LastScopeRefuse,
		ObjectNames: emsim.ObjectNamesInfrastructure, NamesFollowRename: true, ObjectTypeCase: emsim.CaseLower,
		SharedScopeIDs: true, SharedDelete: emsim.SharedDeleteFirst, RefuseUnknownObjects: true, NoScopeLicense: true,
		ShortEntityNames: true, PageSize: 8, InlineRoles: true, OddAccount: true,
	}
	if got, want := describe(got.options), describe(want); got != want {
		t.Errorf("options\n%s\nwant\n%s", got, want)
	}
}

func TestParse_MapsEachVB365FlagToItsOption(t *testing.T) {
	got, err := parse([]string{
		"-vb365-versions", "v6,v8", "-vb365-latency", "1s", "-vb365-token-life", "2s", "-vb365-refresh-life", "3s",
		"-vb365-refused-token-status", "401", "-vb365-oauth-errors", "-vb365-unauthorized-body", "-vb365-operators-only",
		"-vb365-create-status", "202", "-vb365-write-status", "200", "-vb365-gone-status", "410", "-vb365-omit-error-code",
		"-vb365-update", "replaces", "-vb365-keeps-empty-lists", "-vb365-keeps-empty-description",
		"-vb365-keeps-selected-items", "-vb365-refuse-duplicate-names", "-vb365-refuse-unknown-objects",
		"-vb365-refuse-unknown-entries", "-vb365-allow-last-entry", "-vb365-duplicate-entries", "refuse",
		"-vb365-entry-ids", "fresh", "-vb365-id-case", "upper", "-vb365-names-follow-rename",
		"-vb365-deleted-objects", "bare", "-vb365-old-teams", "hidden", "-vb365-role-delay", "4s",
		"-vb365-entry-delay", "5s", "-vb365-removing-delay", "6s", "-vb365-filters", "ignored", "-vb365-max-page", "7",
		"-vb365-short-pages", "-vb365-omit-page-links", "-vb365-omit-group-names", "-vb365-list-order", "newest-first",
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := vb365sim.Options{
		Versions: []string{"v6", "v8"}, Latency: time.Second, TokenLife: 2 * time.Second, RefreshLife: 3 * time.Second,
		RefusedTokenStatus: 401, OAuthErrors: true, UnauthorizedBody: true, OperatorsOnly: true, CreateStatus: 202,
		WriteStatus: 200, GoneStatus: 410, OmitErrorCode: true, Update: vb365sim.UpdateReplaces, KeepsEmptyLists: true,
		KeepsEmptyDescription: true, KeepsSelectedItems: true, RefuseDuplicateNames: true, RefuseUnknownObjects: true,
		RefuseUnknownEntries: true, AllowLastEntry: true, DuplicateEntries: vb365sim.DuplicateEntriesRefuse,
		EntryIDs: vb365sim.EntryIDsFresh, IDCase: vb365sim.CaseUpper, NamesFollowRename: true,
		DeletedObjects: vb365sim.DeletedObjectsBare, OldTeams: vb365sim.OldTeamsHidden, RoleDelay: 4 * time.Second,
		EntryDelay: 5 * time.Second, RemovingDelay: 6 * time.Second, Filters: vb365sim.FiltersIgnored, MaxPage: 7,
		ShortPages: true, OmitPageLinks: true, OmitGroupNames: true, ListOrder: simkit.ListNewestFirst,
	}
	if !reflect.DeepEqual(got.vb365, want) {
		t.Errorf("options\n%+v\nwant\n%+v", got.vb365, want)
	}
	for value, i := reflect.ValueOf(want), 0; i < value.NumField(); i++ {
		name := value.Type().Field(i).Name
		if value.Field(i).IsZero() && name != "Users" && name != "OnRequest" {
			t.Errorf("no flag sets %s", name)
		}
	}
}

func describe(o emsim.Options) string {
	o.Users = nil
	encoded, err := json.Marshal(struct {
		emsim.Options
		OnRequest *struct{}
	}{Options: o})
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}
