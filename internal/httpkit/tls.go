// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Trust defines which certificates of a server are accepted.
type Trust struct {
	CAPEM              []byte   // certificates to trust in addition to those of the system; see [ParseCA]
	PinnedSHA256       []string // see [ParsePin]; if there are any, only these leaf certificates are accepted
	InsecureSkipVerify bool     // accept any certificate, unless there are pins
}

// TLSConfig returns the TLS configuration that accepts these certificates. It fails if [ParseCA] does or a pin
// is not a fingerprint.
func (t Trust) TLSConfig() (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: t.InsecureSkipVerify, //nolint:gosec // the configuration asks for it
	}
	if len(t.CAPEM) > 0 {
		pool, err := ParseCA(t.CAPEM)
		if err != nil {
			return nil, err
		}
		config.RootCAs = pool
	}
	if len(t.PinnedSHA256) == 0 {
		return config, nil
	}
	pins := map[string]bool{}
	for _, pin := range t.PinnedSHA256 {
		normal, err := ParsePin(pin)
		if err != nil {
			return nil, err
		}
		pins[normal] = true
	}
	// The pin replaces the verification of the chain, which a self-signed certificate does not have.
	config.InsecureSkipVerify = true
	config.VerifyConnection = func(state tls.ConnectionState) error { return verifyPin(state, pins) }
	return config, nil
}

func verifyPin(state tls.ConnectionState, pins map[string]bool) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server presented no certificate")
	}
	leaf := state.PeerCertificates[0]
	if pins[Fingerprint(leaf)] {
		return nil
	}
	return newCertificateError(leaf, NotPinned, errors.New("its fingerprint is not among the pinned ones"))
}

// ParsePin parses the SHA-256 fingerprint of a certificate, which is 64 hexadecimal digits with or without colons
// between them, and returns it in the form that [Fingerprint] uses.
func ParsePin(pin string) (string, error) {
	digits := strings.ReplaceAll(strings.TrimSpace(pin), ":", "")
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != sha256.Size {
		const form = "64 hexadecimal digits, with or without colons between them"
		return "", fmt.Errorf("the fingerprint %q is not %s", Clip(pin, 120), form)
	}
	return withColons(sum), nil
}

// Fingerprint returns the SHA-256 fingerprint of a certificate in upper-case hexadecimal digits, with colons between
// the bytes.
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return withColons(sum[:])
}

func withColons(sum []byte) string {
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}
