// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const (
	accountName  = `TECH\jane.operator` // in examples/demo/em
	operatorFile = "operator.tf"        // contains the account
)

// newRoles removes one role and adds another.
const newRoles = `-var=roles=["File Restore Operator", "Portal User"]`

// em is the simulated Enterprise Manager.
type em struct {
	*administrator
	simulator *simulator
}

func (d *demo) emAct() act {
	server := &em{simulator: d.server}
	operator := filepath.Join(d.dir, "em", operatorFile)
	return act{
		title:         "Act 1: a restore operator of Veeam Backup Enterprise Manager",
		configuration: "em",
		server:        server,
		steps: []step{
			{
				"Create the operator: one role, two virtual machines",
				func(context.Context) error { return d.showFile(operator) }, apply(),
			},
			{"Change the roles, in place", nil, apply(newRoles)},
			{"Plan again: no changes", nil, []string{planCommand, mustBeEmpty, newRoles}},
			{
				"An administrator lets the operator restore everything: the next apply takes it back",
				server.allowEverything, apply(newRoles),
			},
			{
				"Remove the operator from the configuration: the account is deleted",
				func(context.Context) error { d.say("$ rm %s", operatorFile); return os.Remove(operator) }, apply(newRoles),
			},
		},
	}
}

func (e *em) logOn(ctx context.Context) error {
	endpoint := strings.TrimSuffix(e.simulator.variable("VEEAM_EM_ENDPOINT"), "/")
	a, err := e.simulator.administrator(endpoint+"/api/", xml.Unmarshal)
	if err != nil {
		return err
	}
	credentials := e.simulator.variable("VEEAM_EM_USERNAME") + ":" + e.simulator.variable("VEEAM_EM_PASSWORD")
	a.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(credentials)))
	logon, err := a.send(ctx, http.MethodPost, "sessionMngr/?v=latest", "", nil)
	if err != nil {
		return err
	}
	a.header = http.Header{"X-Restsvcsessionid": logon.Values("X-RestSvcSessionId")}
	e.administrator = a
	return nil
}

func (e *em) objects(ctx context.Context) (what string, count int, err error) {
	ids, err := e.operators(ctx)
	return "Accounts named " + accountName, len(ids), err
}

// operators returns the IDs of the accounts with the name of the operator.
func (e *em) operators(ctx context.Context) ([]string, error) {
	var accounts struct {
		Ref []struct {
			Name string `xml:"Name,attr"`
			Href string `xml:"Href,attr"`
		}
	}
	if _, err := e.send(ctx, http.MethodGet, "security/accounts", "", &accounts); err != nil {
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
func (e *em) allowEverything(ctx context.Context) error {
	ids, err := e.operators(ctx)
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return fmt.Errorf("the server has %d accounts named %s", len(ids), accountName)
	}
	_, err = e.send(ctx, http.MethodPost, "security/accounts/"+ids[0], "", nil) // switches the right on or off
	return err
}

func (e *em) sessions(ctx context.Context) (int, error) {
	var open struct{ LogonSession []struct{} }
	if _, err := e.send(ctx, http.MethodGet, "logonSessions", "", &open); err != nil {
		return 0, err
	}
	if len(open.LogonSession) == 0 {
		return 0, errors.New("the server does not list the demo's own session")
	}
	return len(open.LogonSession) - 1, nil
}
