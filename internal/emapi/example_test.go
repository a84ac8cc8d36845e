// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// This example creates a restore operator that may restore one VM, and waits until the server lists its scope.
func Example() {
	client, err := emapi.New(emapi.Config{
		Endpoint:   "https://em.example.com",
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

	roles, err := client.ListRoles(ctx)
	if err != nil {
		log.Print(err)
		return
	}
	vm, err := emapi.ParseScopeItem("urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870", "VM01")
	if err != nil {
		log.Print(err)
		return
	}
	scopes := []emapi.ScopeItem{vm}
	id, err := client.CreateAccount(ctx, emapi.AccountSpec{
		Type: "User", Name: `TECH\william.fox`, RoleUIDs: []string{roles[0].UID()}, Scopes: scopes,
	})
	var exists *emapi.AccountExistsError
	switch {
	case errors.As(err, &exists):
		fmt.Println("the account already exists:", exists.ID)
		return
	case err != nil:
		log.Print(err)
		return
	}
	listed, err := client.AwaitAccountScopes(id, scopes).Wait(ctx)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(id, listed[0].ID)
}

func ExampleParseObjRef() {
	ref, err := emapi.ParseObjRef("urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870")
	fmt.Println(ref.Platform, ref.Type, ref.RootID, ref.Object, err)
	// Output: VMware Vm a2b0c55d-829a-4efe-bd95-125ee77ba9dd vm-7870 <nil>
}
