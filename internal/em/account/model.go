// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// model is an account in the configuration, the plan and the state.
type model struct {
	ID                 types.String   `tfsdk:"id"`
	UID                types.String   `tfsdk:"uid"`
	AccountType        types.String   `tfsdk:"account_type"`
	AccountName        emtype.Value   `tfsdk:"account_name"`
	Roles              types.Set      `tfsdk:"roles"`
	RoleNames          types.Set      `tfsdk:"role_names"`
	AllowRestoreAllVMs types.Bool     `tfsdk:"allow_restore_all_vms"`
	RestoreScope       types.Set      `tfsdk:"restore_scope"`
	UnlistedScopes     types.String   `tfsdk:"unlisted_scopes"`
	UnlistedScopeNames types.Set      `tfsdk:"unlisted_scope_names"`
	FLRSettings        types.Object   `tfsdk:"flr_settings"`
	SQLSettings        types.Object   `tfsdk:"sql_settings"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`

	made provenance // from the private state
}

// identityModel is the identity of an account.
type identityModel struct {
	ID types.String `tfsdk:"id"`
}

// Limits implements [tfkit.Timed].
func (m *model) Limits() timeouts.Value { return m.Timeouts }

// Identity returns the identity of the account.
func (m *model) Identity() any { return identityModel{ID: m.ID} }

var (
	flrTypes = map[string]attr.Type{
		rules.AttrInplaceOnly: types.BoolType,
		rules.AttrExtensions:  types.SetType{ElemType: types.StringType},
	}
	sqlTypes = map[string]attr.Type{attrDenyInplace: types.BoolType}

	defaultFLR = flrFrom(&emapi.FLRSettings{})
	defaultSQL = sqlFrom(&emapi.SQLSettings{})
)

const attrDenyInplace = "deny_inplace_restore"

// toSpec returns the request for a fully known plan. Items whose scopes may look alike are added one after another, so
// it contains only the first of them.
func (m *model) toSpec() emapi.AccountSpec {
	scopes, _ := scopeset.Apart(scopeset.Items(m.RestoreScope))
	return emapi.AccountSpec{
		Type:               m.AccountType.ValueString(),
		Name:               m.AccountName.ValueString(),
		RoleUIDs:           stringsOf(m.Roles),
		AllowRestoreAllVMs: m.AllowRestoreAllVMs.ValueBool(),
		Scopes:             scopes,
		FLR:                flrTo(m.FLRSettings),
		SQL:                sqlTo(m.SQLSettings),
	}
}

// access returns what the account may do.
func (m *model) access() access {
	return access{stringsOf(m.Roles), scopeset.Items(m.RestoreScope), m.AllowRestoreAllVMs.ValueBool()}
}

// save copies the server's answer into the model. The name and the extensions keep their spelling, and settings that
// the server does not return keep their value.
func (m *model) save(s *snapshot) {
	m.ID = types.StringValue(s.account.ID)
	m.UID = types.StringValue(s.account.UID())
	m.AccountType = types.StringValue(s.account.Type)
	if m.AccountName.IsNull() || !m.made.sameName(m.AccountName.ValueString(), s.account.Name) {
		m.AccountName = emtype.AccountName.Of(s.account.Name)
	}
	m.AllowRestoreAllVMs = types.BoolValue(s.account.AllowRestoreAllVMs)
	m.Roles, m.RoleNames = rolesFrom(s.roles), roleNamesFrom(s.roles)
	if has := s.account.FLR; has != nil {
		if own := flrTo(m.FLRSettings); own == nil || !own.Same(*has) {
			m.FLRSettings = flrFrom(has)
		}
	}
	if s.account.SQL != nil {
		m.SQLSettings = sqlFrom(s.account.SQL)
	}
}

// name returns the name of the account for diagnostics: the account name, or the ID if the name is not known.
func (m *model) name() string {
	if m.AccountName.ValueString() == "" {
		return m.ID.ValueString()
	}
	return m.AccountName.ValueString()
}

// stringsOf returns the sorted strings of a set. A null set has no strings, and unknown elements are skipped.
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

// keepNames keeps the planned names, as Terraform requires. The next refresh shows what has changed since the plan.
func (m *model) keepNames(plan *model) {
	if !plan.RoleNames.IsUnknown() {
		m.RoleNames = plan.RoleNames
	}
	if !plan.UnlistedScopeNames.IsUnknown() {
		m.UnlistedScopeNames = plan.UnlistedScopeNames
	}
}

func roleNamesFrom(roles []emapi.Role) types.Set {
	names := make([]string, 0, len(roles))
	for _, r := range roles {
		names = append(names, r.Name)
	}
	return setOf(names)
}

func rolesFrom(roles []emapi.Role) types.Set { return setOf(uidsOf(roles)) }

func uidsOf(roles []emapi.Role) []string {
	uids := make([]string, 0, len(roles))
	for _, r := range roles {
		uids = append(uids, r.UID())
	}
	slices.Sort(uids)
	return slices.Compact(uids)
}

// setOf returns the set of the strings, each of them once.
func setOf(list []string) types.Set {
	values := make([]attr.Value, 0, len(list))
	for _, s := range list {
		if v := types.StringValue(s); !slices.ContainsFunc(values, v.Equal) {
			values = append(values, v)
		}
	}
	return types.SetValueMust(types.StringType, values)
}

// flrTo returns nil for null settings: the server then applies its defaults.
func flrTo(v types.Object) *emapi.FLRSettings {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	inplace, _ := v.Attributes()[rules.AttrInplaceOnly].(types.Bool)
	return &emapi.FLRSettings{InplaceOnly: inplace.ValueBool(), ExtensionRestrictions: stringsOf(extensionsOf(v))}
}

// extensionsOf returns the extensions of flr_settings, or a null set if there are none.
func extensionsOf(flr types.Object) types.Set {
	if extensions, ok := flr.Attributes()[rules.AttrExtensions].(types.Set); ok {
		return extensions
	}
	return types.SetNull(types.StringType)
}

func flrFrom(s *emapi.FLRSettings) types.Object {
	return types.ObjectValueMust(flrTypes, map[string]attr.Value{
		rules.AttrInplaceOnly: types.BoolValue(s.InplaceOnly),
		rules.AttrExtensions:  setOf(s.ExtensionRestrictions),
	})
}

// sqlTo returns nil for null settings: the server then applies its defaults.
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
