// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// oddServers are servers that list an account of an unknown type, without AllowRestoreAllVms.
var oddServers = map[string]emsim.Options{
	"entities of the schema": {Demo: true, OddAccount: true},
	"short names":            {Demo: true, OddAccount: true, ShortEntityNames: true},
	"roles in the accounts":  {Demo: true, OddAccount: true, InlineRoles: true},
	"references":             {Demo: true, OddAccount: true, ReferencesOnly: true},
	"one page":               {Demo: true, OddAccount: true, PageSize: 100},
}

func eachOddServer(t *testing.T, test func(*testing.T, *acctest.EM)) {
	t.Helper()
	for name, options := range oddServers {
		inBubble(t, name, func(t *testing.T) { test(t, acctest.StartEM(t, options)) })
	}
}

func TestOddAccount_DoesNotKeepOthersFromBeingCreatedAndImported(t *testing.T) {
	eachOddServer(t, func(t *testing.T, em *acctest.EM) {
		em.Mutate(func(s *emsim.Store) { s.RemoveAccount(emsim.DemoUserID) })
		w := em.NewWorkspace()
		w.MustApply(restrictedBlock(nil))
		if out := w.Plan(restrictedBlock(nil)); len(out.Errors)+len(out.Changes) > 0 {
			t.Errorf("the second plan has %v, %v", out.Errors, out.Changes)
		}
		stored, said := em.Protocol().Import(listType, `User/TECH\william.fox`, nil)
		if len(said) > 0 || stored.State["id"] != em.Account(`TECH\william.fox`).ID {
			t.Errorf("imported %v, %v", stored.State, said)
		}
	})
}

func TestOddAccount_CannotBeImported(t *testing.T) {
	eachOddServer(t, func(t *testing.T, em *acctest.EM) {
		p := em.Protocol()
		stored, said := p.Import(listType, emsim.OddAccountID, nil)
		if len(said) > 0 {
			t.Fatal(said)
		}
		_, said = p.Read(listType, stored)
		if len(said) != 1 || !strings.Contains(said[0], "AllowRestoreAllVms") {
			t.Errorf("the import says %q", said)
		}
	})
}

func TestUnknownType_CannotBeImportedEvenIfEverythingIsShown(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	const id = "5b8f2e0a-6d34-4c17-9a3f-0c1d7e5b2a97"
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{ID: id, Type: "Robot", Name: "R2", Roles: []string{emsim.RolePortalUser}})
	})
	p := em.Protocol()
	stored, _ := p.Import(listType, id, nil)
	_, said := p.Read(listType, stored)
	const why = "its type is Robot, and the provider manages only accounts of the types User, "
	if len(said) != 1 || !strings.Contains(said[0], why) {
		t.Errorf("the import says %q", said)
	}
	data, said := p.ReadData("veeam_em_account", map[string]any{"account_name": "R2"})
	if len(said) > 0 || data["account_type"] != "Robot" || data["allow_restore_all_vms"] != false {
		t.Errorf("the data source returns %v, %v", data, said)
	}
}

func TestOddAccount_IsInTheDataSources(t *testing.T) {
	eachOddServer(t, func(t *testing.T, em *acctest.EM) {
		p := em.Protocol()
		list, said := p.ReadData("veeam_em_accounts", nil)
		all, _ := list["accounts"].([]any)
		odd := slices.ContainsFunc(all, func(a any) bool {
			m, _ := a.(map[string]any)
			return m["id"] == emsim.OddAccountID && m["account_type"] == emsim.OddAccountType &&
				m["account_name"] == emsim.OddAccountName
		})
		if len(said) > 0 || len(all) != 7 || !odd {
			t.Errorf("listed %v, %v", list, said)
		}
		for attribute, value := range map[string]string{"id": emsim.OddAccountID, "account_name": emsim.OddAccountName} {
			data, said := p.ReadData("veeam_em_account", map[string]any{attribute: value})
			roles, _ := data["roles"].([]any)
			if data["account_type"] != emsim.OddAccountType || data["allow_restore_all_vms"] != nil ||
				data["flr_settings"] != nil || len(roles) != 1 {
				t.Errorf("by %s: %v", attribute, data)
			}
			if len(said) != 1 || !strings.HasPrefix(said[0], "warning: Enterprise Manager does not show everything of ") ||
				!strings.Contains(said[0], "AllowRestoreAllVms") {
				t.Errorf("by %s: the data source says %q", attribute, said)
			}
		}
	})
}

