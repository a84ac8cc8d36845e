// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ParseCA returns the certificate pool of the system with the given certificates added. These are in PEM format, with
// any line ends and with text between the blocks, or in DER format. It fails if there is no certificate, or if one of
// them cannot be read.
func ParseCA(data []byte) (*x509.CertPool, error) {
	certs, err := parseCertificates(data)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for _, cert := range certs {
		pool.AddCert(cert)
	}
	return pool, nil
}

func parseCertificates(data []byte) ([]*x509.Certificate, error) {
	const tagSequence = 0x30 // DER begins with it, and then with a length of more than 127
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, errors.New("the CA certificates are encoded in UTF-16 instead of ASCII or UTF-8")
	case len(data) > 1 && data[0] == tagSequence && data[1] >= 0x80:
		certs, err := x509.ParseCertificates(data)
		if err != nil {
			return nil, fmt.Errorf("the CA certificates cannot be parsed as DER: %w", err)
		}
		return certs, nil
	}
	return parsePEM(string(data))
}

// parsePEM parses each block on its own, because package pem skips blocks that it cannot read.
func parsePEM(text string) ([]*x509.Certificate, error) {
	text = strings.NewReplacer(
		"\ufeff", "", // also between files that were concatenated
		"\r\n", "\n", "\r", "\n",
		"----------BEGIN ", "-----\n-----BEGIN ", // files without a line break at the end, concatenated
	).Replace(text)
	var certs []*x509.Certificate
	var others []string
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	for n, first := 1, nextBlock(lines, 0); first < len(lines); n++ {
		next := nextBlock(lines, first+1)
		block, _ := pem.Decode([]byte(strings.Join(lines[first:next], "\n")))
		if block == nil {
			return nil, fmt.Errorf("block %d of the CA certificates, in line %d, is damaged or cut off", n, first+1)
		}
		if !maybeCertificate(block.Type) {
			others = append(others, fmt.Sprintf("%q", Clip(block.Type, 40)))
		} else if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
			certs = append(certs, cert)
		} else {
			const form = "block %d of the CA certificates, in line %d, is a %q that cannot be parsed as a certificate: %w"
			return nil, fmt.Errorf(form, n, first+1, Clip(block.Type, 40), err)
		}
		first = next
	}
	if len(certs) > 0 {
		return certs, nil
	}
	const none = "the CA certificates contain no certificate in PEM format (-----BEGIN CERTIFICATE-----) or DER format"
	if len(others) > 0 {
		return nil, errors.New(none + ", but " + strings.Join(others, ", "))
	}
	return nil, errors.New(none)
}

// nextBlock returns the index of the first line from which on a block begins, or len(lines). The number of dashes may
// be wrong.
func nextBlock(lines []string, from int) int {
	i := slices.IndexFunc(lines[from:], func(line string) bool {
		return strings.HasPrefix(line, "-") && strings.HasPrefix(strings.TrimLeft(line, "- "), "BEGIN ")
	})
	if i < 0 {
		return len(lines)
	}
	return from + i
}

// maybeCertificate reports whether a block of this type has to be a certificate: PKCS #7 can contain some, but is not
// supported, and a key among the certificates does no harm.
func maybeCertificate(blockType string) bool {
	return strings.Contains(blockType, "CERTIFICATE") || blockType == "PKCS7" || blockType == "CMS"
}
