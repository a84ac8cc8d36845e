// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestCollections_CanNameTheirEntitiesLikeSingleOnes(t *testing.T) {
	f := start(t, emsim.Options{ShortEntityNames: true})
	f.get("/security/accounts?format=Entity").want(t, http.StatusOK, "<EnterpriseAccounts "+ns+"><EnterpriseAccount ")
	f.get("/security/roles?format=Entity").want(t, http.StatusOK, "<EnterpriseRoles "+ns+"><EnterpriseRole ")
}

func TestCollections_HaveTheSameJSONWhateverTheirEntitiesAreCalled(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	for _, path := range []string{"/security/accounts?format=Entity", "/security/roles?format=Entity"} {
		long := f.get(path, acceptJSON).want(t, http.StatusOK).body
		f.Configure(func(o *emsim.Options) { o.ShortEntityNames = true })
		f.get(path, acceptJSON).equals(t, long)
		f.Configure(func(o *emsim.Options) { o.ShortEntityNames = false })
	}
}

func TestInlineRoles_StandBetweenTheTypeAndTheRightToRestoreAllVMs(t *testing.T) {
	f := start(t, emsim.Options{Demo: true, InlineRoles: true})
	href := apiURL + "/security/roles/" + emsim.RoleFileRestoreOperator
	role := `<AccountType>User</AccountType><Roles><EnterpriseRoleEntity Type="EnterpriseRole" ` +
		`Name="File Restore Operator" UID="` + emsim.RoleUID(emsim.RoleFileRestoreOperator) + `" Href="` + href +
		`?format=Entity"><Links><Link Rel="Alternate" Type="EnterpriseRoleReference" Href="` + href +
		`" /></Links></EnterpriseRoleEntity></Roles><AllowRestoreAllVms>false</AllowRestoreAllVms>`
	f.get("/security/accounts/"+emsim.DemoUserID+"?format=Entity").want(t, http.StatusOK, role)
	f.get("/security/accounts?format=Entity").want(t, http.StatusOK, role)
	f.get("/security/accounts/"+emsim.DemoUserID+"?format=Entity", acceptJSON).want(t, http.StatusOK,
		`"Roles":{"EnterpriseRoles":[{"Type":"EnterpriseRole","Name":"File Restore Operator"`)
}

func TestOddAccount_HasAnUnknownTypeAndDoesNotShowWhatItMayRestore(t *testing.T) {
	f := start(t, emsim.Options{OddAccount: true})
	a := f.get("/security/accounts/"+emsim.OddAccountID+"?format=Entity").want(t, http.StatusOK,
		"</Links><AccountType>VSphereRole</AccountType></EnterpriseAccount>")
	_, content, _ := strings.Cut(a.body, "<Links>")
	inList := strings.ReplaceAll(content, "EnterpriseAccount>", "EnterpriseAccountEntity>")
	f.get("/security/accounts?format=Entity").want(t, http.StatusOK, inList)
}

func TestPages_LinkToEachOther(t *testing.T) {
	f := start(t, emsim.Options{PageSize: 3})
	roles := apiURL + "/security/roles?page="
	first := f.get("/security/roles").want(t, http.StatusOK, "Portal Administrator", "VM Restore Operator",
		`</Ref><PagingInfo PageNum="1" PageSize="3" PagesCount="3"><Links><Link Rel="First" Href="`+roles+`1" />`+
			`<Link Rel="Last" Href="`+roles+`3" /><Link Rel="Next" Href="`+roles+`2" /></Links></PagingInfo>`)
	if n := strings.Count(first.body, "<Ref "); n != 3 {
		t.Errorf("the first page has %d entries, want 3", n)
	}
	last := f.get("/security/roles?page=3").want(t, http.StatusOK, "SQL Restore Operator", `PageNum="3"`)
	if n := strings.Count(last.body, "<Ref "); n != 1 || strings.Contains(last.body, "Next") {
		t.Errorf("the last page has %d entries, want 1\n%s", n, last.body)
	}
	f.get("/security/roles?page=3", acceptJSON).want(t, http.StatusOK,
		`"Type":"EnterpriseRoleReference"`, `],"PagingInfo":{"PageNum":3,"PageSize":3,"PagesCount":3,"Links":[`)
	f.Configure(func(o *emsim.Options) { o.PageSize = 100 })
	f.get("/hierarchyRoots?format=Entity").want(t, http.StatusOK, `PageNum="1" PageSize="100" PagesCount="1"`)
	f.get(f.create(allVMs)+"/scopes").want(t, http.StatusOK, `PagesCount="1"`)
}
