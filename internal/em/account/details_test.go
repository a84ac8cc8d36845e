// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const accountsType = "veeam_em_accounts"

// accountsData reads veeam_em_accounts and returns the accounts.
func accountsData(em *acctest.EM, config map[string]any) (accounts []any, said []string) {
	state, said := em.Protocol().ReadData(accountsType, config)
	accounts, _ = state["accounts"].([]any)
	return accounts, said
}

// detailed returns an account as veeam_em_accounts returns it with details.
func detailed(id, kind, name string, roles map[string]string, more map[string]any) map[string]any {
	var uids, roleNames []any
	for id, role := range roles {
		uids, roleNames = append(uids, "urn:veeam:EnterpriseRole:"+id), append(roleNames, role)
	}
	byText := func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
	slices.SortFunc(uids, byText)
	slices.SortFunc(roleNames, byText)
	out := map[string]any{
		"id": id, "uid": "urn:veeam:EnterpriseAccount:" + id, "account_type": kind, "account_name": name,
		"roles": uids, "role_names": roleNames, "allow_restore_all_vms": true, "scopes": []any{},
		"flr_settings": map[string]any{"inplace_only": false, "extension_restrictions": []any{}},
		"sql_settings": map[string]any{"deny_inplace_restore": false},
	}
	for name, value := range more {
		out[name] = value
	}
	return out
}

func listedScope(id, name, kind string) any {
	return map[string]any{
		"id": id, "name": name, "platform": "VMware", "hierarchy_object_type": kind,
		"hierarchy_root_name": emsim.VCenterID, "state": "Processed",
	}
}

func TestAccountsData_DetailsAreTheRolesSettingsAndScopesOfEveryAccount(t *testing.T) {
	for name, options := range map[string]emsim.Options{
		"entities": {Demo: true}, "references": {Demo: true, ReferencesOnly: true},
	} {
		t.Run(name, func(t *testing.T) {
			em := acctest.StartEM(t, options)
			var serverSQL string
			for _, s := range em.Account("william.fox@tech.com").Scopes {
				serverSQL = s.ID
			}
			want := []any{
				detailed(emsim.DemoUserID, "User", `TECH\william.fox`,
					map[string]string{emsim.RoleFileRestoreOperator: "File Restore Operator"},
					map[string]any{
						"allow_restore_all_vms": false,
						"flr_settings":          map[string]any{"inplace_only": true, "extension_restrictions": []any{"doc", "pptx"}},
						"sql_settings":          map[string]any{"deny_inplace_restore": true},
						"scopes": []any{
							listedScope(scopeID(em, emsim.VM01Name), emsim.VM01Name, "Vm"),
							listedScope(scopeID(em, emsim.FolderLinuxName), emsim.FolderLinuxName, "Folder"),
						},
					}),
				detailed(emsim.DemoGroupID, "Group", `TECH\Backup Operators`, map[string]string{
					emsim.RolePortalUser: "Portal User", emsim.RoleVMRestoreOperator: "VM Restore Operator",
				}, nil),
				detailed(emsim.DemoExternalUserID, "ExternalUser", "william.fox@tech.com",
					map[string]string{emsim.RoleSQLRestoreOperator: "SQL Restore Operator"},
					map[string]any{
						"allow_restore_all_vms": false,
						"scopes":                []any{listedScope(serverSQL, emsim.VMSQLSRVName, "Vm")},
					}),
				detailed(emsim.DemoExternalGroupID, "ExternalGroup", "Helpdesk (SSO)",
					map[string]string{emsim.RoleFileRestoreOperator: "File Restore Operator"}, nil),
			}
			config := map[string]any{"details": true, "name_regex": "fox|Backup|Helpdesk"}
			if got, said := accountsData(em, config); !reflect.DeepEqual(got, want) || len(said) > 0 {
				t.Errorf("read\n  %v\nwant\n  %v\n%s", got, want, said)
			}
		})
	}
}

func TestAccountsData_DetailsThatTheServerOmitsAreNull(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true, OmitSettings: true})
	got, said := accountsData(em, map[string]any{"details": true, "account_type": "ExternalGroup"})
	want := []any{detailed(emsim.DemoExternalGroupID, "ExternalGroup", "Helpdesk (SSO)",
		map[string]string{emsim.RoleFileRestoreOperator: "File Restore Operator"},
		map[string]any{"flr_settings": nil, "sql_settings": nil})}
	if !reflect.DeepEqual(got, want) || len(said) > 0 {
		t.Errorf("read\n  %v\nwant\n  %v\n%s", got, want, said)
	}
}

