// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func wantSame(t *testing.T, before, after []emsim.AccountSnapshot) {
	t.Helper()
	if !reflect.DeepEqual(before, after) {
		t.Errorf("accounts changed to\n%+v\nfrom\n%+v", after, before)
	}
}

func TestCreate_RespondsWithALocationAndNoBody(t *testing.T) {
	f := start(t, emsim.Options{})
	a := f.post("/security/accounts", spec("User", `TECH\fox`, allVMs)).want(t, http.StatusCreated)
	if a.body != "" {
		t.Errorf("body %q", a.body)
	}
	if got := a.header.Get("Location"); !strings.HasPrefix(got, apiURL+"/security/accounts/") {
		t.Errorf("Location %s", got)
	}
	f.Configure(func(o *emsim.Options) { o.OmitLocation = true })
	a = f.post("/security/accounts", spec("User", `TECH\ox`, allVMs)).want(t, http.StatusCreated)
	if got, ok := a.header["Location"]; ok {
		t.Errorf("Location %s", got)
	}
}

func TestNotFound_HasNoBodyIfTheOptionSaysSo(t *testing.T) {
	f := start(t, emsim.Options{})
	path := "/security/accounts/00000000-0000-0000-0000-000000000001"
	f.get(path).want(t, http.StatusNotFound, "was not found")
	f.Configure(func(o *emsim.Options) { o.BareNotFound = true })
	if a := f.get(path).want(t, http.StatusNotFound); a.body != "" {
		t.Errorf("body %q", a.body)
	}
}

func TestAccount_MatchesTheVendorsExample(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	href := apiURL + "/security/accounts/" + emsim.DemoUserID
	want := `<EnterpriseAccount ` + ns + ` Type="EnterpriseAccount" Name="TECH\william.fox"
		Href="` + href + `?format=Entity" UID="urn:veeam:EnterpriseAccount:` + emsim.DemoUserID + `">
		<Links>
			<Link Rel="Alternate" Type="EnterpriseAccountReference" Href="` + href + `" />
			<Link Rel="Down" Type="EnterpriseAccountInRoleList" Href="` + href + `/roles" />
			<Link Rel="Create" Type="EnterpriseAccountInRole" Href="` + href + `/roles" />
			<Link Rel="Down" Type="EnterpriseAccountHierarchyScopeList" Href="` + href + `/scopes" />
			<Link Rel="Create" Type="EnterpriseAccountHierarchyScope" Href="` + href + `/scopes" />
			<Link Rel="Delete" Href="` + href + `" />
			<Link Rel="ToggleRestoreScopesEnabled" Href="` + href + `" />
		</Links>
		<AccountType>User</AccountType>
		<AllowRestoreAllVms>false</AllowRestoreAllVms>`
	settings := `<FlrSettings>
			<FlrInplaceOnly>true</FlrInplaceOnly>
			<FlrExtentionRestrictions>doc,pptx</FlrExtentionRestrictions>
		</FlrSettings>
		<SqlSettings><DenyInPlaceRestore>true</DenyInPlaceRestore></SqlSettings>`
	f.get("/security/accounts/"+emsim.DemoUserID+"?format=Entity").equals(t, want+settings+`</EnterpriseAccount>`)
	f.Configure(func(o *emsim.Options) { o.OmitSettings = true })
	f.get("/security/accounts/"+emsim.DemoUserID+"?format=Entity").equals(t, want+`</EnterpriseAccount>`)
}

func TestAccount_OmittedSettingsHaveDefaults(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get(f.create(allVMs)+"?format=Entity").want(t, http.StatusOK,
		`<FlrSettings><FlrInplaceOnly>false</FlrInplaceOnly><FlrExtentionRestrictions /></FlrSettings>`+
			`<SqlSettings><DenyInPlaceRestore>false</DenyInPlaceRestore></SqlSettings>`)
}

func TestAccount_IsAReferenceWithoutFormatEntity(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	href := apiURL + "/security/accounts/" + emsim.DemoUserID
	f.get("/security/accounts/"+strings.ToUpper(emsim.DemoUserID)).equals(t,
		`<EntityRef `+ns+` UID="urn:veeam:EnterpriseAccount:`+emsim.DemoUserID+`" Name="TECH\william.fox"
			Href="`+href+`" Type="EnterpriseAccountReference">
			<Links><Link Rel="Alternate" Type="EnterpriseAccount" Href="`+href+`?format=Entity" /></Links>
		</EntityRef>`)
}

