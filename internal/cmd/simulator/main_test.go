// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
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
	envFile := filepath.Join(dir, "em.env")
	args = append([]string{
		"-listen", "127.0.0.1:0", "-ca-file", filepath.Join(dir, "ca.pem"), "-env-file", envFile,
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
}

export VEEAM_EM_ENDPOINT='` + s.env["VEEAM_EM_ENDPOINT"] + `'
export VEEAM_EM_USERNAME='TECH\administrator'
export VEEAM_EM_PASSWORD='` + emsim.DefaultPassword + `'
export VEEAM_EM_CA_FILE='` + filepath.Join(dir, "ca.pem") + `'

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
	s.stop()
	if got := s.stdout.String(); !strings.HasSuffix(got, "\nStopped. Sessions left open: 2\n") {
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
	s.stop()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var entry emsim.Request
	if err := json.Unmarshal(content, &entry); err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	if entry.Seq != 1 || entry.Method != "POST" || entry.Path != "/api/sessionMngr/" ||
		entry.Query != "v=latest" || entry.Status != 201 {
		t.Errorf("entry %+v", entry)
	}
	if strings.Contains(string(content), token) || strings.Contains(string(content), emsim.DefaultPassword) {
		t.Error("the journal contains a secret")
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

func TestRun_RejectsAnUnknownValueWithExitCode2(t *testing.T) {
	var stderr output
	if code := run(context.Background(), []string{"-root-names", "guid"}, io.Discard, &stderr); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	if want := "must be one of id, unique-id, name, mixed"; !strings.Contains(stderr.String(), want) {
		t.Errorf("%q does not contain %q", stderr.String(), want)
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
	var stderr output
	listen := strings.TrimPrefix(s.env["VEEAM_EM_ENDPOINT"], "https://")
	args := []string{"-listen", listen, "-ca-file", filepath.Join(dir, "ca.pem")}
	if code := run(context.Background(), args, io.Discard, &stderr); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if left := entries(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
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
