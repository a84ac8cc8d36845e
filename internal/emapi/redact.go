// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"fmt"
	"io"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// clip is [httpkit.Clip]. Every text of the server or of the caller that becomes part of a message is clipped.
func clip(s string, n int) string { return httpkit.Clip(s, n) }

// String returns a description of the client without its secrets.
func (c *Client) String() string {
	if c == nil {
		return "emapi.Client(nil)"
	}
	return fmt.Sprintf("emapi.Client{Endpoint: %q, Username: %q}", c.base.String(), c.username)
}

// GoString returns String, because %#v would otherwise print every field.
func (c *Client) GoString() string { return c.String() }

// Format prints String under every verb.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// scrub returns s, which came from outside the program, without the secrets of this client.
func (c *Client) scrub(s string) string { return httpkit.Scrub(s, c.secrets()...) }

func (c *Client) secrets() []string {
	known := []string{c.basic.Reveal(), c.password.Reveal()}
	return append(known, c.sessions.tokens()...)
}
