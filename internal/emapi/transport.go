// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxConnections bounds the connections to the server; further requests wait for one. Terraform works on 10 objects at once, each
// with two or three reads side by side.
const maxConnections = 16

// newTransport clones the default transport, so that proxy variables are honoured.
func newTransport(cfg Config) (*http.Transport, error) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the process has replaced http.DefaultTransport by something that cannot be cloned")
	}
	t := standard.Clone()
	// One connection for each parallel request is kept: a TLS handshake costs more than the request.
	t.MaxIdleConnsPerHost = maxConnections
	// The transport dials for every request that finds no connection free, also where one is freed before the dial is done.
	// Without a limit that made more handshakes than there were ever requests side by side.
	t.MaxConnsPerHost = maxConnections
	// Shorter than the two minutes after which Windows' HTTP.SYS closes an idle connection.
	t.IdleConnTimeout = 80 * time.Second
	// HTTP/1.1 alone: a dead connection then takes one request with it, not all of them.
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.ForceAttemptHTTP2 = false
	t.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}

	config, err := tlsConfig(cfg)
	if err != nil {
		return nil, err
	}
	t.TLSClientConfig = config
	return t, nil
}

func tlsConfig(cfg Config) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: cfg.InsecureSkipVerify} //nolint:gosec // asked for by the configuration
	if len(cfg.CAPEM) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(cfg.CAPEM) {
			return nil, errors.New("the CA certificates hold no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
		}
		config.RootCAs = pool
	}
	if len(cfg.PinnedSHA256) == 0 {
		return config, nil
	}
	pins := map[string]bool{}
	for _, pin := range cfg.PinnedSHA256 {
		normal, err := parsePin(pin)
		if err != nil {
			return nil, err
		}
		pins[normal] = true
	}
	// The pin takes the place of the chain: a self-signed certificate has none.
	config.InsecureSkipVerify = true
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) == 0 {
			return errors.New("the server presented no certificate")
		}
		leaf := state.PeerCertificates[0]
		if pins[fingerprint(leaf)] {
			return nil
		}
		return newCertificateError(leaf, errors.New("its fingerprint is none of the pinned ones"))
	}
	return config, nil
}

func parsePin(pin string) (string, error) {
	digits := strings.ReplaceAll(strings.TrimSpace(pin), ":", "")
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != sha256.Size {
		return "", fmt.Errorf("the pinned fingerprint %q is not a SHA-256 in hex (64 digits, colons allowed)", clip(pin, 120))
	}
	return withColons(sum), nil
}

func fingerprint(cert *x509.Certificate) string {
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

func newCertificateError(leaf *x509.Certificate, err error) *CertificateError {
	return &CertificateError{Subject: clip(leaf.Subject.String(), 200), SHA256: fingerprint(leaf), Err: err}
}

// asCertificateError turns a failed verification into one that shows the
// certificate; nil where err is something else.
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
