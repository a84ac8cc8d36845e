// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"encoding/base64"
	"net/url"
	"sync/atomic"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

const (
	defaultUserAgent = "terraform-provider-veeam-emapi"
	serverName       = "Enterprise Manager"
)

// Client talks to one Enterprise Manager. It is safe for concurrent use.
type Client struct {
	base       *url.URL
	username   string
	password   httpkit.Secret
	basic      httpkit.Secret // the value that follows "Basic "
	version    string
	userAgent  string
	maxRetries int
	sender     *httpkit.Sender

	sessions    sessions
	names       accountNames
	accounts    sharedAccounts
	roles       httpkit.Cached[[]Role]
	roots       httpkit.Cached[[]HierarchyRoot]
	fileServers httpkit.Cached[[]FileServer]
	objects     httpkit.Recent[lookedUp, []HierarchyItem]
	rolesApart  atomic.Bool // the account that was read last came without its roles
	scopes      sharedScopes
	changing    httpkit.Locks // serialize changes whose lost response is resolved by comparing the state before and after
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
		basic:      httpkit.NewSecret(base64.StdEncoding.EncodeToString([]byte(cfg.Username + ":" + cfg.Password))),
		version:    cfg.APIVersion,
		userAgent:  cfg.UserAgent,
		maxRetries: cfg.MaxRetries,
	}
	if c.version == "" {
		c.version = "latest"
	}
	if c.userAgent == "" {
		c.userAgent = defaultUserAgent
	}
	c.sessions.loggingOff = httpkit.NewSlot()
	c.sender = httpkit.NewSender(httpkit.SenderConfig{
		Server:         serverName,
		Transport:      transport,
		AttemptTimeout: cfg.RequestTimeout,
		MaxRetries:     cfg.MaxRetries,
		Scrub:          c.scrub,
		Log:            cfg.Log,
	})
	return c, nil
}

// LogonNames returns the spellings of the user name of the logon session: the server's, for example
// SRV12\Administrator, and the configured one if it differs in more than case. It logs on if the client has no session
// yet.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /sessionMngr.
func (c *Client) LogonNames(ctx context.Context) ([]string, error) {
	s, err := c.session(ctx, nil)
	if err != nil {
		return nil, c.sessionError(ctx, opLogon, "as "+c.username, err)
	}
	if SameNameFold(s.user, c.username) {
		return []string{s.user}, nil
	}
	return []string{s.user, c.username}, nil
}
