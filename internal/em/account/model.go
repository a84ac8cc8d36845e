// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// model is an account as configuration, plan and state have it.
type model struct {
	ID                 types.String   `tfsdk:"id"`
	UID                types.String   `tfsdk:"uid"`
	AccountType        types.String   `tfsdk:"account_type"`
	AccountName        emtype.Value   `tfsdk:"account_name"`
	Roles              types.Set      `tfsdk:"roles"`
	AllowRestoreAllVMs types.Bool     `tfsdk:"allow_restore_all_vms"`
	RestoreScope       types.Set      `tfsdk:"restore_scope"`
	FLRSettings        types.Object   `tfsdk:"flr_settings"`
	SQLSettings        types.Object   `tfsdk:"sql_settings"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// identityModel is the identity of an account.
type identityModel struct {
	ID types.String `tfsdk:"id"`
}

var (
	scopeItemTypes = map[string]attr.Type{rules.AttrHierarchyObjRef: types.StringType, rules.AttrObjectName: types.StringType}
	flrTypes       = map[string]attr.Type{attrInplaceOnly: types.BoolType, attrExtensions: types.SetType{ElemType: types.StringType}}
	sqlTypes       = map[string]attr.Type{attrDenyInplace: types.BoolType}

	defaultFLR = flrFrom(&emapi.FLRSettings{})
	defaultSQL = sqlFrom(&emapi.SQLSettings{})
)

const (
	attrInplaceOnly = "inplace_only"
	attrExtensions  = "extension_restrictions"
	attrDenyInplace = "deny_inplace_restore"
)

// toSpec makes the request for a fully known plan.
func (m *model) toSpec() emapi.AccountSpec {
	return emapi.AccountSpec{
		Type:               m.AccountType.ValueString(),
		Name:               m.AccountName.ValueString(),
		RoleUIDs:           stringsOf(m.Roles),
		AllowRestoreAllVMs: m.AllowRestoreAllVMs.ValueBool(),
		Scopes:             itemsOf(m.RestoreScope),
		FLR:                flrTo(m.FLRSettings),
		SQL:                sqlTo(m.SQLSettings),
	}
}

// save takes what the server says of the account into the model. The name keeps its spelling, settings that the server
// leaves out keep their value.
func (m *model) save(s *snapshot) {
	m.ID = types.StringValue(s.account.ID)
	m.UID = types.StringValue(s.account.UID())
	m.AccountType = types.StringValue(s.account.Type)
	if m.AccountName.IsNull() || !emtype.AccountName.Same(m.AccountName.ValueString(), s.account.Name) {
		m.AccountName = emtype.AccountName.Of(s.account.Name)
	}
	m.AllowRestoreAllVMs = types.BoolValue(s.account.AllowRestoreAllVMs)
	m.Roles = rolesFrom(s.roles)
	if s.account.FLR != nil {
		m.FLRSettings = flrFrom(s.account.FLR)
	}
	if s.account.SQL != nil {
		m.SQLSettings = sqlFrom(s.account.SQL)
	}
}

// name is how diagnostics call the account.
func (m *model) name() string {
	if m.AccountName.ValueString() == "" {
		return m.ID.ValueString()
	}
	return m.AccountName.ValueString()
}

// stringsOf returns the sorted strings of a set; null is none, and unknown elements are left out.
func stringsOf(set types.Set) []string {
	out := make([]string, 0, len(set.Elements()))
	for _, e := range set.Elements() {
		if s, ok := e.(types.String); ok && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	slices.Sort(out)
	return out
}

func rolesFrom(roles []emapi.Role) types.Set {
	uids := make([]attr.Value, 0, len(roles))
	for _, r := range roles {
		if uid := types.StringValue(r.UID()); !slices.ContainsFunc(uids, uid.Equal) {
			uids = append(uids, uid)
		}
	}
	return types.SetValueMust(types.StringType, uids)
}

// itemsOf returns the items of a known restore_scope, sorted by reference; null is none.
func itemsOf(set types.Set) []emapi.ScopeItem {
	items := make([]emapi.ScopeItem, 0, len(set.Elements()))
	for _, e := range set.Elements() {
		object, ok := e.(types.Object)
		if !ok {
			continue
		}
		ref, _ := object.Attributes()[rules.AttrHierarchyObjRef].(types.String)
		name, _ := object.Attributes()[rules.AttrObjectName].(types.String)
		items = append(items, emapi.ScopeItem{HierarchyObjRef: ref.ValueString(), ObjectName: name.ValueString()})
	}
	slices.SortFunc(items, func(a, b emapi.ScopeItem) int {
		return strings.Compare(a.HierarchyObjRef+"\x00"+a.ObjectName, b.HierarchyObjRef+"\x00"+b.ObjectName)
	})
	return items
}

func scopeSetFrom(items []emapi.ScopeItem) types.Set {
	values := make([]attr.Value, 0, len(items))
	for _, item := range items {
		values = append(values, types.ObjectValueMust(scopeItemTypes, map[string]attr.Value{
			rules.AttrHierarchyObjRef: types.StringValue(item.HierarchyObjRef),
			rules.AttrObjectName:      types.StringValue(item.ObjectName),
		}))
	}
	return types.SetValueMust(types.ObjectType{AttrTypes: scopeItemTypes}, values)
}

// flrTo returns nil for null settings: the server then takes its defaults.
func flrTo(v types.Object) *emapi.FLRSettings {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	inplace, _ := v.Attributes()[attrInplaceOnly].(types.Bool)
	extensions, _ := v.Attributes()[attrExtensions].(types.Set)
	return &emapi.FLRSettings{InplaceOnly: inplace.ValueBool(), ExtensionRestrictions: stringsOf(extensions)}
}

func flrFrom(s *emapi.FLRSettings) types.Object {
	extensions := make([]attr.Value, 0, len(s.ExtensionRestrictions))
	for _, e := range s.ExtensionRestrictions {
		if v := types.StringValue(e); !slices.ContainsFunc(extensions, v.Equal) {
			extensions = append(extensions, v)
		}
	}
	return types.ObjectValueMust(flrTypes, map[string]attr.Value{
		attrInplaceOnly: types.BoolValue(s.InplaceOnly),
		attrExtensions:  types.SetValueMust(types.StringType, extensions),
	})
}

// sqlTo returns nil for null settings: the server then takes its defaults.
func sqlTo(v types.Object) *emapi.SQLSettings {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	deny, _ := v.Attributes()[attrDenyInplace].(types.Bool)
	return &emapi.SQLSettings{DenyInplaceRestore: deny.ValueBool()}
}

func sqlFrom(s *emapi.SQLSettings) types.Object {
	return types.ObjectValueMust(sqlTypes, map[string]attr.Value{attrDenyInplace: types.BoolValue(s.DenyInplaceRestore)})
}

// owned remembers, in the resource's private state, which scope stands for which item of restore_scope: the server does
// not give references back.
type owned []ownedScope

type ownedScope struct {
	Ref  string `json:"hierarchy_obj_ref"`
	Name string `json:"object_name"`
	ID   string `json:"scope_id"`
}

const ownedKey = "restore_scope"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func ownedFrom(ctx context.Context, private privateReader) (owned, diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, ownedKey)
	if len(raw) == 0 || diags.HasError() {
		return nil, diags
	}
	var o owned
	if err := json.Unmarshal(raw, &o); err != nil {
		diags.AddError("The private state of the account cannot be read", err.Error()+"\n\nRemove the account from the state and import it again.")
	}
	return o, diags
}

func (o owned) save(ctx context.Context, private privateWriter) diag.Diagnostics {
	raw, err := json.Marshal(o)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("The private state of the account cannot be written", err.Error())}
	}
	return private.SetKey(ctx, ownedKey, raw)
}

// id returns the ID of the scope that stands for the item, or "".
func (o owned) id(item emapi.ScopeItem) string {
	for _, s := range o {
		if s.Ref == item.HierarchyObjRef && s.Name == item.ObjectName {
			return s.ID
		}
	}
	return ""
}

// with returns o with the scope of the item set to id.
func (o owned) with(item emapi.ScopeItem, id string) owned {
	return append(o.without(item), ownedScope{Ref: item.HierarchyObjRef, Name: item.ObjectName, ID: id})
}

// without returns o less the item.
func (o owned) without(item emapi.ScopeItem) owned {
	return slices.DeleteFunc(slices.Clone(o), func(s ownedScope) bool {
		return s.Ref == item.HierarchyObjRef && s.Name == item.ObjectName
	})
}

// ids lists the IDs of all scopes in o.
func (o owned) ids() []string {
	ids := make([]string, 0, len(o))
	for _, s := range o {
		ids = append(ids, s.ID)
	}
	return ids
}
