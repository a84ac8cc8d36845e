// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// This example lets a group restore the data of a team.
func Example() {
	client, err := vb365api.New(vb365api.Config{
		Endpoint:   "https://vb365.example.com",
		Username:   `TECH\administrator`,
		Password:   "from a secret store",
		MaxRetries: 4,
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	defer func() { _ = client.Close(ctx) }()

	organizations, err := client.ListOrganizations(ctx)
	if err != nil || len(organizations) == 0 {
		log.Print("no organization: ", err)
		return
	}
	organization := organizations[0].ID
	groups, err := client.FindObjects(ctx, organization, vb365api.Group, vb365api.ByName, "helpdesk@abc.onmicrosoft.com")
	if err != nil {
		log.Print(err)
		return
	}
	teams, err := client.FindObjects(ctx, organization, vb365api.Team, vb365api.ByName, "sales@abc.onmicrosoft.com")
	if err != nil {
		log.Print(err)
		return
	}
	created, err := client.CreateRole(ctx, organization, vb365api.RoleSpec{
		Name: "Helpdesk", RoleType: vb365api.SpecificObjects, Operators: groups, SelectedItems: teams,
	})
	var exists *vb365api.RoleExistsError
	switch {
	case errors.As(err, &exists):
		fmt.Println("the role already exists:", exists.Roles[0].ID)
		return
	case err != nil:
		log.Print(err)
		return
	}
	entries, err := client.ListEntries(ctx, created.Role.ID, vb365api.SelectedItems)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(created.Role.ID, entries[0].Object.DisplayName)
}

func ExampleNameKey() {
	written := vb365api.NameKey(vb365api.Site, "https://ABC.sharepoint.com/sites/board/")
	shown := vb365api.NameKey(vb365api.Site, "https://abc.sharepoint.com/sites/Board")
	fmt.Println(written == shown)
	// Output: true
}
