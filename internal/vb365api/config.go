// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"fmt"
	"io"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// The versions of the API.
const (
	V6 = "v6"
	V7 = "v7"
	V8 = "v8"
)

// Config configures a [Client]. Printing it does not show the password.
type Config struct {
	Endpoint           string         // https://host[:4443]; http only for a loopback address
	Username, Password string         // of an account with the role Veeam Backup Administrator and without MFA
	APIVersion         string         // V6, V7 or V8; "" means V8
	CAPEM              []byte         // PEM or DER certificates to trust in addition to those of the system
	InsecureSkipVerify bool           // accept any certificate
	PinnedSHA256       []string       // SHA-256 fingerprints; if there are any, only these leaf certificates are accepted
	RequestTimeout     time.Duration  // time limit of one attempt of a request; 0 means 60 s
	MaxRetries         int            // most retries of a request, at most [httpkit.MostRetries]; 0 means none
	UserAgent          string         // "" means a default that names this package
	Log                httpkit.Logger // nil means no log
}

var endpointForm = httpkit.EndpointForm{DefaultPort: "4443"}

// Check returns all errors in the configuration. [New] accepts the configuration if, and only if, there are none.
func (c Config) Check() []*httpkit.ConfigError {
	var found httpkit.ConfigErrors
	found.Add("Endpoint", endpointForm.Check(c.Endpoint))
	found.Add("Username", httpkit.CheckUsername(c.Username))
	found.Add("Password", httpkit.CheckPassword(c.Password))
	switch c.APIVersion {
	case "", V6, V7, V8:
	default:
		const form = "the API version %q is none of v6, v7 and v8"
		found.Add("APIVersion", fmt.Errorf(form, httpkit.Clip(c.APIVersion, 40)))
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

// String returns a description of the configuration without the password.
func (c Config) String() string {
	endpoint := httpkit.WithoutUserinfo(c.Endpoint)
	return fmt.Sprintf("vb365api.Config{Endpoint: %q, Username: %q, Password: REDACTED}", endpoint, c.Username)
}

// GoString returns String, because %#v would otherwise print the password.
func (c Config) GoString() string { return c.String() }

// Format prints String under every verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
