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

// Logger receives one call for each HTTP attempt.
type Logger = httpkit.Logger

// Config says where the server is and how to talk to it. It prints itself
// without the password.
type Config struct {
	Endpoint           string        // https://host[:9398][/api]; http only to a loopback address
	Username, Password string        // of an account, with the Portal Administrator role if anything is to be changed
	APIVersion         string        // "" means latest; otherwise v1_7 and the like
	CAPEM              []byte        // certificates in PEM form, added to the system's pool
	InsecureSkipVerify bool          // accept any certificate
	PinnedSHA256       []string      // SHA-256 fingerprints: exactly these leaf certificates are accepted
	RequestTimeout     time.Duration // for one attempt of one request; 0 means 60 s
	MaxRetries         int           // repeats of one request, [MostRetries] at most; 0 means none
	UserAgent          string        // "" means the package's own
	Log                Logger        // nil: silent
}

// MostRetries is the greatest Config.MaxRetries.
const MostRetries = 20

// ConfigError says what is wrong with one field of a [Config].
type ConfigError struct {
	Field string // its name in Config
	Err   error
}

// Error gives the reason, which names the setting.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *ConfigError) Unwrap() error { return e.Err }

// ErrEmpty is the reason if a field that has to be set is empty.
var ErrEmpty = errors.New("is empty")

var (
	endpointForm = httpkit.EndpointForm{DefaultPort: "9398", Path: "/api"}
	versionForm  = regexp.MustCompile(`^(latest|v1_[0-9]{1,3})$`)
)

// Check returns everything that is wrong with the configuration. A client can be
// made of a configuration if that is nothing, and only then.
func (c Config) Check() []*ConfigError {
	var found []*ConfigError
	report := func(field string, err error) {
		if err != nil {
			found = append(found, &ConfigError{Field: field, Err: err})
		}
	}
	report("Endpoint", c.checkEndpoint())
	report("Username", c.checkUsername())
	if c.Password == "" {
		report("Password", fmt.Errorf("the password %w", ErrEmpty))
	}
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
	if c.InsecureSkipVerify && len(c.PinnedSHA256) > 0 {
		report("InsecureSkipVerify", errors.New("without verification every certificate is accepted, pinned or not"))
	}
	if c.RequestTimeout < 0 {
		const form = "a positive duration such as 30s or 2m"
		report("RequestTimeout", fmt.Errorf("the request time-out %s is not %s", c.RequestTimeout, form))
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
		return errors.New("the user name holds a colon, which HTTP Basic authentication cannot carry")
	}
	return nil
}

func joined(problems []*ConfigError) error {
	errs := make([]error, len(problems))
	for i, problem := range problems {
		errs[i] = problem
	}
	return errors.Join(errs...)
}

// String describes the configuration without its password.
func (c Config) String() string {
	endpoint := httpkit.WithoutUserinfo(c.Endpoint)
	return fmt.Sprintf("emapi.Config{Endpoint: %q, Username: %q, Password: REDACTED}", endpoint, c.Username)
}

// GoString is String: %#v would print the password otherwise.
func (c Config) GoString() string { return c.String() }

// Format prints String under every verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
