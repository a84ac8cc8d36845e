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
	"slices"
	"strings"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// access is what a provider needs to connect to a server.
type access struct {
	product    string
	attribute  string // of the provider
	attributes [][2]string
}

func emAccess(endpoint string, s settings) access {
	username := emsim.DefaultUser
	var more [][2]string
	if s.options.Platform == emsim.PlatformLinux {
		username, more = emsim.LinuxUser, [][2]string{{"server_platform", "linux"}}
	}
	return newAccess("Enterprise Manager", "em", endpoint, username, emsim.DefaultPassword, s.caFile, more...)
}

func vb365Access(endpoint string, s settings) access {
	var more [][2]string
	if n := len(s.vb365.Versions); n > 0 && !slices.Contains(s.vb365.Versions, "v8") {
		more = [][2]string{{"api_version", s.vb365.Versions[n-1]}}
	}
	return newAccess("Veeam Backup for Microsoft 365", "vb365", endpoint, vb365sim.DefaultUser,
		vb365sim.DefaultPassword, s.caFile, more...)
}

func newAccess(product, attribute, endpoint, username, password, caFile string, more ...[2]string) access {
	return access{product: product, attribute: attribute, attributes: append([][2]string{
		{"endpoint", endpoint}, {"username", username}, {"password", password}, {"ca_file", caFile},
	}, more...)}
}

// environment returns export lines for a shell.
func environment(all []access) []byte {
	var b bytes.Buffer
	for _, a := range all {
		for _, set := range a.attributes {
			name := strings.ToUpper("VEEAM_" + a.attribute + "_" + set[0])
			fmt.Fprintf(&b, "export %s='%s'\n", name, strings.ReplaceAll(set[1], "'", `'\''`))
		}
	}
	return b.Bytes()
}

// printAll writes the endpoints, a complete provider configuration and the environment lines.
func printAll(out io.Writer, all []access) {
	for _, a := range all {
		fmt.Fprintf(out, "Simulated %s at %s\n", a.product, a.attributes[0][1])
	}
	fmt.Fprint(out, `
terraform {
  required_providers {
    veeam = { source = "veeam-community/veeam" }
  }
}

provider "veeam" {
`)
	for _, a := range all {
		fmt.Fprintf(out, "  %s = {\n", a.attribute)
		for _, set := range a.attributes {
			fmt.Fprintf(out, "    %-8s = %s\n", set[0], quote(set[1]))
		}
		fmt.Fprint(out, "  }\n")
	}
	fmt.Fprintf(out, "}\n\n%s", environment(all))
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

// of returns a function that logs a request to the server of a product, which is named as in the provider block. The
// server calls it for every completed request.
func (l *requestLog) of(product string) func(simkit.Request) {
	return func(r simkit.Request) { l.record(product, r) }
}

func (l *requestLog) record(product string, r simkit.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines != nil {
		fmt.Fprintln(l.lines, line(r))
	}
	if l.journal == nil || l.failed != nil {
		return
	}
	encoded, err := json.Marshal(struct {
		Product string `json:"product"`
		simkit.Request
	}{product, r})
	if err == nil {
		_, err = l.journal.Write(append(encoded, '\n'))
	}
	l.failed = err
}

// Write logs the messages of the HTTP server, such as failed TLS handshakes.
func (l *requestLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines == nil {
		return len(p), nil
	}
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
func line(r simkit.Request) string {
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
