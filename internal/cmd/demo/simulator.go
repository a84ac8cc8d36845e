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

// startTimeout is how long the simulator may take to listen.
const startTimeout = 2 * time.Minute

// simulator is the running server, seen from outside: a process, an endpoint, a journal.
type simulator struct {
	cmd               *exec.Cmd
	ended             chan struct{} // closed when the process has been waited for
	complaints        *bytes.Buffer // what it said on stderr; read only once ended is closed
	env               []string      // VEEAM_EM_... lines
	caFile, journalTo string
}

// startSimulator returns when the server listens. It runs until stop is called; ctx only bounds the start.
func startSimulator(ctx context.Context, executable, dir string, args []string) (*simulator, error) {
	s := &simulator{
		ended:      make(chan struct{}),
		complaints: &bytes.Buffer{},
		caFile:     filepath.Join(dir, "ca.pem"),
		journalTo:  filepath.Join(dir, "journal.jsonl"),
	}
	envFile := filepath.Join(dir, "simulator.env")
	// Not ended with ctx: an interrupted apply logs off first, and for that needs its server.
	args = append(args, "-listen", "127.0.0.1:0", "-ca-file", s.caFile, "-env-file", envFile, "-journal-file", s.journalTo, "-quiet")
	s.cmd = command(context.WithoutCancel(ctx), executable, args...)
	s.cmd.Stderr = s.complaints
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait() // however it ended: stop asked it to, or its complaints are shown
		close(s.ended)
	}()
	if err := s.await(ctx, envFile); err != nil {
		s.stop()
		return nil, fmt.Errorf("the simulator did not start: %w\n%s", err, s.complaints)
	}
	return s, nil
}

// await waits until the file with the environment lines is there and whole.
func (s *simulator) await(ctx context.Context, envFile string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if content, err := os.ReadFile(envFile); err == nil {
			if s.env = parseEnv(string(content)); s.endpoint() != "" && s.variable("VEEAM_EM_PASSWORD") != "" {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-s.ended:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stop asks the process to end, kills it where it does not, and waits for it.
func (s *simulator) stop() {
	_ = askToEnd(s.cmd) // it may have ended already
	select {
	case <-s.ended:
	case <-time.After(gracePeriod):
	}
	killGroup(s.cmd)
	<-s.ended
}

func (s *simulator) endpoint() string { return s.variable("VEEAM_EM_ENDPOINT") }

func (s *simulator) variable(name string) string {
	for _, e := range s.env {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// parseEnv reads NAME=value lines, with or without export and quotes.
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

// request is one line of the journal.
type request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query"`
	Status int    `json:"status"`
}

// String marks what changes an account: neither reads nor logging on and off do.
func (r request) String() string {
	mark, target := " ", r.Path
	if r.Method != http.MethodGet && strings.HasPrefix(r.Path, "/api/security/") {
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

// requests is how many the journal holds; none where it cannot be read yet.
func (s *simulator) requests() int {
	requests, err := s.journal()
	if err != nil {
		return 0
	}
	return len(requests)
}
