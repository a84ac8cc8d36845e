// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startTimeout is how long the simulator may take until it listens.
const startTimeout = 2 * time.Minute

// simulator is the running simulator, which serves both products: its process, environment and journal.
type simulator struct {
	cmd               *exec.Cmd
	ended             chan struct{} // closed when the process has ended
	stderr            *bytes.Buffer // its stderr; read it only after ended is closed
	env               []string      // VEEAM_... lines
	caFile, journalTo string
}

// startSimulator starts the server and returns when it listens. The server runs until stop is called; ctx only limits
// the start.
func startSimulator(ctx context.Context, executable, dir string, args []string) (*simulator, error) {
	s := &simulator{
		ended:     make(chan struct{}),
		stderr:    &bytes.Buffer{},
		caFile:    filepath.Join(dir, "ca.pem"),
		journalTo: filepath.Join(dir, "journal.jsonl"),
	}
	envFile := filepath.Join(dir, "simulator.env")
	// The process does not end with ctx, because an interrupted apply still has to log off from the server.
	args = append(args, "-listen", "127.0.0.1:0", "-vb365-listen", "127.0.0.1:0", "-quiet",
		"-ca-file", s.caFile, "-env-file", envFile, "-journal-file", s.journalTo)
	s.cmd = command(context.WithoutCancel(ctx), executable, args...)
	s.cmd.Stderr = s.stderr
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait() // the error is not needed: if the start fails, stderr is shown
		close(s.ended)
	}()
	if err := s.await(ctx, envFile); err != nil {
		s.stop()
		return nil, fmt.Errorf("the simulator did not start: %w\n%s", err, s.stderr)
	}
	return s, nil
}

// await waits until the file with the environment lines exists and is complete.
func (s *simulator) await(ctx context.Context, envFile string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if content, err := os.ReadFile(envFile); err == nil {
			if s.env = parseEnv(string(content)); s.variable("VEEAM_VB365_CA_FILE") != "" {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-s.ended:
			return errors.New("the process ended")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stop asks the process to end, kills it if it does not, and waits until it has ended.
func (s *simulator) stop() {
	_ = askToEnd(s.cmd) // it may have ended already
	select {
	case <-s.ended:
	case <-time.After(gracePeriod):
	}
	killGroup(s.cmd)
	<-s.ended
}

func (s *simulator) variable(name string) string {
	for _, e := range s.env {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// parseEnv returns the complete VEEAM_... lines as NAME=value, without export and quotes.
func parseEnv(content string) []string {
	var env []string
	for line := range strings.Lines(content) {
		name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if found && strings.HasPrefix(name, "VEEAM_") && strings.HasSuffix(line, "\n") {
			env = append(env, name+"="+strings.Trim(value, `'"`))
		}
	}
	return env
}

// request is an entry of the journal.
type request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query"`
	Body   string `json:"body"`
	Status int    `json:"status"`
}

// String marks requests that change an account or a role with an asterisk. Reads, logons and logoffs do not.
func (r request) String() string {
	mark, target := " ", r.Path
	changeable := strings.HasPrefix(r.Path, "/api/security/") || strings.Contains(r.Path, "/RbacRoles")
	if r.Method != http.MethodGet && changeable {
		mark = "*"
	}
	if r.Query != "" {
		target += "?" + r.Query
	}
	return fmt.Sprintf("%s %-6s %d  %s", mark, r.Method, r.Status, target)
}

// journal returns the requests that the server has answered so far.
func (s *simulator) journal() ([]request, error) {
	content, err := os.ReadFile(s.journalTo)
	if err != nil {
		return nil, err
	}
	var requests []request
	for line := range bytes.Lines(content) {
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", s.journalTo, err)
		}
		requests = append(requests, r)
	}
	return requests, nil
}

// requests returns the number of requests in the journal, or 0 if the journal cannot be read yet.
func (s *simulator) requests() int {
	requests, err := s.journal()
	if err != nil {
		return 0
	}
	return len(requests)
}