func TestAccountsData_WithoutDetailsTheyAreNullAndNotRequested(t *testing.T) {
	for _, config := range []map[string]any{{"account_type": "Group"}, {"account_type": "Group", "details": false}} {
		em := acctest.StartEM(t, emsim.Options{Demo: true})
		got, said := accountsData(em, config)
		want := []any{map[string]any{
			"id": emsim.DemoGroupID, "uid": "urn:veeam:EnterpriseAccount:" + emsim.DemoGroupID,
			"account_type": "Group", "account_name": `TECH\Backup Operators`, "roles": nil, "role_names": nil,
			"allow_restore_all_vms": nil, "flr_settings": nil, "sql_settings": nil, "scopes": nil,
		}}
		if !reflect.DeepEqual(got, want) || len(said) > 0 {
			t.Errorf("%v: read\n  %v\nwant\n  %v\n%s", config, got, want, said)
		}
		if sent := requests(em); !slices.Equal(sent, []string{collection}) {
			t.Errorf("%v: sent %q", config, sent)
		}
	}
}

func TestAccountsData_DetailsOfOnlyTheMatchingAccountsAreRequested(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	accountsData(em, map[string]any{"details": true, "account_type": "User", "name_regex": "fox"})
	want := []string{accounts(emsim.DemoUserID, "/roles"), accounts(emsim.DemoUserID, "/scopes"), collection}
	if got := requests(em); !slices.Equal(got, want) {
		t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestAccountsData_DetailsOfEightAccountsAreReadAtOnce(t *testing.T) {
	const added, latency = 30, time.Second
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		em.Mutate(func(s *emsim.Store) {
			for i := range added {
				s.AddAccount(emsim.Account{
					Type: "User", Name: fmt.Sprintf(`TECH\op%02d`, i), Roles: []string{emsim.RolePortalUser},
					AllowRestoreAllVms: true,
				})
			}
		})
		total := len(em.Snapshot())
		em.Configure(func(o *emsim.Options) { o.Latency = latency })
		p := em.Protocol()
		took := func(details bool) time.Duration {
			begun := time.Now()
			state, said := p.ReadData(accountsType, map[string]any{"details": details})
			if read, _ := state["accounts"].([]any); len(read) != total || len(said) > 0 {
				t.Fatalf("read %d of %d accounts: %s", len(read), total, said)
			}
			return time.Since(begun)
		}
		took(false) // logs on
		// Two requests for each account, one after the other.
		if got, want := took(true)-took(false), time.Duration(total/8*2)*latency; total%8 != 0 || got != want {
			t.Errorf("the details of %d accounts took %s, want %s", total, got, want)
		}
		em.Configure(func(o *emsim.Options) { o.Latency = 0 })
	})
}

func TestAccountsData_DetailsOmitAnAccountThatIsDeletedDuringTheRead(t *testing.T) {
	const gone = `<Error xmlns="http://www.veeam.com/ent/v1.0" Message="The account was not found." StatusCode="404" />`
	for _, part := range []string{"roles", "scopes"} {
		em := acctest.StartEM(t, emsim.Options{Demo: true})
		for _, path := range []string{"", "/" + part} {
			em.Inject(emsim.Fault{
				Method: http.MethodGet, PathPattern: "/api/security/accounts/" + emsim.DemoUserID + path,
				Kind: emsim.FaultStatus, Status: http.StatusNotFound, Body: gone,
			})
		}
		got, said := accountsData(em, map[string]any{"details": true, "name_regex": "fox"})
		if len(got) != 1 || !strings.Contains(fmt.Sprint(got), "william.fox@tech.com") || len(said) > 0 {
			t.Errorf("%s: read %v: %s", part, got, said)
		}
	}
}

// A review that silently lacks an account would hide its access.
func TestAccountsData_FailsAndNamesTheAccountWhoseDetailsCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		path   string
		status int
		body   string
		want   string
	}{
		"its roles": {
			"/roles", http.StatusForbidden,
			`<Error xmlns="http://www.veeam.com/ent/v1.0" Message="Access denied." StatusCode="403" />`, "Access denied.",
		},
		"its scopes": {
			"/scopes", http.StatusForbidden,
			`<Error xmlns="http://www.veeam.com/ent/v1.0" Message="Access denied." StatusCode="403" />`, "Access denied.",
		},
		"its scopes, although it exists": {
			"/scopes", http.StatusNotFound,
			`<Error xmlns="http://www.veeam.com/ent/v1.0" Message="No such list." StatusCode="404" />`, "No such list.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{Demo: true})
			em.Inject(emsim.Fault{
				Method: http.MethodGet, PathPattern: "/api/security/accounts/" + emsim.DemoUserID + c.path,
				Kind: emsim.FaultStatus, Status: c.status, Body: c.body,
			})
			got, said := accountsData(em, map[string]any{"details": true})
			if got != nil || len(said) != 1 || !strings.Contains(said[0], c.want) ||
				!strings.HasPrefix(said[0], `error: Could not list the accounts with their details: TECH\william.fox: `) {
				t.Errorf("read %v: %q", got, said)
			}
		})
	}
}
