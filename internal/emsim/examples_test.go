// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

const header = `<?xml version="1.0" encoding="utf-8"?>
`

const declarations = ` xmlns="http://www.veeam.com/ent/v1.0"` +
	` xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`

// The examples of the vendor's page about POST /security/accounts, quoted verbatim.
var accountExamples = map[string]struct{ contentType, body string }{
	"XML, scope left blank": {xmlType, header + `<EnterpriseAccountCreateSpec` + declarations + `>
 <AccountType>User</AccountType>
 <AccountName>TECH\william.fox</AccountName>
 <Roles>
   <EnterpriseRole>
     <EnterpriseRoleUid>urn:veeam:EnterpriseRole:f84a8b62-49b8-4d0c-b25b-92321b52bab6</EnterpriseRoleUid>
   </EnterpriseRole>
 </Roles>
 <AllowRestoreAllVms>false</AllowRestoreAllVms>
 <HierarchyScopeObjects>
   <HierarchyScopeItem>
     <HierarchyObjRef/>
     <ObjectName/>
   </HierarchyScopeItem>
 </HierarchyScopeObjects>
</EnterpriseAccountCreateSpec>`},
	"XML, all VMs": {xmlType, header + `<EnterpriseAccountCreateSpec` + declarations + `>
 <AccountType>User</AccountType>
 <AccountName>VEEAM\User</AccountName>
 <Roles>
   <EnterpriseRole>
     <EnterpriseRoleUid>urn:veeam:EnterpriseRole:f84a8b62-49b8-4d0c-b25b-92321b52bab6</EnterpriseRoleUid>
   </EnterpriseRole>
  </Roles>
 <AllowRestoreAllVms>true</AllowRestoreAllVms>
</EnterpriseAccountCreateSpec>`},
	"JSON, scope left blank": {jsonType, `{
 "AccountType": "User",
 "AccountName": "TECH\\william.fox",
 "Roles": {
   "EnterpriseRoles": [
     {
       "EnterpriseRoleUid": "urn:veeam:EnterpriseRole:f84a8b62-49b8-4d0c-b25b-92321b52bab6"
     }
   ]
 },
 "AllowRestoreAllVms": false,
 "HierarchyScopeObjects": {
   "HierarchyScopeItems": [
     {
       "HierarchyObjRef": "",
       "ObjectName": ""
     }
   ]
 }
}`},
}

func TestVendorExamples_OfAccountsAreAccepted(t *testing.T) {
	for name, example := range accountExamples {
		t.Run(name, func(t *testing.T) {
			f := start(t, emsim.Options{})
			f.post("/security/accounts", example.body, contentType(example.contentType)).want(t, http.StatusCreated)
		})
	}
}

// The spec consists of fragments of the same page.
func TestVendorExamples_OfTheSettingsMeanTheSameInXMLAndInJSON(t *testing.T) {
	want := []emsim.AccountSnapshot{{
		Type: "User", Name: `TECH\fox`, Roles: []string{emsim.RoleFileRestoreOperator},
		Scopes:         []emsim.ScopeSnapshot{{Ref: emsim.VM01Ref, Name: "VM01"}},
		FlrInplaceOnly: true, FlrExtensions: "doc,pptx", DenyInPlaceRestore: true,
	}}
	asXML := spec("User", `TECH\fox`, `<AllowRestoreAllVms>false</AllowRestoreAllVms>
<HierarchyScopeObjects>
 <HierarchyScopeItem>
   <HierarchyObjRef>urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870</HierarchyObjRef>
   <ObjectName>VM01</ObjectName>
 </HierarchyScopeItem>
</HierarchyScopeObjects>
<FlrSettings>
   <FlrInplaceOnly>true</FlrInplaceOnly>
   <FlrExtentionRestrictions>doc,pptx</FlrExtentionRestrictions>
</FlrSettings>
<SqlSettings>
   <DenyInPlaceRestore>True</DenyInPlaceRestore>
</SqlSettings>`)
	asJSONText := `{"SqlSettings": {"DenyInPlaceRestore": "True"},
"FlrSettings": {
 "FlrInplaceOnly": "true",
  "FlrExtentionRestrictions": "doc,pptx"
},
"HierarchyScopeObjects": {
 "HierarchyScopeItem": {
   "HierarchyObjRef": "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870",
   "ObjectName": "VM01"
 }
},
"AllowRestoreAllVms": "false",
"Roles": {"EnterpriseRoles": [{"EnterpriseRoleUid": "` + emsim.RoleUID(emsim.RoleFileRestoreOperator) + `"}]},
"AccountName": "TECH\\fox", "AccountType": "User"}`
	administrator := emsim.User{
		Name: emsim.DefaultUser, Password: emsim.DefaultPassword, Roles: []string{emsim.RolePortalAdministrator},
	}
	for mediaType, body := range map[string]string{xmlType: asXML, jsonType: asJSONText} {
		t.Run(mediaType, func(t *testing.T) {
			f := start(t, emsim.Options{Users: []emsim.User{administrator}})
			f.post("/security/accounts", body, contentType(mediaType)).want(t, http.StatusCreated)
			got := emsim.WithoutIDs(f.Snapshot())[1:]
			if !reflect.DeepEqual(got, want) {
				t.Errorf("accounts\n%+v\nwant\n%+v", got, want)
			}
		})
	}
}

