// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"strings"
	"time"
)

// administrator works on the server without Terraform: with plain HTTP requests in one session, so that a fault of the
// provider or of its client cannot hide anything.
type administrator struct {
	server *simulator
	client *http.Client
	token  string
}

// logOn logs on to the server. The session stays open until the simulator ends.
func (s *simulator) logOn(ctx context.Context) (*administrator, error) {
	client, err := s.httpClient()
	if err != nil {
		return nil, err
	}
	a := &administrator{server: s, client: client}
	logon, err := a.send(ctx, http.MethodPost, "sessionMngr/?v=latest", nil)
	if err != nil {
		return nil, err
	}
	a.token = logon.Get("X-RestSvcSessionId")
	return a, nil
}

// operators returns the IDs of the accounts with the name of the operator.
func (a *administrator) operators(ctx context.Context) ([]string, error) {
	var accounts struct {
		Ref []struct {
			Name string `xml:"Name,attr"`
			Href string `xml:"Href,attr"`
		}
	}
	if _, err := a.send(ctx, http.MethodGet, "security/accounts", &accounts); err != nil {
		return nil, err
	}
	var ids []string
	for _, ref := range accounts.Ref {
		if strings.EqualFold(ref.Name, accountName) {
			ids = append(ids, path.Base(ref.Href))
		}
	}
	return ids, nil
}

// allowEverything lets the operator restore everything.
func (a *administrator) allowEverything(ctx context.Context) error {
	ids, err := a.operators(ctx)
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return fmt.Errorf("the server has %d accounts named %s", len(ids), accountName)
	}
	_, err = a.send(ctx, http.MethodPost, "security/accounts/"+ids[0], nil) // switches the right on or off
	return err
}

// sessions returns the number of open sessions without this one.
func (a *administrator) sessions(ctx context.Context) (int, error) {
	var open struct{ LogonSession []struct{} }
	if _, err := a.send(ctx, http.MethodGet, "logonSessions", &open); err != nil {
		return 0, err
	}
	if len(open.LogonSession) == 0 {
		return 0, errors.New("the server does not list the demo's own session")
	}
	return len(open.LogonSession) - 1, nil
}

// send returns the headers of the response and decodes its XML into into, unless that is nil. Before the logon, it
// sends the user name and password.
func (a *administrator) send(ctx context.Context, method, path string, into any) (http.Header, error) {
	url := strings.TrimSuffix(a.server.endpoint(), "/") + "/api/" + path
	req, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	if a.token == "" {
		req.SetBasicAuth(a.server.variable("VEEAM_EM_USERNAME"), a.server.variable("VEEAM_EM_PASSWORD"))
	} else {
		req.Header.Set("X-RestSvcSessionId", a.token)
	}
	resp, err := a.client.Do(req)
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
