// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// secret keeps a string behind a pointer, so that fmt shows an address at most,
// also where the value sits in an unexported field and no method is called.
type secret struct{ p *string }

func newSecret(s string) secret { return secret{&s} }

func (s secret) reveal() string {
	if s.p == nil {
		return ""
	}
	return *s.p
}

func (s secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "REDACTED") }

// String describes the configuration without its password.
func (c Config) String() string {
	return fmt.Sprintf("emapi.Config{Endpoint: %q, Username: %q, Password: REDACTED}", withoutUserinfo(c.Endpoint), c.Username)
}

// GoString is String: %#v would print the password otherwise.
func (c Config) GoString() string { return c.String() }

// Format prints String under every verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// String describes the client without its secrets.
func (c *Client) String() string {
	if c == nil {
		return "emapi.Client(nil)"
	}
	return fmt.Sprintf("emapi.Client{Endpoint: %q, Username: %q}", c.base.String(), c.username)
}

// GoString is String: %#v would print every field otherwise.
func (c *Client) GoString() string { return c.String() }

// Format prints String under every verb.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

var userinfo = regexp.MustCompile(`//[^/@\s]*@`)

func withoutUserinfo(s string) string { return userinfo.ReplaceAllString(s, "//") }

// scrub takes this client's secrets out of a text that came from outside.
func (c *Client) scrub(s string) string {
	for _, known := range c.secrets() {
		// A password of a letter or two would turn every text into noise.
		if len(known) >= 4 {
			s = strings.ReplaceAll(s, known, "REDACTED")
		}
	}
	return withoutUserinfo(s)
}

func (c *Client) secrets() []string {
	known := []string{c.basic.reveal(), c.password.reveal()}
	return append(known, c.sessions.tokens()...)
}

// scrubbedError shows a clean text and still unwraps to its cause.
type scrubbedError struct {
	text string
	err  error
}

func (e *scrubbedError) Error() string { return e.text }
func (e *scrubbedError) Unwrap() error { return e.err }

func (c *Client) scrubError(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if clean := c.scrub(text); clean != text {
		return &scrubbedError{text: clean, err: err}
	}
	return err
}

// clip gives the first n printable characters; runs of anything else become one space.
func clip(s string, n int) string {
	var b strings.Builder
	count, gap := 0, false
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			count++
			gap = false
		}
		if count >= n {
			b.WriteString("...")
			break
		}
		b.WriteRune(r)
		count++
	}
	return b.String()
}
