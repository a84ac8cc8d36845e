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
	"unicode"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// Logger is called once for each HTTP attempt.
type Logger = httpkit.Logger

// Config configures a [Client]. Printing it does not show the password.
type Config struct {
	Endpoint           string        // https://host[:9398][/api]; http only for a loopback address
	Username, Password string        // of an account; changes require the Portal Administrator role
	APIVersion         string        // latest, or a version such as v1_7; "" means latest
	CAPEM              []byte        // PEM or DER certificates to trust in addition to those of the system
	InsecureSkipVerify bool          // accept any certificate
	PinnedSHA256       []string      // SHA-256 fingerprints; if there are any, only these leaf certificates are accepted
	RequestTimeout     time.Duration // time limit of one attempt of a request; 0 means 60 s
	MaxRetries         int           // most retries of a request, at most [MostRetries]; 0 means none
	UserAgent          string        // "" means a default that names this package
	Log                Logger        // nil means no log
}

// MostRetries is the largest valid Config.MaxRetries.
const MostRetries = 20

// ConfigError is the error of one field of a [Config].
type ConfigError struct {
	Field string // name of the field
	Err   error
}

// Error returns the reason, which names the setting.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *ConfigError) Unwrap() error { return e.Err }

// ErrEmpty is the reason if a required field is empty.
var ErrEmpty = errors.New("is empty")

var (
	endpointForm = httpkit.EndpointForm{DefaultPort: "9398", Path: "/api"}
	versionForm  = regexp.MustCompile(`^(latest|v1_[0-9]{1,3})$`)
)

// Check returns all errors in the configuration. [New] accepts the configuration if, and only if, there are none.
func (c Config) Check() []*ConfigError {
	var found []*ConfigError
	report := func(field string, err error) {
		if err != nil {
			found = append(found, &ConfigError{Field: field, Err: err})
		}
	}
	report("Endpoint", c.checkEndpoint())
	report("Username", c.checkUsername())
	report("Password", c.checkPassword())
	if c.APIVersion != "" && !versionForm.MatchString(c.APIVersion) {
		version := clip(c.APIVersion, 40)
		report("APIVersion", fmt.Errorf("the API version %q is neither latest nor of the form v1_7", version))
	}
	if len(c.CAPEM) > 0 {
		_, err := httpkit.ParseCA(c.CAPEM)
		report("CAPEM", err)
	}
	for _, pin := range c.PinnedSHA256 {
		_, err := httpkit.ParsePin(pin)
		report("PinnedSHA256", err)
	}
	switch {
	case c.InsecureSkipVerify && len(c.PinnedSHA256) > 0:
		report("InsecureSkipVerify", errors.New("if verification is off, every certificate is accepted, pinned or not"))
	case c.InsecureSkipVerify && len(c.CAPEM) > 0:
		report("InsecureSkipVerify", errors.New("if verification is off, the trusted certificates have no effect"))
	}
	if c.RequestTimeout < 0 {
		const form = "a positive duration such as 30s or 2m"
		report("RequestTimeout", fmt.Errorf("the request timeout %s is not %s", c.RequestTimeout, form))
	}
	if c.MaxRetries < 0 || c.MaxRetries > MostRetries {
		const form = "the number of retries is %d instead of a number from 0 to %d"
		report("MaxRetries", fmt.Errorf(form, c.MaxRetries, MostRetries))
	}
	return found
}

func (c Config) checkEndpoint() error {
	if c.Endpoint == "" {
		return fmt.Errorf("the endpoint %w", ErrEmpty)
	}
	_, err := endpointForm.Parse(c.Endpoint)
	return err
}

func (c Config) checkUsername() error {
	switch {
	case c.Username == "":
		return fmt.Errorf("the user name %w", ErrEmpty)
	case strings.Contains(c.Username, ":"):
		return errors.New("the user name contains a colon, which HTTP Basic authentication does not allow")
	case c.Username != strings.TrimSpace(c.Username):
		return errors.New("the user name begins or ends with white space")
	case strings.ContainsFunc(c.Username, unicode.IsControl):
		return errors.New("the user name contains a control character, such as a tab or a line break")
	case strings.Contains(c.Username, `\\`):
		return errors.New("the user name contains two backslashes in a row")
	}
	return nil
}

// checkPassword refuses what no password contains, but a file or a variable often adds: each wrong password counts
// towards the lockout of the account.
func (c Config) checkPassword() error {
	switch {
	case c.Password == "":
		return fmt.Errorf("the password %w", ErrEmpty)
	case strings.ContainsRune(c.Password, 0):
		return errors.New("the password contains a NUL character, as a text in UTF-16 does; use UTF-8")
	case strings.HasSuffix(c.Password, "\n"), strings.HasSuffix(c.Password, "\r"):
		return errors.New("the password ends in a line break, which has to be removed")
	}
	return nil
}

func joinProblems(problems []*ConfigError) error {
	errs := make([]error, len(problems))
	for i, problem := range problems {
		errs[i] = problem
	}
	return errors.Join(errs...)
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