// The examples are quoted verbatim from the vendor's page about POST /security/accounts/{ID}/scopes.
func TestVendorExamples_OfScopesAreAccepted(t *testing.T) {
	xmlExample := header + `<HierarchyScopeCreateSpec` + declarations + `>
 <HierarchyScopeItem>
   <HierarchyObjRef>urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-15309</HierarchyObjRef>
   <ObjectName>SQLSRV</ObjectName>
 </HierarchyScopeItem>
</HierarchyScopeCreateSpec>`
	jsonExample := `{
 "HierarchyScopeItems": [
   {
     "HierarchyObjRef": "urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870",
     "ObjectName": "VM01"
   }
 ]
}`
	f := start(t, emsim.Options{})
	account := f.create(allVMs)
	f.post(account+"/scopes", xmlExample).want(t, http.StatusAccepted)
	f.post(account+"/scopes", jsonExample, asJSON).want(t, http.StatusAccepted)
	if got := f.states(account); got != "SQLSRV Processed, VM01 Processed" {
		t.Errorf("scopes %s", got)
	}
}

func TestJSONClient_CreatesReadsAndDeletesAnAccount(t *testing.T) {
	f := start(t, emsim.Options{})
	body := accountExamples["JSON, scope left blank"].body
	body = strings.Replace(body, `"HierarchyObjRef": ""`, `"HierarchyObjRef": "`+emsim.VM01Ref+`"`, 1)
	id := f.post("/security/accounts", body, asJSON, acceptJSON).want(t, http.StatusCreated).idOf(t)
	path := "/security/accounts/" + id

	var account struct {
		Name, UID          string
		AccountType        string
		AllowRestoreAllVms bool
		FlrSettings        struct {
			FlrInplaceOnly           bool
			FlrExtentionRestrictions string
		}
		Links []struct{ Rel string }
	}
	f.decode(path+"?format=Entity", &account)
	if account.Name != `TECH\william.fox` || account.UID != "urn:veeam:EnterpriseAccount:"+id ||
		account.AccountType != "User" || account.AllowRestoreAllVms || account.FlrSettings.FlrInplaceOnly ||
		len(account.Links) != 7 {
		t.Errorf("account %+v", account)
	}

	var refs struct {
		Refs []struct{ Name, UID, Href, Type string }
	}
	f.decode("/security/accounts", &refs)
	if len(refs.Refs) != 3 || refs.Refs[2].Name != `TECH\william.fox` ||
		refs.Refs[2].Type != "EnterpriseAccountReference" {
		t.Errorf("references %+v", refs)
	}
	var inRoles struct {
		EnterpriseAccountInRoles []struct{ Href, RoleName string }
	}
	f.decode(path+"/roles", &inRoles)
	if len(inRoles.EnterpriseAccountInRoles) != 1 ||
		!strings.HasSuffix(inRoles.EnterpriseAccountInRoles[0].Href, "/"+emsim.RoleFileRestoreOperator) {
		t.Errorf("roles %+v", inRoles)
	}
	var scopes struct {
		EnterpriseAccountHierarchyScopes []struct{ Name, HierarchyRootName, Platform, HierarchyObjectType, State string }
	}
	f.decode(path+"/scopes", &scopes)
	if len(scopes.EnterpriseAccountHierarchyScopes) != 1 || scopes.EnterpriseAccountHierarchyScopes[0].Name != "VM01" {
		t.Errorf("scopes %+v", scopes)
	}
	f.delete(path).want(t, http.StatusNoContent)
	f.get(path, acceptJSON).want(t, http.StatusNotFound, `"StatusCode":404`)
}

func TestJSON_AnEmptyCollectionIsAnEmptyArray(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get(f.create(allVMs)+"/scopes", acceptJSON).equals(t, `{"EnterpriseAccountHierarchyScopes":[]}`)
}

// decode gets a resource as a JSON client does.
func (f *fixture) decode(path string, into any) {
	f.t.Helper()
	if err := json.Unmarshal([]byte(f.get(path, acceptJSON).want(f.t, http.StatusOK).body), into); err != nil {
		f.t.Fatal(err)
	}
}
