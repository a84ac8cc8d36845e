// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// visitor calls the client, and keeps what the next visits need.
type visitor struct {
	*emapi.Client
	ctx     context.Context
	wait    func() // for a task to go on
	account *emapi.Account
	scopes  []emapi.Scope
}

// visit is a call of a method of the client.
type visit struct {
	method string
	call   func(*visitor) error
}

// specs are the accounts that the visits create: each kind of account, and each field of a spec.
var specs = []emapi.AccountSpec{
	{
		Type: "User", Name: `TECH\judged`, Scopes: []emapi.ScopeItem{vm01, share},
		RoleUIDs: []string{emsim.RoleUID(emsim.RoleVMRestoreOperator), emsim.RoleUID(emsim.RolePortalUser)},
		FLR:      &emapi.FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc", "pptx"}},
		SQL:      &emapi.SQLSettings{DenyInplaceRestore: true},
	},
	{
		Type: "Group", Name: `TECH\judges`, RoleUIDs: []string{emsim.RoleUID(emsim.RolePortalUser)},
		AllowRestoreAllVMs: true, FLR: &emapi.FLRSettings{},
	},
	{
		Type: "ExternalUser", Name: "judge@tech.com", RoleUIDs: []string{emsim.RoleUID(emsim.RolePortalUser)},
		AllowRestoreAllVMs: true,
	},
	{
		Type: "ExternalGroup", Name: "Judges", RoleUIDs: []string{emsim.RoleUID(emsim.RolePortalUser)},
		AllowRestoreAllVMs: true, SQL: &emapi.SQLSettings{},
	},
}

var (
	vm01   = item(emsim.VM01Ref, emsim.VM01Name)
	share  = item(emsim.FileShareRef, emsim.FileShareName)
	vApp   = item(emsim.VCloudVAppRef, emsim.VCloudVAppName)
	hyperV = item(emsim.HvVMRef, emsim.HvVMName)
)

func item(ref, name string) emapi.ScopeItem {
	parsed, err := emapi.ParseScopeItem(ref, name)
	if err != nil {
		panic(err)
	}
	return parsed
}

