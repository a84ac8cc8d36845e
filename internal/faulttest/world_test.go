// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

const (
	accountType   = "veeam_em_account"
	scopeType     = "veeam_em_account_scope"
	exclusiveType = "veeam_em_account_scopes_exclusive"
)

// object is an object of the infrastructure.
type object struct{ ref, name string }

var (
	vm01  = object{emsim.VM01Ref, emsim.VM01Name}
	sql   = object{emsim.VMSQLSRVRef, emsim.VMSQLSRVName}
	web01 = object{emsim.VMWeb01Ref, emsim.VMWeb01Name}
	web02 = object{emsim.VMWeb02Ref, emsim.VMWeb02Name}
	db01  = object{emsim.VMDB01Ref, emsim.VMDB01Name}
	dupA  = object{emsim.VMDupARef, emsim.VMDupName}
	dupB  = object{emsim.VMDupBRef, emsim.VMDupName}
)

// account is the configuration of an account.
type account struct {
	label string   // of the block; the default is fox
	name  string   // the default is TECH\william.fox
	roles []string // IDs; the default is the VM restore operator
	all   bool
	scope []object
	deny  bool // sql_settings.deny_inplace_restore; a change replaces the account
}

func (a account) block() tfrun.Block {
	roles := []any{}
	for _, id := range a.roles {
		roles = append(roles, "urn:veeam:EnterpriseRole:"+id)
	}
	if len(roles) == 0 {
		roles = append(roles, "urn:veeam:EnterpriseRole:"+emsim.RoleVMRestoreOperator)
	}
	attributes := map[string]any{
		"account_type":          "User",
		"account_name":          cmp.Or(a.name, `TECH\william.fox`),
		"roles":                 roles,
		"allow_restore_all_vms": a.all,
		"sql_settings":          map[string]any{"deny_inplace_restore": a.deny},
	}
	if len(a.scope) > 0 {
		attributes["restore_scope"] = items(a.scope)
	}
	return tfrun.Block{Type: accountType, Name: cmp.Or(a.label, "fox"), Attributes: attributes}
}

func items(objects []object) []any {
	out := []any{}
	for _, o := range objects {
		out = append(out, map[string]any{"hierarchy_obj_ref": o.ref, "object_name": o.name})
	}
	return out
}

// idOf returns a reference to the ID of the account with this label.
func idOf(label string) tfrun.Reference {
	return tfrun.Reference{Address: accountType + "." + label, Attribute: "id"}
}

func scope(name, of string, o object) tfrun.Block {
	return tfrun.Block{Type: scopeType, Name: name, Attributes: map[string]any{
		"account_id": idOf(of), "hierarchy_obj_ref": o.ref, "object_name": o.name,
	}}
}

func exclusive(of string, objects ...object) tfrun.Block {
	return tfrun.Block{Type: exclusiveType, Name: of, Attributes: map[string]any{
		"account_id": idOf(of), "scopes": items(objects),
	}}
}

// configured returns what the server holds if it holds exactly what is configured.
func configured(blocks []tfrun.Block) []emsim.AccountSnapshot {
	accounts := map[string]*emsim.AccountSnapshot{}
	for _, b := range blocks {
		if b.Type == accountType {
			accounts[b.Address()] = snapshot(b)
		}
	}
	for _, b := range blocks {
		of, ok := b.Attributes["account_id"].(tfrun.Reference)
		if !ok {
			continue
		}
		a := accounts[of.Address]
		if b.Type == exclusiveType {
			a.Scopes = scopes(b.Attributes["scopes"])
			continue
		}
		a.Scopes = append(a.Scopes, emsim.ScopeSnapshot{
			Ref: text(b.Attributes["hierarchy_obj_ref"]), Name: text(b.Attributes["object_name"]),
		})
	}
	var out []emsim.AccountSnapshot
	for _, a := range accounts {
		sortScopes(a.Scopes)
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b emsim.AccountSnapshot) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func snapshot(b tfrun.Block) *emsim.AccountSnapshot {
	a := &emsim.AccountSnapshot{Type: text(b.Attributes["account_type"]), Name: text(b.Attributes["account_name"])}
	for _, uid := range elements(b.Attributes["roles"]) {
		a.Roles = append(a.Roles, strings.TrimPrefix(text(uid), "urn:veeam:EnterpriseRole:"))
	}
	slices.Sort(a.Roles)
	a.AllowRestoreAllVms = b.Attributes["allow_restore_all_vms"] == true
	if settings, ok := b.Attributes["sql_settings"].(map[string]any); ok {
		a.DenyInPlaceRestore = settings["deny_inplace_restore"] == true
	}
	a.Scopes = scopes(b.Attributes["restore_scope"])
	return a
}

func scopes(set any) []emsim.ScopeSnapshot {
	var out []emsim.ScopeSnapshot
	for _, e := range elements(set) {
		if item, ok := e.(map[string]any); ok {
			out = append(out, emsim.ScopeSnapshot{
				Ref: text(item["hierarchy_obj_ref"]), Name: text(item["object_name"]),
			})
		}
	}
	return out
}

func sortScopes(s []emsim.ScopeSnapshot) {
	slices.SortFunc(s, func(a, b emsim.ScopeSnapshot) int {
		return cmp.Or(cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Name, b.Name))
	})
}

func elements(set any) []any {
	list, _ := set.([]any)
	return list
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// workspace returns a workspace whose provider has the default settings.
func workspace(em *acctest.EM) *tfrun.Workspace { return em.NewWorkspace() }

// mustApply applies a configuration and fails the test if that fails.
func mustApply(t *testing.T, w *tfrun.Workspace, config []tfrun.Block) {
	t.Helper()
	if out := w.Apply(config...); len(out.Errors) > 0 || out.LogOff != nil {
		t.Fatalf("an apply without a fault failed: %s %v", strings.Join(out.Errors, "\n"), out.LogOff)
	}
}

// holdsExactly checks that the server holds what is configured, without duplicates, and that the plan is empty.
func holdsExactly(t *testing.T, em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block) {
	t.Helper()
	for _, d := range differences(em, w, config) {
		t.Error(d)
	}
}

// orphans returns the accounts on the server that are missing from the states. A state contains an account if it has
// its ID or, with an empty ID, its name.
func orphans(em *acctest.EM, workspaces ...*tfrun.Workspace) []string {
	known := map[any]bool{}
	for _, w := range workspaces {
		for _, address := range w.Addresses() {
			attributes := w.Attributes(address)
			known[attributes["id"]] = true
			if attributes["id"] == "" {
				known[attributes["account_name"]] = true
			}
		}
	}
	var out []string
	for _, a := range em.Snapshot() {
		if !acctest.IsSeeded(a.Name) && !known[a.ID] && !known[a.Name] {
			out = append(out, fmt.Sprintf("%s (%s)", a.Name, a.ID))
		}
	}
	return out
}
