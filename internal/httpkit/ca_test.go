// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
)

func pemOf(der []byte, kind string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestParseCA_AcceptsTheFormsInWhichFilesContainCertificates(t *testing.T) {
	one, two := selfSigned(t).Leaf, selfSigned(t).Leaf
	a, b := pemOf(one.Raw, "CERTIFICATE"), pemOf(two.Raw, "CERTIFICATE")
	for name, content := range map[string]string{
		"PEM":                            a + b,
		"CRLF":                           strings.ReplaceAll(a+b, "\n", "\r\n"),
		"a byte order mark":              "\ufeff" + a + b,
		"byte order marks in the middle": "\ufeff" + a + "\ufeff" + b,
		"text between the blocks":        "subject=CN=em\n" + a + "\n# 2: the - old - one\nissuer=x\n" + b + "the end\n",
		"no line break between them":     strings.TrimSpace(a) + strings.TrimSpace(b),
		"white space around lines":       strings.ReplaceAll("\n"+a+b, "\n", " \t\n  "),
		"a key among the certificates":   a + pemOf([]byte("key"), "PRIVATE KEY") + b,
		"an old header":                  a + pemOf(two.Raw, "X509 CERTIFICATE"),
		"DER":                            string(one.Raw) + string(two.Raw),
	} {
		t.Run(name, func(t *testing.T) {
			pool, err := ParseCA([]byte(content))
			ok(t, err)
			want, err := x509.SystemCertPool()
			ok(t, err)
			want.AddCert(one)
			want.AddCert(two)
			equal(t, "the pool has exactly the certificates", pool.Equal(want), true)
		})
	}
}

func TestParseCA_RefusesWhatItWouldHaveToDrop(t *testing.T) {
	cert := selfSigned(t).Leaf
	good := pemOf(cert.Raw, "CERTIFICATE")
	lines := strings.SplitAfter(good, "\n")
	const damaged = "block 1 of the CA certificates, in line 1, is damaged or cut off"
	const none = "contain no certificate in PEM format (-----BEGIN CERTIFICATE-----) or DER format"
	for name, c := range map[string]struct{ content, says string }{
		"nothing":          {"", none},
		"text":             {"x", none},
		"a key alone":      {pemOf([]byte("key"), "PRIVATE KEY"), none + `, but "PRIVATE KEY"`},
		"PKCS #7":          {good + pemOf([]byte("p7"), "PKCS7"), `is a "PKCS7" that cannot be parsed as a certificate`},
		"a request":        {good + pemOf([]byte("p7"), "CERTIFICATE REQUEST"), `is a "CERTIFICATE REQUEST" that cannot`},
		"an empty block":   {pemOf(nil, "CERTIFICATE"), "block 1 of the CA certificates, in line 1, is a "},
		"no certificate":   {good + pemOf([]byte("x"), "CERTIFICATE"), "block 2 of the CA certificates, in line "},
		"a cut block":      {good + strings.Join(lines[:3], ""), "block 2 of the CA certificates, in line "},
		"a cut first one":  {strings.Join(lines[:3], "") + good, damaged},
		"a missing dash":   {"-" + strings.TrimLeft(good, "-") + good, damaged},
		"no base64":        {good + strings.Replace(good, "M", "!", 1), "is damaged or cut off"},
		"half a DER":       {string(cert.Raw[:40]), "cannot be parsed as DER"},
		"DER and a rest":   {string(cert.Raw) + "x", "cannot be parsed as DER"},
		"UTF-16":           {"\xff\xfe" + strings.Join(strings.Split(good, ""), "\x00"), "are encoded in UTF-16"},
		"UTF-16 BE":        {"\xfe\xff" + strings.Join(strings.Split(good, ""), "\x00"), "are encoded in UTF-16"},
		"a name of a file": {"/etc/ssl/ca.pem", none},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseCA([]byte(c.content))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got the error %v, want one with %q", err, c.says)
			}
		})
	}
}
