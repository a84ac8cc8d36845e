// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
)

// issue returns a certificate that parent has signed, or that is self-signed if parent is nil. It is valid for an hour
// around now, for servers, and for the address of a memnet server, unless change says otherwise.
func issue(t *testing.T, name string, parent *tls.Certificate, change func(*x509.Certificate)) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-30 * time.Minute), NotAfter: time.Now().Add(30 * time.Minute),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		BasicConstraintsValid: true,
	}
	if parent == nil {
		template.IsCA, template.KeyUsage, template.IPAddresses = true, x509.KeyUsageCertSign, nil
	}
	if change != nil {
		change(template)
	}
	signer, signKey := template, any(key)
	if parent != nil {
		signer, signKey = parent.Leaf, parent.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer, key.Public(), signKey)
	ok(t, err)
	leaf, err := x509.ParseCertificate(der)
	ok(t, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// refusal returns the error of a request to a server that presents this certificate.
func refusal(t *testing.T, server *tls.Certificate, trust Trust) *CertificateError {
	t.Helper()
	s := memnet.NewServer(t, http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*server}}
	s.StartTLS()
	transport, err := NewTransport(trust)
	ok(t, err)
	sender := NewSender(SenderConfig{Transport: transport})
	defer sender.CloseIdleConnections()
	_, err = sender.Send(t.Context(), Request{Method: http.MethodGet, URL: s.URL})
	var e *CertificateError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a CertificateError", err)
	}
	return e
}

func TestCertificateError_HasTheCause(t *testing.T) {
	const hour = time.Hour
	outdated := func(by time.Duration) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = c.NotBefore.Add(by), c.NotAfter.Add(by) }
	}
	for name, c := range map[string]struct {
		ca, leaf       func(*x509.Certificate)
		noCA           bool
		pin            string
		want           CertificateCause
		names          string
		host, outdated string
	}{
		"unknown authority": {noCA: true, want: UnknownAuthority, names: "127.0.0.1"},
		"wrong name": {
			leaf: func(c *x509.Certificate) {
				c.IPAddresses, c.DNSNames = []net.IP{net.IPv4(192, 0, 2, 1)}, []string{"em.tech.local", "em"}
			},
			want: WrongName, names: "em.tech.local em 192.0.2.1", host: "127.0.0.1",
		},
		"no names": {
			leaf: func(c *x509.Certificate) { c.IPAddresses = nil }, want: NoNames, host: "127.0.0.1",
		},
		"expired":       {leaf: outdated(-hour), want: Expired, names: "127.0.0.1", outdated: "CN=leaf"},
		"not yet valid": {leaf: outdated(hour), want: NotYetValid, names: "127.0.0.1", outdated: "CN=leaf"},
		"an expired authority": {
			ca: outdated(-hour), want: Expired, names: "127.0.0.1", outdated: "CN=ca",
		},
		"another pin": {pin: strings.Repeat("ab", 32), want: NotPinned, names: "127.0.0.1"},
		"for clients": {
			leaf: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} },
			want: OtherCertificate, names: "127.0.0.1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ca := issue(t, "ca", nil, c.ca)
				leaf := issue(t, "leaf", ca, c.leaf)
				var trust Trust
				if !c.noCA {
					trust.CAPEM = ca.Leaf.Raw
				}
				if c.pin != "" {
					trust.PinnedSHA256 = []string{c.pin}
				}
				e := refusal(t, leaf, trust)
				equal(t, "the cause", e.Cause, c.want)
				equal(t, "the subject", e.Subject, "CN=leaf")
				equal(t, "the issuer", e.Issuer, "CN=ca")
				equal(t, "the fingerprint", e.SHA256, Fingerprint(leaf.Leaf))
				equal(t, "the names", strings.Join(e.Names, " "), c.names)
				equal(t, "the host", e.Host, c.host)
				equal(t, "the outdated certificate", e.Outdated, c.outdated)
				switch c.outdated {
				case "CN=leaf":
					equal(t, "the time", e.NotBefore.Equal(leaf.Leaf.NotBefore) && e.NotAfter.Equal(leaf.Leaf.NotAfter), true)
				case "CN=ca":
					equal(t, "the time", e.NotBefore.Equal(ca.Leaf.NotBefore) && e.NotAfter.Equal(ca.Leaf.NotAfter), true)
				}
			})
		})
	}
}

func TestCertificateError_HasAtMostTenNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca := issue(t, "ca", nil, nil)
		leaf := issue(t, "leaf", ca, func(c *x509.Certificate) {
			c.DNSNames = slices.Repeat([]string{"a.example"}, 50)
		})
		equal(t, "the number of names", len(refusal(t, leaf, Trust{}).Names), 10)
	})
}
