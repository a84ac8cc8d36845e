// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// CertificateCause says why the certificate of a server is not accepted.
type CertificateCause int

const (
	// OtherCertificate is any other cause, for example a certificate that is not for servers.
	OtherCertificate CertificateCause = iota
	// UnknownAuthority means that no trusted authority has signed the certificate.
	UnknownAuthority
	// WrongName means that the certificate has other names than the host.
	WrongName
	// NoNames means that the certificate has no subject alternative name. The common name does not count.
	NoNames
	// Expired means that the certificate, or that of an authority, is no longer valid.
	Expired
	// NotYetValid means that the certificate, or that of an authority, becomes valid in the future.
	NotYetValid
	// NotPinned means that there are pins, and none of them is the certificate's.
	NotPinned
)

// CertificateError is the error if the certificate of the server is not accepted.
type CertificateError struct {
	Cause   CertificateCause
	Subject string   // distinguished name of the leaf certificate
	Issuer  string   // distinguished name of its issuer
	SHA256  string   // its fingerprint, in the form of [Fingerprint]
	Names   []string // host names and IP addresses that it is valid for
	Host    string   // the name that it is not valid for; only with WrongName and NoNames
	// Outdated is the distinguished name of the certificate that is no longer or not yet valid: the leaf or an authority.
	Outdated            string
	NotBefore, NotAfter time.Time // when that certificate is valid; only with Expired and NotYetValid
	Err                 error
}

// Error returns the reason and describes the certificate.
func (e *CertificateError) Error() string {
	const form = "the server's certificate is not accepted: %v (subject %q, SHA-256 %s)"
	return fmt.Sprintf(form, e.Err, e.Subject, e.SHA256)
}

// Unwrap returns the reason.
func (e *CertificateError) Unwrap() error { return e.Err }

// maxNames is how many names of a certificate an error has.
const maxNames = 10

func newCertificateError(leaf *x509.Certificate, cause CertificateCause, err error) *CertificateError {
	e := &CertificateError{
		Cause: cause, Subject: distinguishedName(leaf), Issuer: Clip(leaf.Issuer.String(), 200), SHA256: Fingerprint(leaf),
		Err: err,
	}
	names := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	for _, name := range names[:min(len(names), maxNames)] {
		e.Names = append(e.Names, Clip(name, 80))
	}
	return e
}

func distinguishedName(cert *x509.Certificate) string { return Clip(cert.Subject.String(), 200) }

// asCertificateError returns the error of a failed verification, with a description of the certificate, or nil if err
// is another error.
func asCertificateError(err error) *CertificateError {
	var shown *CertificateError
	if errors.As(err, &shown) {
		return shown
	}
	var failed *tls.CertificateVerificationError
	if !errors.As(err, &failed) || len(failed.UnverifiedCertificates) == 0 {
		return nil
	}
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
	)
	e := newCertificateError(failed.UnverifiedCertificates[0], OtherCertificate, failed.Err)
	switch {
	case errors.As(failed.Err, &unknown):
		e.Cause = UnknownAuthority
	case errors.As(failed.Err, &hostname):
		e.Cause, e.Host = WrongName, Clip(hostname.Host, 200)
		if len(e.Names) == 0 {
			e.Cause = NoNames
		}
	case errors.As(failed.Err, &invalid) && invalid.Reason == x509.Expired:
		e.Outdated, e.NotBefore, e.NotAfter = distinguishedName(invalid.Cert), invalid.Cert.NotBefore, invalid.Cert.NotAfter
		e.Cause = Expired
		if time.Now().Before(e.NotBefore) { // package x509 has one reason for both
			e.Cause = NotYetValid
		}
	}
	return e
}
