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
	CAPEM              []byte   // PEM-encoded certificates to trust in addition to those of the system
	PinnedSHA256       []string // see [ParsePin]; if there are any, only these leaf certificates are accepted
	InsecureSkipVerify bool     // accept any certificate, unless there are pins
}

// TLSConfig returns the TLS configuration that accepts these certificates. It fails if CAPEM has no certificate or a
// pin is not a fingerprint.
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

// ParseCA returns the certificate pool of the system with the certificates in pem added. It fails if pem has no
// certificate.
func ParseCA(pem []byte) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("the CA certificates contain no PEM-encoded certificate (-----BEGIN CERTIFICATE-----)")
	}
	return pool, nil
}

func verifyPin(state tls.ConnectionState, pins map[string]bool) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server presented no certificate")
	}
	leaf := state.PeerCertificates[0]
	if pins[Fingerprint(leaf)] {
		return nil
	}
	return newCertificateError(leaf, errors.New("its fingerprint is not among the pinned ones"))
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

// CertificateError is the error if the certificate of the server is not accepted.
type CertificateError struct {
	Subject string // distinguished name of the leaf certificate
	SHA256  string // its fingerprint, in the form of [Fingerprint]
	Err     error
}

// Error returns the reason and describes the certificate.
func (e *CertificateError) Error() string {
	const form = "the server's certificate is not accepted: %v (subject %q, SHA-256 %s)"
	return fmt.Sprintf(form, e.Err, e.Subject, e.SHA256)
}

// Unwrap returns the reason.
func (e *CertificateError) Unwrap() error { return e.Err }

func newCertificateError(leaf *x509.Certificate, err error) *CertificateError {
	return &CertificateError{Subject: Clip(leaf.Subject.String(), 200), SHA256: Fingerprint(leaf), Err: err}
}

// asCertificateError returns the error of a failed verification, with a description of the certificate, or nil if err
// is another error.
func asCertificateError(err error) *CertificateError {
	var shown *CertificateError
	if errors.As(err, &shown) {
		return shown
	}
	var failed *tls.CertificateVerificationError
	if errors.As(err, &failed) && len(failed.UnverifiedCertificates) > 0 {
		return newCertificateError(failed.UnverifiedCertificates[0], failed.Err)
	}
	return nil
}
