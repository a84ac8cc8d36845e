// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// Logger receives one call for each HTTP attempt.
type Logger = httpkit.Logger

// Config says where the server is and how to talk to it. It prints itself
// without the password.
type Config struct {
	Endpoint           string        // https://host[:9398][/api]; http only to a loopback address
	Username, Password string        // of an account with the Portal Administrator role, where something is to be changed
	APIVersion         string        // "" means latest; otherwise v1_7 and the like
	CAPEM              []byte        // certificates in PEM form, added to the system's pool
	InsecureSkipVerify bool          // accept any certificate
	PinnedSHA256       []string      // SHA-256 fingerprints (hex, colons allowed): exactly these leaf certificates are accepted
	RequestTimeout     time.Duration // for one attempt of one request; 0 means 60 s
	MaxRetries         int           // repeats of one request; 0 means none
	UserAgent          string        // "" means the package's own
	Log                Logger        // nil: silent
}

const defaultUserAgent = "terraform-provider-veeam-emapi"

// How long the client waits, and for what.
const (
	// pollMin is the pause after the first look at what the server has. It doubles with each look up to pollMax.
	pollMin = 250 * time.Millisecond
	pollMax = 2 * time.Second

	// settleScopes is how long after a lost answer a scope may take to be listed before it counts as not added.
	settleScopes = 10 * time.Second
	// settleOthers is the same for accounts, roles and the toggle, which the server changes at once.
	settleOthers = 3 * time.Second

	// gracePeriod is how much longer than its caller's context an interrupted create or logon may take.
	gracePeriod = 2 * time.Second
	// suspectInterval is the least time between two logons that a 500 may cause.
	suspectInterval = 5 * time.Minute
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

	sessions sessions
	roles    httpkit.Cached[[]Role]
	roots    httpkit.Cached[[]HierarchyRoot]
	polls    scopePolls
	changing httpkit.Locks // one change at a time where a lost answer is told by comparing before and after
}

// DefaultPort is the port of the API if the endpoint names none.
const DefaultPort = "9398"

var endpointForm = httpkit.EndpointForm{DefaultPort: DefaultPort, Path: "/api"}

// ParseEndpoint reads the address of an Enterprise Manager and returns the base
// URL of its API, for example https://em.example.com:9398/api/. It refuses plain
// http unless the address is a loopback address.
func ParseEndpoint(s string) (*url.URL, error) { return endpointForm.Parse(s) }

var versionForm = regexp.MustCompile(`^(latest|v[0-9]+(_[0-9]+)*)$`)

// New checks the configuration and makes a client. It sends nothing.
func New(cfg Config) (*Client, error) {
	base, err := ParseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	transport, err := httpkit.NewTransport(httpkit.Trust{
		CAPEM: cfg.CAPEM, PinnedSHA256: cfg.PinnedSHA256, InsecureSkipVerify: cfg.InsecureSkipVerify,
	})
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
		Server: "Enterprise Manager", Transport: transport, AttemptTimeout: cfg.RequestTimeout, MaxRetries: cfg.MaxRetries,
		Scrub: c.scrub, Log: cfg.Log,
	})
	return c, nil
}

func (c Config) check() error {
	switch {
	case c.Username == "":
		return errors.New("the user name is empty")
	case c.Password == "":
		return errors.New("the password is empty")
	case strings.Contains(c.Username, ":"):
		return errors.New("the user name holds a colon, which HTTP Basic authentication cannot carry")
	case c.APIVersion != "" && !versionForm.MatchString(c.APIVersion):
		return fmt.Errorf("the API version %q is neither latest nor of the form v1_7", clip(c.APIVersion, 40))
	case c.RequestTimeout < 0:
		return errors.New("the request time-out is negative")
	case c.MaxRetries < 0:
		return errors.New("the number of retries is negative")
	}
	return nil
}

// UserName is the name that the server gave the logon session, for example
// SRV12\Administrator. It logs on where that has not happened yet.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /sessionMngr.
func (c *Client) UserName(ctx context.Context) (string, error) {
	s, err := c.session(ctx, nil)
	if err != nil {
		return "", c.sessionError(ctx, opLogon, "as "+c.username, err)
	}
	return s.user, nil
}