// visits call every method of the client that sends a request, in this order.
var visits = []visit{
	{"LogonNames", func(v *visitor) error { return second(v.LogonNames(v.ctx)) }},
	{"ListRoles", func(v *visitor) error { return second(v.ListRoles(v.ctx)) }},
	{"ListAccounts", func(v *visitor) error { return second(v.ListAccounts(v.ctx)) }},
	{"ListAccountNames", func(v *visitor) error { return second(v.ListAccountNames(v.ctx)) }},
	{"AccountsNamed", func(v *visitor) error { return second(v.AccountsNamed(v.ctx, specs[0].Name)) }},
	{"HierarchyRoots", func(v *visitor) error { return second(v.HierarchyRoots(v.ctx)) }},
	{"FileServers", func(v *visitor) error { return second(v.FileServers(v.ctx)) }},
	{"Lookup", func(v *visitor) error { return second(v.Lookup(v.ctx, emsim.VCenterID, "*", "")) }},
	{"RecentLookup", func(v *visitor) error { return second(v.RecentLookup(v.ctx, emsim.VCenterID, "*", "")) }},
	{"LookupRef", func(v *visitor) error { return second(v.LookupRef(v.ctx, emsim.HvVMRef)) }},
	{"CreateAccount", func(v *visitor) error {
		for _, spec := range specs {
			if _, err := v.CreateAccount(v.ctx, spec); err != nil {
				return err
			}
		}
		return nil
	}},
	{"FindAccount", func(v *visitor) (err error) {
		v.account, err = v.FindAccount(v.ctx, specs[0].Type, specs[0].Name)
		return err
	}},
	{"AwaitAccountScopes", func(v *visitor) (err error) {
		v.scopes, err = v.AwaitAccountScopes(v.account.ID, specs[0].Scopes).Wait(v.ctx)
		return err
	}},
	{"FindCreated", func(v *visitor) error { _, _, err := v.FindCreated(v.ctx, specs[0]); return err }},
	{"FindRenamed", func(v *visitor) error { return second(v.FindRenamed(v.ctx, specs[0])) }},
	{"GetAccount", func(v *visitor) error { return second(v.GetAccount(v.ctx, v.account.ID)) }},
	{"ShowAccount", func(v *visitor) error { return second(v.ShowAccount(v.ctx, v.account.ID)) }},
	{"Complete", func(v *visitor) error { return second(v.Complete(v.ctx, *v.account)) }},
	{"AccountName", func(v *visitor) error { v.AccountName(v.ctx, v.account.ID, nil); return nil }},
	{"ListAccountRoles", func(v *visitor) error { return second(v.ListAccountRoles(v.ctx, v.account.ID)) }},
	{"RolesOf", func(v *visitor) error { return second(v.RolesOf(v.ctx, *v.account)) }},
	{"AddAccountRole", func(v *visitor) error {
		return v.AddAccountRole(v.ctx, v.account.ID, emsim.RoleUID(emsim.RoleSQLRestoreOperator))
	}},
	{"RemoveAccountRole", func(v *visitor) error {
		return v.RemoveAccountRole(v.ctx, v.account.ID, emsim.RoleSQLRestoreOperator)
	}},
	{"ListScopes", func(v *visitor) error { return second(v.ListScopes(v.ctx, v.account.ID)) }},
	{"RecentScopes", func(v *visitor) error { return second(v.RecentScopes(v.ctx, v.account.ID)) }},
	{"ScopesBefore", func(v *visitor) error { return second(v.ScopesBefore(v.ctx, v.account.ID, specs[0].Scopes)) }},
	{"ScopeMatches", func(v *visitor) error {
		return second(v.ScopeMatches(v.ctx, v.scopes[0], vm01.HierarchyObjRef, vm01.ObjectName))
	}},
	{"AddScopes", func(v *visitor) error {
		pending, err := v.AddScopes(v.ctx, v.account.ID, v.scopes, []emapi.ScopeItem{vApp, hyperV})
		if err != nil {
			return err
		}
		return second(pending.Wait(v.ctx))
	}},
	{"RemoveScope", func(v *visitor) error { return v.RemoveScope(v.ctx, v.account.ID, v.scopes[0].ID) }},
	{"RemoveSharedScope", func(v *visitor) error { return v.RemoveSharedScope(v.ctx, v.account.ID, v.scopes[1]) }},
	{"PollScopes", func(v *visitor) error {
		return v.PollScopes(v.ctx, v.account.ID, func([]emapi.Scope) (bool, error) { return true, nil })
	}},
	{"WaitScopeGone", func(v *visitor) error { return v.WaitScopeGone(v.ctx, v.account.ID, v.scopes[0]) }},
	{"SetAllowRestoreAllVMs", func(v *visitor) error { return v.SetAllowRestoreAllVMs(v.ctx, v.account.ID, true) }},
	{"RebuildScopes", func(v *visitor) error {
		for _, mode := range emapi.RebuildModes {
			if _, err := v.RebuildScopes(v.ctx, mode); err != nil {
				return err
			}
		}
		return nil
	}},
	{"GetTask", func(v *visitor) error {
		task, err := v.RebuildScopes(v.ctx, emapi.RebuildModes[0])
		for err == nil && task.State != "Finished" {
			v.wait()
			task, err = v.GetTask(v.ctx, *task)
		}
		if err == nil {
			_, err = v.GetTask(v.ctx, *task)
		}
		return err
	}},
	{"DeleteTask", func(v *visitor) error {
		task, err := v.RebuildScopes(v.ctx, emapi.RebuildModes[0])
		if err != nil {
			return err
		}
		return v.DeleteTask(v.ctx, *task)
	}},
	{"DeleteAccount", func(v *visitor) error { return v.DeleteAccount(v.ctx, v.account.ID) }},
	{"GetAccount", func(v *visitor) error {
		if _, err := v.GetAccount(v.ctx, v.account.ID); !emapi.IsNotFound(err) {
			return errors.Join(errors.New("the deleted account is still there"), err)
		}
		return nil
	}},
	{"Close", func(v *visitor) error { return v.Close(v.ctx) }},
}

func second[T any](_ T, err error) error { return err }

func TestVisits_CallEveryMethodOfTheClient(t *testing.T) {
	const silent = " String GoString Format ListsRolesApart " // they send no request
	client := reflect.TypeFor[*emapi.Client]()
	for i := range client.NumMethod() {
		name := client.Method(i).Name
		visited := slices.ContainsFunc(visits, func(v visit) bool { return v.method == name })
		if !visited && !strings.Contains(silent, " "+name+" ") {
			t.Errorf("no visit calls Client.%s: add one", name)
		}
	}
}

func TestSpecs_SetEveryField(t *testing.T) {
	for _, of := range [][]any{
		{specs[0], specs[1]}, {*specs[0].FLR}, {*specs[0].SQL}, {vm01},
	} {
		typ := reflect.TypeOf(of[0])
		for i := range typ.NumField() {
			isSet := func(spec any) bool { return !reflect.ValueOf(spec).Field(i).IsZero() }
			if !slices.ContainsFunc(of, isSet) {
				t.Errorf("no spec sets %s.%s", typ.Name(), typ.Field(i).Name)
			}
		}
	}
}
