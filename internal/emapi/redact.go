// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"fmt"
	"io"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// clip is [httpkit.Clip]: texts of the server and of the caller go into messages in this form.
func clip(s string, n int) string { return httpkit.Clip(s, n) }

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

// scrub removes this client's secrets from a text that came from outside.
func (c *Client) scrub(s string) string { return httpkit.Scrub(s, c.secrets()...) }

func (c *Client) secrets() []string {
	known := []string{c.basic.Reveal(), c.password.Reveal()}
	return append(known, c.sessions.tokens()...)
}
