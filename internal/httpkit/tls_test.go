// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest/memnet"
)

// An API client may reject this combination; in this package, the pins take precedence.
func TestTrust_PinsAreCheckedEvenIfVerificationIsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := memnet.NewServer(t, http.NotFoundHandler())
		server.StartTLS()
		right := Fingerprint(server.Certificate())
		for pin, accepted := range map[string]bool{right: true, strings.Repeat("ab", 32): false} {
			transport, err := NewTransport(Trust{PinnedSHA256: []string{pin}, InsecureSkipVerify: true})
			ok(t, err)
			s := NewSender(SenderConfig{Transport: transport})
			_, err = s.Send(t.Context(), Request{Method: http.MethodGet, URL: server.URL})
			s.CloseIdleConnections()
			var shown *CertificateError
			if errors.As(err, &shown) == accepted {
				t.Errorf("with the pin %s, the error is %v", pin, err)
			}
			if shown != nil {
				equal(t, "the fingerprint", shown.SHA256, right)
			}
		}
	})
}

func TestParsePin_AcceptsOnlyAFingerprint(t *testing.T) {
	server := memnet.NewServer(t, http.NotFoundHandler())
	server.StartTLS()
	pin := Fingerprint(server.Certificate())
	for _, form := range []string{pin, strings.ToLower(pin), strings.ReplaceAll(pin, ":", ""), " " + pin + " "} {
		got, err := ParsePin(form)
		ok(t, err)
		equal(t, "the pin "+form, got, pin)
	}
	for _, bad := range []string{"", "AB:CD", "G" + pin[1:], pin + ":00"} {
		if _, err := ParsePin(bad); err == nil {
			t.Errorf("ParsePin accepts %q", bad)
		}
	}
}
