// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Logger receives one call for each HTTP attempt. The fields are op, method,
// path (with its query), status, duration_ms, attempt and error; never a header
// or a body.
type Logger func(ctx context.Context, message string, fields map[string]any)

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
	// defaultTimeout is the time limit of one attempt of one request, if the configuration has none.
	defaultTimeout = 60 * time.Second

	// backoffMin is the pause before the first repeat of a request. It doubles with each repeat up to backoffMax.
	backoffMin = 500 * time.Millisecond
	backoffMax = 10 * time.Second
	// retryAfterMax caps the pause that a server's Retry-After asks for.
	retryAfterMax = 30 * time.Second

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
	password   secret
	basic      secret // the value that follows "Basic "
	version    string
	userAgent  string
	maxRetries int
	log        Logger

	transport *http.Transport
	http      *retryablehttp.Client

	sessions sessions
	roles    cached[[]Role]
	roots    cached[[]HierarchyRoot]
	polls    scopePolls
	changing keyedLock // one change at a time where a lost answer is told by comparing before and after
}

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
	transport, err := newTransport(cfg)
	if err != nil {
		return nil, err
	}
	c := &Client{
		base:       base,
		username:   cfg.Username,
		password:   newSecret(cfg.Password),
		basic:      newSecret(base64.StdEncoding.EncodeToString([]byte(cfg.Username + ":" + cfg.Password))),
		version:    cfg.APIVersion,
		userAgent:  cfg.UserAgent,
		maxRetries: cfg.MaxRetries,
		log:        cfg.Log,
		transport:  transport,
	}
	if c.version == "" {
		c.version = "latest"
	}
	if c.userAgent == "" {
		c.userAgent = defaultUserAgent
	}
	c.sessions.loggingOff = newSlot()
	c.http = c.newRetrying(cfg.RequestTimeout)
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
