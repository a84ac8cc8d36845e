// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// Config configures a [Client]. Printing it does not show the password.
type Config struct {
	Endpoint           string         // https://host[:9398][/api]; http only for a loopback address
	Username, Password string         // of an account; changes require the Portal Administrator role
	APIVersion         string         // latest, or a version such as v1_7; "" means latest
	CAPEM              []byte         // PEM or DER certificates to trust in addition to those of the system
	InsecureSkipVerify bool           // accept any certificate
	PinnedSHA256       []string       // SHA-256 fingerprints; if there are any, only these leaf certificates are accepted
	RequestTimeout     time.Duration  // time limit of one attempt of a request; 0 means 60 s
	MaxRetries         int            // most retries of a request, at most [httpkit.MostRetries]; 0 means none
	UserAgent          string         // "" means a default that names this package
	Log                httpkit.Logger // nil means no log
}

var (
	endpointForm = httpkit.EndpointForm{DefaultPort: "9398", Path: "/api"}
	versionForm  = regexp.MustCompile(`^(latest|v1_[0-9]{1,3})$`)
)

// Check returns all errors in the configuration. [New] accepts the configuration if, and only if, there are none.
func (c Config) Check() []*httpkit.ConfigError {
	var found httpkit.ConfigErrors
	found.Add("Endpoint", endpointForm.Check(c.Endpoint))
	found.Add("Username", c.checkUsername())
	found.Add("Password", httpkit.CheckPassword(c.Password))
	if c.APIVersion != "" && !versionForm.MatchString(c.APIVersion) {
		version := clip(c.APIVersion, 40)
		found.Add("APIVersion", fmt.Errorf("the API version %q is neither latest nor of the form v1_7", version))
	}
	return append(found, c.connection().Check()...)
}

func (c Config) connection() httpkit.Connection {
	return httpkit.Connection{
		Trust: httpkit.Trust{
			CAPEM: c.CAPEM, PinnedSHA256: c.PinnedSHA256, InsecureSkipVerify: c.InsecureSkipVerify,
		},
		RequestTimeout: c.RequestTimeout, MaxRetries: c.MaxRetries,
	}
}

func (c Config) checkUsername() error {
	if strings.Contains(c.Username, ":") {
		return errors.New("the user name contains a colon, which HTTP Basic authentication does not allow")
	}
	return httpkit.CheckUsername(c.Username)
}

// String returns a description of the configuration without the password.
func (c Config) String() string {
	endpoint := httpkit.WithoutUserinfo(c.Endpoint)
	return fmt.Sprintf("emapi.Config{Endpoint: %q, Username: %q, Password: REDACTED}", endpoint, c.Username)
}

// GoString returns String, because %#v would otherwise print the password.
func (c Config) GoString() string { return c.String() }

// Format prints String under every verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