func TestOddAccount_IsNotAResultOfAQueryButAWarning(t *testing.T) {
	eachOddServer(t, func(t *testing.T, em *acctest.EM) {
		// One after the other, so that the list would end if they counted as missing answers.
		em.Mutate(func(s *emsim.Store) {
			for _, name := range []string{"a", "b", "c"} {
				s.AddAccount(emsim.Account{Type: emsim.OddAccountType, Name: name, Roles: []string{emsim.RolePortalUser}})
			}
			s.AddAccount(emsim.Account{Type: "Group", Name: `TECH\Last`, Roles: []string{emsim.RolePortalUser}})
		})
		var listed, warnings []string
		for _, r := range em.Protocol().ListAll(tfrun.ListCall{Type: listType, IncludeResource: true}) {
			if r.Identity != nil {
				listed = append(listed, r.DisplayName)
			} else {
				warnings = append(warnings, r.Diagnostics...)
			}
		}
		if len(listed) != 7 || !slices.Contains(listed, `TECH\Last`) {
			t.Errorf("listed %q", listed)
		}
		if len(warnings) != 4 || !strings.HasPrefix(warnings[0], "warning: The account "+emsim.OddAccountName+
			" is not in the list: ") || !strings.Contains(warnings[0], "its type is VSphereRole") {
			t.Errorf("warnings %q", warnings)
		}
		only := em.Protocol().ListAll(tfrun.ListCall{Type: listType, Config: map[string]any{"account_type": "Group"}})
		if len(only) != 2 || len(only[0].Diagnostics)+len(only[1].Diagnostics) > 0 {
			t.Errorf("groups: %+v", only)
		}
	})
}

// listBody makes the server answer every list of the accounts with this body.
func listBody(em *acctest.EM, body string) {
	em.Inject(emsim.Fault{
		Kind: emsim.FaultStatus, Status: http.StatusOK, Method: http.MethodGet, PathPattern: "/api/security/accounts",
		Body: `<EnterpriseAccounts xmlns="http://www.veeam.com/ent/v1.0">` + body + `</EnterpriseAccounts>`,
	})
}

func TestAccounts_ThoseThatTheServerHardlyShowsAreLeftOutWithAWarning(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	listBody(em, `<EnterpriseAccountEntity Name="fox" UID="urn:veeam:EnterpriseAccount:`+emsim.DemoUserID+`">
<AccountType>User</AccountType><AllowRestoreAllVms>true</AllowRestoreAllVms></EnterpriseAccountEntity>
<EnterpriseAccountEntity Name="vSphere admins" UID="urn:veeam:VSphereRole:7"/>`)
	p := em.Protocol()
	list, said := p.ReadData("veeam_em_accounts", nil)
	if all, _ := list["accounts"].([]any); len(all) != 1 {
		t.Errorf("listed %v", list)
	}
	if len(said) != 1 || !strings.HasPrefix(said[0], "warning: Some accounts are left out: ") ||
		!strings.Contains(said[0], "- vSphere admins (no ID): ") {
		t.Errorf("says %q", said)
	}
	if _, said := p.ReadData("veeam_em_accounts", map[string]any{"name_regex": "fox"}); len(said) > 0 {
		t.Errorf("with a filter: %q", said)
	}
	results := p.ListAll(tfrun.ListCall{Type: listType})
	if len(results) != 2 || results[1].Identity != nil ||
		!strings.HasPrefix(results[1].Diagnostics[0], "warning: The account vSphere admins is not in the list: ") {
		t.Errorf("the query returns %+v", results)
	}
}

func TestPages_AListThatIsCutIsAnErrorAndNothingIsTakenForDeleted(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	em.Configure(func(o *emsim.Options) { o.PageSize, o.BareNotFound = 2, true })
	p := em.Protocol()
	if _, said := p.ReadData("veeam_em_accounts", nil); len(said) != 1 || !strings.Contains(said[0], "one of 3 pages") {
		t.Errorf("the data source says %q", said)
	}
	stored, _ := p.Import(listType, emsim.DemoExternalGroupID, nil)
	em.Mutate(func(s *emsim.Store) { s.RemoveAccount(emsim.DemoExternalGroupID) })
	after, said := p.Read(listType, stored)
	if after.State == nil || len(said) != 1 || !strings.Contains(said[0], "pages of the list") {
		t.Errorf("the refresh returns %v, %q", after.State, said)
	}
}

func TestRefresh_SendsNoRequestForRolesThatTheAccountShows(t *testing.T) {
	for name, c := range map[string]struct {
		options emsim.Options
		want    []string
	}{
		"in the account": {
			emsim.Options{Demo: true, InlineRoles: true}, []string{accounts(emsim.DemoGroupID, "?format=Entity")},
		},
		"apart": {
			emsim.Options{Demo: true},
			[]string{accounts(emsim.DemoGroupID, "/roles"), accounts(emsim.DemoGroupID, "?format=Entity")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			em := acctest.StartEM(t, c.options)
			p := em.Protocol()
			stored, _ := p.Import(listType, emsim.DemoGroupID, nil)
			after, _ := p.Read(listType, stored) // also reads the restore scopes
			for range 2 {
				em.ResetJournal()
				var said []string
				after, said = p.Read(listType, after)
				if roles, _ := after.State["roles"].([]any); len(said) > 0 || len(roles) != 2 {
					t.Errorf("read %v, %v", after.State, said)
				}
				if got := requests(em); !slices.Equal(got, c.want) {
					t.Errorf("sent %q, want %q", got, c.want)
				}
			}
		})
	}
}
