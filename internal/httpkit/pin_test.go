// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
)

// selfSigned returns a certificate with its key.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ok(t, err)
	leaf, err := x509.ParseCertificate(der)
	ok(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// Anyone can append the pinned certificate to a chain, because only the leaf needs a key.
func TestTrust_APinOnlyAcceptsTheLeafOfTheChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leaf, pinned := selfSigned(t), selfSigned(t)
		chain := leaf
		chain.Certificate = append(chain.Certificate, pinned.Certificate[0])
		server := memnet.NewServer(t, http.NotFoundHandler())
		server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{chain}}
		server.StartTLS()
		for pin, accepted := range map[*x509.Certificate]bool{leaf.Leaf: true, pinned.Leaf: false} {
			transport, err := NewTransport(Trust{PinnedSHA256: []string{Fingerprint(pin)}})
			ok(t, err)
			s := NewSender(SenderConfig{Transport: transport})
			_, err = s.Send(t.Context(), Request{Method: http.MethodGet, URL: server.URL})
			s.CloseIdleConnections()
			var shown *CertificateError
			equal(t, "refused", errors.As(err, &shown), !accepted)
			if shown != nil {
				equal(t, "the fingerprint in the error", shown.SHA256, Fingerprint(leaf.Leaf))
			}
		}
	})
}
