// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"sync"
	"time"
)

const certificateLife = 30 * 24 * time.Hour

// SelfSigned returns the certificate of all simulated servers in the process. It signs itself and is valid for
// 127.0.0.1, also in the year 2000 because the time of a synctest bubble starts then.
var SelfSigned = sync.OnceValues(func() (tls.Certificate, error) {
	return sign(&x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "em.example.com"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:             time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		BasicConstraintsValid: true,
		IsCA:                  true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}, nil)
})

// NewCertificate creates a certificate authority of that name and a server certificate signed by it. The server
// certificate is valid for 30 days, for the hosts and for the usual names of this machine.
func NewCertificate(name string, hosts ...string) (caPEM []byte, server tls.Certificate, err error) {
	root := newTemplate(name + " CA")
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign
	ca, err := sign(root, nil)
	if err != nil {
		return nil, server, err
	}
	leaf := newTemplate(name)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames, leaf.IPAddresses = serverNames(hosts)
	server, err = sign(leaf, &ca)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Leaf.Raw}), server, err
}

// sign returns a certificate with a new key, signed by the authority or, without one, by itself. The key is ECDSA
// because a handshake with an RSA key takes longer than everything after it.
func sign(template *x509.Certificate, authority *tls.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	parent := cmp.Or(authority, &tls.Certificate{Leaf: template, PrivateKey: key})
	der, err := x509.CreateCertificate(rand.Reader, template, parent.Leaf, key.Public(), parent.PrivateKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

func newTemplate(commonName string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certificateLife),
	}
}

// serverNames returns the names and addresses that a client can use to reach the server.
func serverNames(hosts []string) (names []string, addresses []net.IP) {
	names = []string{"localhost"}
	addresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if machine, err := os.Hostname(); err == nil && machine != "" {
		names = append(names, machine)
	}
	for _, host := range hosts {
		switch ip := net.ParseIP(host); {
		case ip != nil:
			addresses = append(addresses, ip)
		case host != "":
			names = append(names, host)
		}
	}
	return names, addresses
}
