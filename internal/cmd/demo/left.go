// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

// remains counts what should no longer exist after everything is destroyed.
type remains struct{ accounts, sessions int }

// whatIsLeft asks the server with plain HTTP requests, so that a fault of the provider or of its client cannot hide
// anything.
func (s *simulator) whatIsLeft(ctx context.Context) (remains, error) {
	var left remains
	client, err := s.httpClient()
	if err != nil {
		return left, err
	}
	defer client.CloseIdleConnections()
	logon, err := s.send(ctx, client, http.MethodPost, "sessionMngr/?v=latest", "", nil)
	if err != nil {
		return left, err
	}
	token := logon.Get("X-RestSvcSessionId")
	var accounts struct {
		Ref []struct {
			Name string `xml:"Name,attr"`
		}
	}
	if _, err := s.send(ctx, client, http.MethodGet, "security/accounts", token, &accounts); err != nil {
		return left, err
	}
	for _, a := range accounts.Ref {
		if strings.EqualFold(a.Name, accountName) {
			left.accounts++
		}
	}
	var sessions struct{ LogonSession []struct{} }
	if _, err := s.send(ctx, client, http.MethodGet, "logonSessions", token, &sessions); err != nil {
		return left, err
	}
	if left.sessions = len(sessions.LogonSession) - 1; left.sessions < 0 { // without the demo's own session
		return left, fmt.Errorf("the server does not list the demo's own session")
	}
	return left, nil
}

// send returns the headers of the response and decodes its XML into into, unless that is nil. If the token is empty, it
// sends the user name and password instead.
func (s *simulator) send(
	ctx context.Context, client *http.Client, method, path, token string, into any,
) (http.Header, error) {
	url := strings.TrimSuffix(s.endpoint(), "/") + "/api/" + path
	req, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	if token == "" {
		req.SetBasicAuth(s.variable("VEEAM_EM_USERNAME"), s.variable("VEEAM_EM_PASSWORD"))
	} else {
		req.Header.Set("X-RestSvcSessionId", token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	if into != nil {
		if err := xml.NewDecoder(resp.Body).Decode(into); err != nil {
			return nil, fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
	return resp.Header, nil
}

func (s *simulator) httpClient() (*http.Client, error) {
	pem, err := os.ReadFile(s.caFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", s.caFile)
	}
	tlsConfig := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig}, Timeout: time.Minute}, nil
}
