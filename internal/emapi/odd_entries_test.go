// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// accountEntityDoc returns an account in the form of the XML schema.
func accountEntityDoc(id, accountType, name, rest string) string {
	return `<EnterpriseAccountEntity Type="EnterpriseAccount" Name="` + name + `" UID="urn:veeam:EnterpriseAccount:` + id +
		`" Href="https://em/api/security/accounts/` + id + `?format=Entity"><AccountType>` + accountType + `</AccountType>` +
		rest + `</EnterpriseAccountEntity>`
}

const (
	otherAccount = "fd4befd6-70c6-4b2f-a068-d1d9a61905a3"
	vmsAllowed   = "<AllowRestoreAllVms>true</AllowRestoreAllVms>"
	inlineRole   = `<Roles><EnterpriseRoleEntity Name="Portal User" UID="urn:veeam:EnterpriseRole:` + otherRole +
		`" Href="https://em/api/security/roles/` + otherRole + `"/></Roles>`
)

// servesAccounts answers every list of accounts with list, and a request for an account with one.
func servesAccounts(list, one string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/accounts") {
			reply(w, 200, list)
			return
		}
		reply(w, 200, one)
	}
}

func TestListAccounts_ReadsTheEntriesOfTheXMLSchema(t *testing.T) {
	list, err := parseAccounts(strings.NewReader(accountList(
		accountEntityDoc(accountID, "User", `TECH\fox`, inlineRole+vmsAllowed),
		accountEntityDoc(otherAccount, "VSphereRole", `vsphere.local\Admins`, vmsAllowed),
	)))
	ok(t, err)
	equal(t, "the number of accounts", len(list), 2)
	fox, role := list[0], list[1]
	if fox.ID != accountID || fox.Type != "User" || fox.Name != `TECH\fox` || !fox.AllowRestoreAllVMs ||
		fox.Lacks != "" || len(fox.Roles) != 1 || fox.Roles[0] != (Role{ID: otherRole, Name: "Portal User"}) {
		t.Errorf("the account is %+v", fox)
	}
	if role.Type != "VSphereRole" || role.Lacks != "" || role.Roles != nil {
		t.Errorf("the account of an unknown type is %+v", role)
	}
}

func TestListAccounts_AnOddEntryDoesNotHideTheOthers(t *testing.T) {
	fox := accountEntityDoc(accountID, "User", `TECH\fox`, vmsAllowed)
	for name, c := range map[string]struct {
		entry string
		odd   Account
		lacks string
	}{
		"no AllowRestoreAllVms": {
			accountEntityDoc(otherAccount, "VSphereRole", "Admins", ""),
			Account{ID: otherAccount, Type: "VSphereRole", Name: "Admins"},
			"AllowRestoreAllVms",
		},
		"AllowRestoreAllVms is no boolean": {
			accountEntityDoc(otherAccount, "Group", "Admins", "<AllowRestoreAllVms>inherited</AllowRestoreAllVms>"),
			Account{ID: otherAccount, Type: "Group", Name: "Admins"},
			`"inherited"`,
		},
		"no AccountType": {
			accountEntityDoc(otherAccount, "", "Admins", vmsAllowed), Account{ID: otherAccount, Name: "Admins"}, "AccountType",
		},
		"no Name": {
			accountEntityDoc(otherAccount, "User", "", vmsAllowed), Account{ID: otherAccount, Type: "User"}, "no Name",
		},
		"no GUID": {
			accountEntityDoc("group-7", "User", "Admins", vmsAllowed), Account{Type: "User", Name: "Admins"}, "has no ID",
		},
		"an unknown element": {
			`<VSphereRoleEntity Name="Admins" UID="urn:veeam:EnterpriseAccount:` + otherAccount + `"/>`,
			Account{ID: otherAccount, Name: "Admins"},
			"VSphereRoleEntity",
		},
		"an unknown element without a name": {
			`<VSphereRoleEntity UID="urn:veeam:EnterpriseAccount:` + otherAccount + `"/>`,
			Account{ID: otherAccount},
			"VSphereRoleEntity",
		},
		"an unknown element without an ID": {`<VSphereRoleEntity Name="Admins"/>`, Account{Name: "Admins"}, "has no ID"},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := parseAccounts(strings.NewReader(accountList(fox, c.entry)))
			ok(t, err)
			equal(t, "the number of accounts", len(list), 2)
			equal(t, "the first account", list[0].ID, accountID)
			odd := list[1]
			if odd.ID != c.odd.ID || odd.Type != c.odd.Type || odd.Name != c.odd.Name {
				t.Errorf("the odd account is %+v, want %+v", odd, c.odd)
			}
			if !strings.Contains(odd.Lacks, c.lacks) {
				t.Errorf("it lacks %q, want %q", odd.Lacks, c.lacks)
			}
		})
	}
}

