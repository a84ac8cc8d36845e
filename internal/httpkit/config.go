// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// MostRetries is the largest valid Connection.MaxRetries.
const MostRetries = 20

// ErrEmpty is the reason if a required field of a configuration is empty.
var ErrEmpty = errors.New("is empty")

// ConfigError is the error of one field of the configuration of a client.
type ConfigError struct {
	Field string // name of the field
	Err   error
}

// Error returns the reason, which names the setting.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *ConfigError) Unwrap() error { return e.Err }

// ConfigErrors are all errors of a configuration.
type ConfigErrors []*ConfigError

// Add adds the error of a field, if err is not nil.
func (e *ConfigErrors) Add(field string, err error) {
	if err != nil {
		*e = append(*e, &ConfigError{Field: field, Err: err})
	}
}

// Join returns the errors as one. It is nil if there are none.
func (e ConfigErrors) Join() error {
	errs := make([]error, len(e))
	for i, one := range e {
		errs[i] = one
	}
	return errors.Join(errs...)
}

// Connection is the part of the configuration of a client that is the same for each server. The names of its fields,
// and of those of [Trust], are those that [Connection.Check] reports.
type Connection struct {
	Trust

	RequestTimeout time.Duration // time limit of one attempt of a request; 0 means 60 s
	MaxRetries     int           // most retries of a request, at most [MostRetries]; 0 means none
}

// Check returns all errors.
func (c Connection) Check() ConfigErrors {
	var found ConfigErrors
	if len(c.CAPEM) > 0 {
		_, err := ParseCA(c.CAPEM)
		found.Add("CAPEM", err)
	}
	for _, pin := range c.PinnedSHA256 {
		_, err := ParsePin(pin)
		found.Add("PinnedSHA256", err)
	}
	switch {
	case c.InsecureSkipVerify && len(c.PinnedSHA256) > 0:
		found.Add("InsecureSkipVerify", errors.New("if verification is off, every certificate is accepted, pinned or not"))
	case c.InsecureSkipVerify && len(c.CAPEM) > 0:
		found.Add("InsecureSkipVerify", errors.New("if verification is off, the trusted certificates have no effect"))
	}
	if c.RequestTimeout < 0 {
		const form = "a positive duration such as 30s or 2m"
		found.Add("RequestTimeout", fmt.Errorf("the request timeout %s is not %s", c.RequestTimeout, form))
	}
	if c.MaxRetries < 0 || c.MaxRetries > MostRetries {
		const form = "the number of retries is %d instead of a number from 0 to %d"
		found.Add("MaxRetries", fmt.Errorf(form, c.MaxRetries, MostRetries))
	}
	return found
}

// Check returns the error of an address, which wraps [ErrEmpty] if there is none.
func (f EndpointForm) Check(s string) error {
	if s == "" {
		return fmt.Errorf("the endpoint %w", ErrEmpty)
	}
	_, err := f.Parse(s)
	return err
}

// CheckUsername refuses what the name of no account contains.
func CheckUsername(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("the user name %w", ErrEmpty)
	case name != strings.TrimSpace(name):
		return errors.New("the user name begins or ends with white space")
	case strings.ContainsFunc(name, unicode.IsControl):
		return errors.New("the user name contains a control character, such as a tab or a line break")
	case strings.Contains(name, `\\`):
		return errors.New("the user name contains two backslashes in a row")
	}
	return nil
}

// CheckPassword refuses what no password contains, but a file or a variable often adds: each wrong password counts
// towards the lockout of the account.
func CheckPassword(password string) error {
	switch {
	case password == "":
		return fmt.Errorf("the password %w", ErrEmpty)
	case strings.ContainsRune(password, 0):
		return errors.New("the password contains a NUL character, as a text in UTF-16 does; use UTF-8")
	case strings.HasSuffix(password, "\n"), strings.HasSuffix(password, "\r"):
		return errors.New("the password ends in a line break, which has to be removed")
	}
	return nil
}
