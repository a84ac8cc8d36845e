// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// administrator works on a server without Terraform: with plain HTTP requests in one session, so that a fault of the
// provider or of its client cannot hide anything. The session stays open until the simulator ends.
type administrator struct {
	client    *http.Client
	url       string // that the paths of requests are added to
	header    http.Header
	unmarshal func(body []byte, into any) error
}

// administrator returns an administrator who has not logged on yet.
func (s *simulator) administrator(url string, unmarshal func([]byte, any) error) (*administrator, error) {
	client, err := s.httpClient()
	if err != nil {
		return nil, err
	}
	return &administrator{client: client, url: url, header: http.Header{}, unmarshal: unmarshal}, nil
}

// send returns the headers of the response and decodes its body into into, unless that is nil.
func (a *administrator) send(ctx context.Context, method, path, body string, into any) (http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = a.header.Clone()
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s %s", method, path, resp.Status, answer)
	}
	if into != nil {
		if err := a.unmarshal(answer, into); err != nil {
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