func TestListAccounts_FallsBackToReferencesOnceIfTheEntitiesCannotBeRead(t *testing.T) {
	refs := `<EntityReferences ` + ns + `><Ref Name="TECH\fox" UID="urn:veeam:EnterpriseAccount:` + accountID +
		`"/></EntityReferences>`
	for name, entities := range map[string]string{
		"other entries":   accountList(`<Something Name="x"/>`),
		"other root":      "<Accounts " + ns + "/>",
		"no XML":          "{}",
		"truncated":       accountList(accountEntityDoc(accountID, "User", `TECH\fox`, ""))[:200],
		"empty":           "",
		"entries lack ID": accountList(`<EnterpriseAccountEntity Name="x"/>`),
		"pages":           accountList(`<PagingInfo PageNum="1" PageSize="1" PagesCount="2"/>`),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if r.URL.RawQuery == "" {
						reply(w, 200, refs)
						return
					}
					reply(w, 200, entities)
				})
				list, err := f.client().ListAccounts(t.Context())
				ok(t, err)
				equal(t, "the number of accounts", len(list), 1)
				equal(t, "the account", list[0].ID, accountID)
				f.expect("GET /security/accounts", 2)
			})
		})
	}
}

// The rest of a list of several pages would be taken for deleted.
func TestLists_OneOfSeveralPagesIsNotTheWholeList(t *testing.T) {
	entries := map[string]string{ // by decoder
		"accounts": accountList(accountEntityDoc(accountID, "User", "x", vmsAllowed)),
		"roles": "<EnterpriseRoles " + ns + `><EnterpriseRoleEntity Name="R" UID="urn:veeam:EnterpriseRole:` + roleID +
			`"/></EnterpriseRoles>`,
		"account roles": rolesDoc(roleID),
		"scopes":        scopesDoc(listedScope{scopeID, "VM01", rootID, "Vm", "Processed"}),
		"roots":         twoRoots,
		"file servers": "<EntityReferences " + ns + `><Ref Name="s" UID="urn:veeam:FileServer:` + scopeID +
			`"/></EntityReferences>`,
		"items": "<HierarchyItems " + ns +
			"><HierarchyItem><ObjectRef>r</ObjectRef></HierarchyItem></HierarchyItems>",
		"sessions": `<LogonSessions ` + ns + `><LogonSession><UserName>u</UserName><SessionId>` + scopeID +
			`</SessionId></LogonSession></LogonSessions>`,
	}
	for decoder, list := range entries {
		for pages, whole := range map[string]bool{"1": true, "0": true, "2": false, "17": false, "many": false} {
			end := strings.LastIndex(list, "</")
			paged := list[:end] + `<PagingInfo PageNum="1" PageSize="100" PagesCount="` + pages + `"><Links/></PagingInfo>` +
				list[end:]
			ids, err := decoders[decoder]([]byte(paged))
			if whole && err != nil || !whole && (err == nil || !strings.Contains(err.Error(), "one of "+pages+" pages")) {
				t.Errorf("the decoder of %s reads %s pages as %v, %v", decoder, pages, ids, err)
			}
		}
	}
}

