// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
)

const (
	roleName = "Helpdesk" // in examples/demo/vb365
	roleFile = "role.tf"  // contains the role
	planFile = "plan.bin"
)

// addedOperator is the body that adds user3@abc.onmicrosoft.com to the operators of a role.
const addedOperator = `[{"type": "User", "user": {
	"id": "9bdd0fca-7210-450e-bfeb-c0dca2e1b36c00000000-0000-0000-0000-000000000000",
	"type": null, "displayName": "User3", "name": "user3@abc.onmicrosoft.com"
}}]`

// vb365 is the simulated Veeam Backup for Microsoft 365.
type vb365 struct {
	*administrator
	simulator *simulator
}

func (d *demo) vb365Act() act {
	server := &vb365{simulator: d.server}
	role := filepath.Join(d.dir, "vb365", roleFile)
	return act{
		title:         "Act 2: a restore operator role of Veeam Backup for Microsoft 365",
		configuration: "vb365",
		server:        server,
		steps: []step{
			{
				"Create the role: two operators, a team that they restore, a site that they do not",
				func(context.Context) error { return d.showFile(role) }, apply(),
			},
			{
				"An administrator adds an operator: a plan shows it",
				server.addOperator,
				[]string{planCommand, "-out=" + planFile},
			},
			{"Apply the plan: the operator is removed", nil, []string{"apply", planFile}},
			{"Plan again: no changes", nil, []string{planCommand, mustBeEmpty}},
			{"Destroy the role", nil, []string{"destroy", "-auto-approve"}},
		},
	}
}

func (v *vb365) logOn(ctx context.Context) error {
	a, err := v.simulator.administrator(v.simulator.variable("VEEAM_VB365_ENDPOINT")+"/v8/", json.Unmarshal)
	if err != nil {
		return err
	}
	form := url.Values{
		"grant_type":                {"password"},
		"username":                  {v.simulator.variable("VEEAM_VB365_USERNAME")},
		"password":                  {v.simulator.variable("VEEAM_VB365_PASSWORD")},
		"disable_antiforgery_token": {"true"},
	}
	var issued struct {
		Token string `json:"access_token"`
	}
	a.header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := a.send(ctx, http.MethodPost, "token", form.Encode(), &issued); err != nil {
		return err
	}
	a.header.Set("Content-Type", "application/json")
	a.header.Set("Authorization", "Bearer "+issued.Token)
	v.administrator = a
	return nil
}

func (v *vb365) objects(ctx context.Context) (what string, count int, err error) {
	ids, err := v.roles(ctx)
	return "Roles named " + roleName, len(ids), err
}

// roles returns the IDs of the roles with the name of the role.
func (v *vb365) roles(ctx context.Context) ([]string, error) {
	var roles []struct{ ID, Name string }
	if _, err := v.send(ctx, http.MethodGet, "RbacRoles", "", &roles); err != nil {
		return nil, err
	}
	var ids []string
	for _, role := range roles {
		if role.Name == roleName {
			ids = append(ids, role.ID)
		}
	}
	return ids, nil
}

// addOperator adds an operator to the role.
func (v *vb365) addOperator(ctx context.Context) error {
	ids, err := v.roles(ctx)
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return fmt.Errorf("the server has %d roles named %s", len(ids), roleName)
	}
	_, err = v.send(ctx, http.MethodPost, "RbacRoles/"+ids[0]+"/operators", addedOperator, nil)
	return err
}

// sessions counts logons and logoffs in the journal, because the server does not list its sessions.
func (v *vb365) sessions(context.Context) (int, error) {
	requests, err := v.simulator.journal()
	if err != nil {
		return 0, err
	}
	open := -1 // the administrator's
	for _, r := range requests {
		switch {
		case r.Status/100 != 2:
		case strings.HasSuffix(r.Path, "/token") && strings.Contains(r.Body, "grant_type=password"):
			open++
		case strings.HasSuffix(r.Path, "/token/logout"):
			open--
		}
	}
	return open, nil
}