func TestCollections_ContainEntitiesOnlyIfRequestedAndSupported(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	for path, list := range map[string][3]string{
		"/security/accounts": {"EnterpriseAccounts", "EnterpriseAccountEntity", "EnterpriseAccountReference"},
		"/security/roles":    {"EnterpriseRoles", "EnterpriseRoleEntity", "EnterpriseRoleReference"},
		"/hierarchyRoots":    {"HierarchyRoots", "HierarchyRoot", "HierarchyRootReference"},
	} {
		references := []string{"<EntityReferences " + ns + "><Ref UID=", `Type="` + list[2] + `"`}
		f.get(path).want(t, http.StatusOK, references...)
		f.get(path+"?format=Entity").want(t, http.StatusOK, "<"+list[0]+" "+ns+"><"+list[1]+" ")
		f.Configure(func(o *emsim.Options) { o.ReferencesOnly = true })
		f.get(path+"?format=Entity").want(t, http.StatusOK, references...)
		f.Configure(func(o *emsim.Options) { o.ReferencesOnly = false })
	}
}

func TestCreate_RejectsASpecThatBreaksARule(t *testing.T) {
	role := func(uid string) string {
		return strings.Replace(spec("User", `TECH\fox`, allVMs), emsim.RoleUID(emsim.RoleFileRestoreOperator), uid, 1)
	}
	noRoles := strings.NewReplacer("<EnterpriseRole>", "<!--", "</EnterpriseRole>", "-->").
		Replace(spec("User", `TECH\fox`, allVMs))
	vm, badType := item(emsim.VM01Ref, "VM01"), item("urn:VMware:Disk:"+emsim.VCenterID+".d-1", "d")
	for name, test := range map[string]struct{ body, message string }{
		"type":                {spec("Computer", `TECH\fox`, allVMs), "Computer"},
		"type in lower case":  {spec("user", `TECH\fox`, allVMs), "user"},
		"no name":             {spec("ExternalGroup", "", allVMs), "empty"},
		"user without domain": {spec("User", "fox", allVMs), `Domain\Name`},
		"user, Linux form":    {spec("User", "fox@tech", allVMs), `Domain\Name`},
		"group, empty domain": {spec("Group", `\fox`, allVMs), `Domain\Name`},
		"group, empty name":   {spec("Group", `TECH\`, allVMs), `Domain\Name`},
		"external user":       {spec("ExternalUser", `TECH\fox`, allVMs), "Username@Suffix"},
		"no role":             {noRoles, "at least one role"},
		"unknown role":        {role("urn:veeam:EnterpriseRole:00000000-0000-0000-0000-000000000000"), "does not exist"},
		"role ID, not a UID":  {role(emsim.RolePortalUser), "does not exist"},
		"no scopes":           {spec("User", `TECH\fox`, tag("AllowRestoreAllVms", "false")), "HierarchyScopeObjects"},
		"empty scopes":        {spec("User", `TECH\fox`, noVMsBut()), "HierarchyScopeItem"},
		"no extensions": {
			spec("User", `TECH\fox`, allVMs+tag("FlrSettings", tag("FlrInplaceOnly", "true"))),
			"FlrExtentionRestrictions",
		},
		"blank extensions": {
			spec("User", `TECH\fox`, allVMs+flrSettings("true", " , ")),
			"FlrExtentionRestrictions",
		},
		"malformed reference":       {spec("User", `TECH\fox`, noVMsBut(item("vm-7870", "VM01"))), "urn:"},
		"name without a reference":  {spec("User", `TECH\fox`, noVMsBut(item("", "VM01"))), "urn:"},
		"second reference is wrong": {spec("User", `TECH\fox`, noVMsBut(vm, badType)), "Disk"},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t, emsim.Options{})
			before := f.Snapshot()
			f.post("/security/accounts", test.body).want(t, http.StatusBadRequest, test.message)
			wantSame(t, before, f.Snapshot())
		})
	}
}

func TestCreate_RequiresTheNameFormOfTheTypeAndPlatform(t *testing.T) {
	for _, test := range []struct {
		platform          emsim.Platform
		accountType, name string
		status            int
	}{
		{emsim.PlatformWindows, "User", `TECH\fox`, 201},
		{emsim.PlatformWindows, "Group", `TECH\Backup Operators`, 201},
		{emsim.PlatformWindows, "ExternalUser", "fox@tech.com", 201},
		{emsim.PlatformWindows, "ExternalGroup", "any (thing) at all", 201},
		{emsim.PlatformLinux, "User", "fox@tech", 201},
		{emsim.PlatformLinux, "Group", "operators@tech", 201},
		{emsim.PlatformLinux, "User", "veeamadmin", 201},
		{emsim.PlatformLinux, "Group", "Backup Operators", 201},
		{emsim.PlatformLinux, "User", "a@b@c", 400},
		{emsim.PlatformLinux, "User", `TECH\fox`, 400},
		{emsim.PlatformLinux, "Group", "@tech", 400},
		{emsim.PlatformLinux, "ExternalUser", "fox@tech.com", 201},
		{emsim.PlatformLinux, "ExternalGroup", "any (thing) at all", 201},
	} {
		f := start(t, emsim.Options{Platform: test.platform})
		f.post("/security/accounts", spec(test.accountType, test.name, allVMs)).want(t, test.status)
	}
}

func TestCreate_RejectsASecondAccountOfTheSameNameAndType(t *testing.T) {
	f := start(t, emsim.Options{})
	f.create(allVMs)
	f.post("/security/accounts", spec("User", `tech\FOX`, allVMs)).want(t, http.StatusBadRequest, "already exists")
	f.post("/security/accounts", spec("Group", `TECH\fox`, allVMs)).want(t, http.StatusCreated)
	f.Configure(func(o *emsim.Options) { o.DuplicateAccountStatus = http.StatusInternalServerError })
	f.post("/security/accounts", spec("User", `TECH\fox`, allVMs)).
		want(t, http.StatusInternalServerError, "already exists")
}

func TestToggle_FlipsAndTakesNoBody(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	f.post(account, "").want(t, http.StatusNoContent)
	f.get(account+"?format=Entity").want(t, http.StatusOK, "<AllowRestoreAllVms>false</AllowRestoreAllVms>")
	f.post(account, spec("User", `TECH\ox`, allVMs)).want(t, http.StatusBadRequest)
	f.post(account, "").want(t, http.StatusNoContent)
	f.get(account+"?format=Entity").want(t, http.StatusOK, "<AllowRestoreAllVms>true</AllowRestoreAllVms>")
}

func TestDelete_RemovesTheAccountWithItsRolesAndScopes(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	f.delete(account).want(t, http.StatusNoContent)
	for _, path := range []string{account, account + "/roles", account + "/scopes"} {
		f.get(path).want(t, http.StatusNotFound)
	}
	f.delete(account).want(t, http.StatusNotFound)
	f.post(account, "").want(t, http.StatusNotFound)
}

func TestAccountNameCase_AppliesToReferencesAndEntities(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	for option, want := range map[emsim.Case]string{
		emsim.CaseAsSent: `Name="TECH\william.fox"`,
		emsim.CaseUpper:  `Name="TECH\WILLIAM.FOX"`,
		emsim.CaseLower:  `Name="tech\william.fox"`,
	} {
		f.Configure(func(o *emsim.Options) { o.AccountNameCase = option })
		f.get("/security/accounts").want(t, http.StatusOK, want)
		f.get("/security/accounts/"+emsim.DemoUserID+"?format=Entity").want(t, http.StatusOK, want)
	}
}

func TestAccountNames_SpellReferencesAndEntities(t *testing.T) {
	for _, c := range []struct {
		option     emsim.AccountNames
		sent, want string
	}{
		{emsim.AccountNamesAsSent, `tech.local\fox`, `tech.local\fox`},
		{emsim.AccountNamesNetBIOS, `tech.local\fox`, `TECH\fox`},
		{emsim.AccountNamesNetBIOS, `tech\fox`, `tech\fox`},
		{emsim.AccountNamesDNS, `TECH\fox`, `tech.local\fox`},
		{emsim.AccountNamesDNS, `tech.local\fox`, `tech.local\fox`},
		{emsim.AccountNamesTrimmed, `TECH\fox `, `TECH\fox`},
	} {
		f := start(t, emsim.Options{AccountNames: c.option})
		account := "/security/accounts/" + f.post("/security/accounts", spec("User", c.sent, allVMs)).
			want(t, http.StatusCreated).idOf(t)
		f.get("/security/accounts").want(t, http.StatusOK, `Name="`+c.want+`"`)
		f.get(account+"?format=Entity").want(t, http.StatusOK, `Name="`+c.want+`"`)
		f.post("/security/accounts", spec("User", c.want, allVMs)).want(t, http.StatusBadRequest, "already exists")
	}
}

func TestExtensions_AreReturnedInTheFormOfTheOption(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs + flrSettings("true", "doc,pdf"))
	for option, want := range map[emsim.Extensions]string{
		emsim.ExtensionsAsSent: "doc,pdf", emsim.ExtensionsUpper: "DOC,PDF", emsim.ExtensionsDots: ".doc, .pdf",
		emsim.ExtensionsSemicolons: "doc;pdf",
	} {
		f.Configure(func(o *emsim.Options) { o.Extensions = option })
		f.get(account+"?format=Entity").want(t, http.StatusOK, tag("FlrExtentionRestrictions", want))
	}
}

func TestCreate_AltersTheAccountAsTheOptionsSay(t *testing.T) {
	for name, c := range map[string]struct {
		options emsim.Options
		change  func(*emsim.AccountSnapshot)
	}{
		"nothing": {emsim.Options{}, func(*emsim.AccountSnapshot) {}},
		"all VMs": {emsim.Options{AllVMs: emsim.AllVMsOn}, func(a *emsim.AccountSnapshot) { a.AllowRestoreAllVms = true }},
		"FLR settings": {emsim.Options{DroppedSettings: emsim.SettingsFLR}, func(a *emsim.AccountSnapshot) {
			a.FlrInplaceOnly, a.FlrExtensions = false, ""
		}},
		"SQL settings": {emsim.Options{DroppedSettings: emsim.SettingsSQL}, func(a *emsim.AccountSnapshot) {
			a.DenyInPlaceRestore = false
		}},
		"a role added": {emsim.Options{AddedRole: emsim.RolePortalUser}, func(a *emsim.AccountSnapshot) {
			a.Roles = []string{emsim.RolePortalUser, emsim.RoleFileRestoreOperator}
		}},
		"the only role dropped": {emsim.Options{DroppedRole: emsim.RoleFileRestoreOperator}, func(*emsim.AccountSnapshot) {}},
		"a role replaced": {emsim.Options{
			AddedRole: emsim.RolePortalUser, DroppedRole: emsim.RoleFileRestoreOperator,
		}, func(a *emsim.AccountSnapshot) { a.Roles = []string{emsim.RolePortalUser} }},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t, c.options)
			f.create(noVMsBut(item(emsim.VM01Ref, emsim.VM01Name)) + flrSettings("true", "doc") +
				tag("SqlSettings", tag("DenyInPlaceRestore", "true")))
			want := emsim.AccountSnapshot{
				Type: "User", Name: `TECH\fox`, Roles: []string{emsim.RoleFileRestoreOperator},
				Scopes:         []emsim.ScopeSnapshot{{Ref: emsim.VM01Ref, Name: emsim.VM01Name}},
				FlrInplaceOnly: true, FlrExtensions: "doc", DenyInPlaceRestore: true,
			}
			c.change(&want)
			for _, a := range emsim.WithoutIDs(f.Snapshot()) {
				if a.Name == want.Name && !reflect.DeepEqual(a, want) {
					t.Errorf("created %+v\nwant %+v", a, want)
				}
			}
		})
	}
}

func TestToggle_ChangesNothingIfAllVMsIsFixed(t *testing.T) {
	f := start(t, emsim.Options{AllVMs: emsim.AllVMsFixed})
	account := f.create(allVMs)
	f.post(account, "").want(t, http.StatusNoContent)
	f.get(account+"?format=Entity").want(t, http.StatusOK, "<AllowRestoreAllVms>true</AllowRestoreAllVms>")
}

func TestAccountRoles_RefuseADroppedRole(t *testing.T) {
	f := start(t, emsim.Options{DroppedRole: emsim.RolePortalUser})
	account := f.create(allVMs)
	f.post(account+"/roles", roleSpec(emsim.RoleUID(emsim.RolePortalUser))).
		want(t, http.StatusBadRequest, "cannot be assigned")
}

func TestRoles_AreListedAndMatchTheVendorsExample(t *testing.T) {
	f := start(t, emsim.Options{})
	list := f.get("/security/roles").want(t, http.StatusOK, "Portal Administrator", "Portal User", "VM Restore Operator",
		"File Restore Operator", "Exchange Restore Operator", "Oracle Restore Operator", "SQL Restore Operator")
	if n := strings.Count(list.body, "<Ref "); n != 7 {
		t.Errorf("%d roles, want 7", n)
	}
	href := apiURL + "/security/roles/d19a3d33-cb77-4ffe-94e6-001432483a4e"
	f.get("/security/roles/d19a3d33-cb77-4ffe-94e6-001432483a4e").equals(t,
		`<EntityRef `+ns+` UID="urn:veeam:EnterpriseRole:d19a3d33-cb77-4ffe-94e6-001432483a4e" Name="Portal User"
			Href="`+href+`" Type="EnterpriseRoleReference">
			<Links><Link Rel="Alternate" Type="EnterpriseRole" Href="`+href+`?format=Entity" /></Links>
		</EntityRef>`)
	f.get("/security/roles/d19a3d33-cb77-4ffe-94e6-001432483a4e?format=Entity").
		want(t, http.StatusOK, `<EnterpriseRole `+ns+` Type="EnterpriseRole" Name="Portal User"`)
}

func roleSpec(uid string) string {
	return "<EnterpriseAccountInRoleCreateSpec " + ns + ">" + tag("EnterpriseRoleUid", uid) +
		"</EnterpriseAccountInRoleCreateSpec>"
}

func TestAccountRoles_ContainTheRoleIDOnlyInTheHref(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	href := apiURL + account + "/roles/" + emsim.RoleFileRestoreOperator
	f.get(account+"/roles").equals(t, `<EnterpriseAccountInRoleList `+ns+`>
		<EnterpriseAccountInRole Href="`+href+`">
			<Links><Link Rel="Delete" Href="`+href+`" /></Links>
			<RoleName>File Restore Operator</RoleName>
		</EnterpriseAccountInRole>
	</EnterpriseAccountInRoleList>`)
	f.get(account+"/roles/"+emsim.RoleFileRestoreOperator).
		want(t, http.StatusOK, "<RoleName>File Restore Operator</RoleName>")
	f.get(account+"/roles/"+emsim.RolePortalUser).want(t, http.StatusNotFound)
}

func TestAccountRoles_CanBeAddedAndRemovedExceptTheLast(t *testing.T) {
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	f.post(account+"/roles", roleSpec(emsim.RoleUID(emsim.RolePortalUser))).want(t, http.StatusCreated)
	f.post(account+"/roles", roleSpec(emsim.RoleUID(emsim.RolePortalUser))).want(t, http.StatusCreated)
	f.post(account+"/roles", roleSpec(emsim.RolePortalUser)).want(t, http.StatusBadRequest)
	f.post(account+"/roles", `{"EnterpriseRoleUid":"`+emsim.RoleUID(emsim.RoleSQLRestoreOperator)+`"}`, asJSON).
		want(t, http.StatusCreated)
	f.delete(account+"/roles/"+emsim.RoleFileRestoreOperator).want(t, http.StatusNoContent)
	f.delete(account+"/roles/"+emsim.RoleFileRestoreOperator).want(t, http.StatusNotFound)
	f.delete(account+"/roles/"+emsim.RoleSQLRestoreOperator).want(t, http.StatusNoContent)
	f.delete(account+"/roles/"+emsim.RolePortalUser).want(t, http.StatusBadRequest, "last role")
	for _, a := range f.Snapshot() {
		if a.Name == `TECH\fox` && !reflect.DeepEqual(a.Roles, []string{emsim.RolePortalUser}) {
			t.Errorf("roles %v", a.Roles)
		}
	}
	f.Configure(func(o *emsim.Options) { o.RefuseDuplicateRole = true })
	f.post(account+"/roles", roleSpec(emsim.RoleUID(emsim.RolePortalUser))).want(t, http.StatusBadRequest, "already")
}