func TestBareNotFound_IsNotGoneIfTheListIsCut(t *testing.T) {
	for name, list := range map[string]string{
		"pages": accountList(accountEntityDoc(otherAccount, "User", "x", vmsAllowed) +
			`<PagingInfo PageNum="1" PageSize="1" PagesCount="2"/>`),
		"an entry without an ID": accountList(
			accountEntityDoc(otherAccount, "User", "x", vmsAllowed), `<EnterpriseAccountEntity Name="y"/>`),
		"an entry without an ID comes first": accountList(
			`<EnterpriseAccountEntity Name="y"/>`, accountEntityDoc(otherAccount, "User", "x", vmsAllowed)),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/accounts") {
						reply(w, 200, list)
						return
					}
					w.WriteHeader(http.StatusNotFound)
				})
				_, err := f.client().GetAccount(t.Context(), accountID)
				wants(t, err, "read account "+accountID, "404")
				equal(t, "IsNotFound", IsNotFound(err), false)
			})
		})
	}
}

func TestBareNotFound_AnEntryWithoutAnIDDoesNotMatterIfTheServerListsTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := accountList(`<EnterpriseAccountEntity Name="y"/>`, accountEntityDoc(accountID, "User", "x", vmsAllowed))
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/accounts") {
				reply(w, 200, list)
				return
			}
			w.WriteHeader(http.StatusNotFound)
		})
		_, err := f.client().GetAccount(t.Context(), accountID)
		wants(t, err, "404", "still lists")
	})
}

// One account of which a page of a proxy is shown must not hide the others.
func TestComplete_SaysWhatIsWrongWithAResponseThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		status      int
		body, lacks string
	}{
		"a page":            {200, "<html>Log in</html>", "unexpected type"},
		"another account":   {200, accountDoc(otherAccount, "y", true), "another object"},
		"an error":          {403, errorXML(403, "not now"), ""},
		"an error of proxy": {502, "<html>Bad Gateway</html>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, c.status, c.body) })
				listed := Account{ID: accountID, Name: "x", Lacks: onlyReference}
				whole, err := f.client().Complete(t.Context(), listed)
				if c.lacks == "" {
					wants(t, err, "read account")
					return
				}
				ok(t, err)
				equal(t, "the ID", whole.ID, accountID)
				equal(t, "the name", whole.Name, "x")
				if !strings.Contains(whole.Lacks, c.lacks) {
					t.Errorf("it lacks %q, want %q", whole.Lacks, c.lacks)
				}
			})
		})
	}
}

func TestGetAccount_ReadsBothNamesAndFailsIfSomethingIsMissing(t *testing.T) {
	for name, c := range map[string]struct{ doc, says string }{
		"the name of the pages":  {accountDoc(accountID, "x", true), ""},
		"the name of the schema": {accountEntityDoc(accountID, "User", "x", vmsAllowed), ""},
		"odd":                    {accountEntityDoc(accountID, "VSphereRole", "x", ""), "AllowRestoreAllVms"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				doc := strings.Replace(c.doc, "<EnterpriseAccountEntity", "<EnterpriseAccountEntity "+ns, 1)
				c2 := newFake(t, servesAccounts("", doc)).client()
				a, err := c2.GetAccount(t.Context(), accountID)
				if c.says != "" {
					wants(t, err, "read account x", c.says)
					shown, err := c2.ShowAccount(t.Context(), accountID)
					ok(t, err)
					equal(t, "the type", shown.Type, "VSphereRole")
					return
				}
				ok(t, err)
				equal(t, "the ID", a.ID, accountID)
			})
		})
	}
}

