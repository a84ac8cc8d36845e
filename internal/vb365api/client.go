// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"cmp"
	"fmt"
	"io"
	"net/url"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

const (
	defaultUserAgent = "terraform-provider-veeam-vb365api"
	serverName       = "Veeam Backup for Microsoft 365"
)

// Client talks to one server of Veeam Backup for Microsoft 365. It is safe for concurrent use.
type Client struct {
	base       *url.URL // without the version; ends with a slash
	username   string
	password   httpkit.Secret
	version    string
	userAgent  string
	maxRetries int
	sender     *httpkit.Sender

	session session
	known   known
	naming  httpkit.Locks // by organization and name of a role; held while a role gets the name
}

// New returns a client. It does not contact the server. If the configuration is invalid, the error joins what
// [Config.Check] finds.
func New(cfg Config) (*Client, error) {
	if problems := cfg.Check(); len(problems) > 0 {
		return nil, httpkit.ConfigErrors(problems).Join()
	}
	base, err := endpointForm.Parse(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	transport, err := httpkit.NewTransport(cfg.connection().Trust)
	if err != nil {
		return nil, err
	}
	c := &Client{
		base:       base,
		username:   cfg.Username,
		password:   httpkit.NewSecret(cfg.Password),
		version:    cmp.Or(cfg.APIVersion, V8),
		userAgent:  cmp.Or(cfg.UserAgent, defaultUserAgent),
		maxRetries: cfg.MaxRetries,
		session:    session{granting: httpkit.NewSlot()},
	}
	c.sender = httpkit.NewSender(httpkit.SenderConfig{
		Server:         serverName,
		Transport:      transport,
		AttemptTimeout: cfg.RequestTimeout,
		MaxRetries:     cfg.MaxRetries,
		Scrub:          c.scrub,
		Log:            cfg.Log,
		Transient:      isTransient,
	})
	return c, nil
}

// Version returns the version of the API that the client uses.
func (c *Client) Version() string { return c.version }

// String returns a description of the client without its secrets.
func (c *Client) String() string {
	if c == nil {
		return "vb365api.Client(nil)"
	}
	return fmt.Sprintf("vb365api.Client{Endpoint: %q, Username: %q}", c.base.String(), c.username)
}

// GoString returns String, because %#v would otherwise print every field.
func (c *Client) GoString() string { return c.String() }

// Format prints String under every verb.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// scrub returns s, which came from outside the program, without the secrets of this client.
func (c *Client) scrub(s string) string {
	return httpkit.Scrub(s, append(c.session.secrets(), c.password.Reveal())...)
}
