// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// access is what a client needs to connect to the server.
type access struct {
	endpoint, username, password, caFile string
	linux                                bool
}

func newAccess(endpoint string, s settings) access {
	a := access{endpoint: endpoint, username: emsim.DefaultUser, password: emsim.DefaultPassword, caFile: s.caFile}
	if s.options.Platform == emsim.PlatformLinux {
		a.username, a.linux = emsim.LinuxUser, true
	}
	return a
}

// environment returns export lines for a shell.
func (a access) environment() []byte {
	var b bytes.Buffer
	for _, variable := range [][2]string{
		{"VEEAM_EM_ENDPOINT", a.endpoint},
		{"VEEAM_EM_USERNAME", a.username},
		{"VEEAM_EM_PASSWORD", a.password},
		{"VEEAM_EM_CA_FILE", a.caFile},
	} {
		fmt.Fprintf(&b, "export %s='%s'\n", variable[0], strings.ReplaceAll(variable[1], "'", `'\''`))
	}
	if a.linux {
		b.WriteString("export VEEAM_EM_SERVER_PLATFORM='linux'\n")
	}
	return b.Bytes()
}

// print writes the endpoint, a complete provider configuration and the environment lines.
func (a access) print(out io.Writer) {
	platform := ""
	if a.linux {
		platform = "    server_platform = \"linux\"\n"
	}
	fmt.Fprintf(out, `Simulated Enterprise Manager at %s

terraform {
  required_providers {
    veeam = { source = "veeam-community/veeam" }
  }
}

provider "veeam" {
  em = {
    endpoint = %s
    username = %s
    password = %s
    ca_file  = %s
%s  }
}

%s`, a.endpoint, quote(a.endpoint), quote(a.username), quote(a.password), quote(a.caFile), platform, a.environment())
}

// quote returns a string as a literal in Terraform's language.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}

// requestLog writes requests as readable lines and as JSON. It is safe for concurrent use.
type requestLog struct {
	mu      sync.Mutex
	lines   io.Writer // nil: no lines
	journal *os.File  // nil: no journal
	failed  error     // first error of writing the journal; close returns it
}

func newRequestLog(s settings, stderr io.Writer) (*requestLog, error) {
	l := &requestLog{}
	if !s.quiet {
		l.lines = stderr
	}
	if s.journalFile != "" {
		// Only the owner can read the file, because request bodies can be confidential.
		journal, err := os.OpenFile(s.journalFile, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		l.journal = journal
	}
	return l, nil
}

// record logs a request. The server calls it for every completed request.
func (l *requestLog) record(r emsim.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines != nil {
		fmt.Fprintln(l.lines, line(r))
	}
	if l.journal == nil || l.failed != nil {
		return
	}
	encoded, err := json.Marshal(r)
	if err == nil {
		_, err = l.journal.Write(append(encoded, '\n'))
	}
	l.failed = err
}

// Write logs the messages of the HTTP server, such as failed TLS handshakes.
func (l *requestLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

func (l *requestLog) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.journal == nil {
		return nil
	}
	if err := l.journal.Close(); l.failed == nil {
		return err
	}
	return l.failed
}

// line returns a request as a readable line.
func line(r emsim.Request) string {
	target := (&url.URL{Path: r.Path, RawQuery: r.Query}).RequestURI() // escapes line breaks
	user := r.User
	if user == "" {
		user = "-"
	}
	text := fmt.Sprintf("%s %-6s %s %d %s", r.At.Format("15:04:05.000"), r.Method, target, r.Status, user)
	if r.Fault != "" {
		text += " [" + r.Fault + "]"
	}
	return text
}