// The create needs the list to see whether the name is taken.
func TestCreateAccount_AnOddAccountDoesNotMatter(t *testing.T) {
	for name, odd := range map[string]string{
		"other name": accountEntityDoc(otherAccount, "VSphereRole", "Admins", ""),
		"same name":  accountEntityDoc(otherAccount, "VSphereRole", spec.Name, ""),
		"no GUID":    accountEntityDoc("group-7", "VSphereRole", spec.Name, ""),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case strings.HasSuffix(r.URL.Path, otherAccount):
						reply(w, 200, strings.Replace(odd, "Entity ", "Entity "+ns+" ", 1))
					case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/accounts") && len(s.accounts) == 0:
						reply(w, 200, accountList(odd, accountEntityDoc(scopeID, "User", `TECH\viewer`, vmsAllowed)))
					default:
						s.serve(w, r)
					}
				})
				id, err := f.client().CreateAccount(t.Context(), spec)
				ok(t, err)
				equal(t, "the ID", id, accountID)
				f.expect("POST /security/accounts", 1)
			})
		})
	}
}

func TestRolesOf_SendsARequestOnlyIfTheAccountDoesNotShowItsRoles(t *testing.T) {
	for roles, shown := range map[string]bool{
		inlineRole: true,
		strings.ReplaceAll(inlineRole, "EnterpriseRoleEntity", "EnterpriseRole"): true,
		"":         false,
		"<Roles/>": false,
		`<Roles><EnterpriseRoleEntity UID="urn:veeam:EnterpriseRole:` + otherRole + `"/></Roles>`: false,
		`<Roles><EnterpriseRoleEntity Name="Portal User"/></Roles>`:                               false,
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/roles") {
					reply(w, 200, rolesDoc(otherRole))
					return
				}
				doc := accountEntityDoc(accountID, "User", "x", roles+vmsAllowed)
				reply(w, 200, strings.Replace(doc, "Entity ", "Entity "+ns+" ", 1))
			})
			c := f.client()
			a, err := c.GetAccount(t.Context(), accountID)
			ok(t, err)
			got, err := c.RolesOf(t.Context(), *a)
			ok(t, err)
			if len(got) != 1 || got[0].ID != otherRole {
				t.Errorf("the roles are %v", got)
			}
			equal(t, "ListsRolesApart with "+roles, c.ListsRolesApart(), !shown)
			f.expect("GET ", map[bool]int{true: 1, false: 2}[shown])
		})
	}
}

func TestListRoles_ReadsTheEntriesOfTheXMLSchemaAndOmitsOddOnes(t *testing.T) {
	roles, err := parseRoles([]byte("<EnterpriseRoles " + ns + `>
<EnterpriseRoleEntity Name="Portal User" UID="urn:veeam:EnterpriseRole:` + otherRole + `"/>
<EnterpriseRoleEntity Name="vSphere role" UID="urn:veeam:VSphereRole:7"/>
<EnterpriseRoleEntity UID="urn:veeam:EnterpriseRole:` + roleID + `"/>
<Links/></EnterpriseRoles>`))
	ok(t, err)
	if len(roles) != 2 || roles[0] != (Role{otherRole, "Portal User"}) || roles[1] != (Role{roleID, roleID}) {
		t.Errorf("the roles are %+v", roles)
	}
}

func TestHierarchyRoots_TheNameOfAnOddRootIsThatOfItsReference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nameless := `<HierarchyRoot UID="urn:veeam:HierarchyRoot:` + rootID + `"><HostType>New</HostType></HierarchyRoot>`
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, rootID):
				reply(w, 200, strings.Replace(nameless, "<HierarchyRoot ", "<HierarchyRoot "+ns+" ", 1))
			case r.URL.RawQuery != "":
				reply(w, 200, "<HierarchyRoots "+ns+">"+nameless+"</HierarchyRoots>")
			default:
				reply(w, 200, "<EntityReferences "+ns+`><Ref Name="vc01" UID="urn:veeam:HierarchyRoot:`+rootID+
					`"/></EntityReferences>`)
			}
		})
		roots, err := f.client().HierarchyRoots(t.Context())
		ok(t, err)
		if len(roots) != 1 || roots[0].Name != "vc01" || roots[0].HostType != "New" {
			t.Errorf("the roots are %+v", roots)
		}
	})
}
