// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestXML_EveryDeviationFromTheSchemaIsRefused(t *testing.T) {
	f := start(t, emsim.Options{})
	valid := spec("User", `TECH\fox`, allVMs)
	for name, body := range map[string]string{
		"order of elements":       strings.Replace(valid, `<AccountType>User</AccountType><AccountName>TECH\fox</AccountName>`, `<AccountName>TECH\fox</AccountName><AccountType>User</AccountType>`, 1),
		"order within a block":    strings.Replace(valid, allVMs, allVMs+"<FlrSettings><FlrExtentionRestrictions>doc</FlrExtentionRestrictions><FlrInplaceOnly>true</FlrInplaceOnly></FlrSettings>", 1),
		"order of the blocks":     strings.Replace(valid, allVMs, allVMs+"<SqlSettings><DenyInPlaceRestore>true</DenyInPlaceRestore></SqlSettings><FlrSettings><FlrInplaceOnly>false</FlrInplaceOnly></FlrSettings>", 1),
		"unknown element":         strings.Replace(valid, allVMs, allVMs+"<Description>x</Description>", 1),
		"element twice":           strings.Replace(valid, allVMs, allVMs+allVMs, 1),
		"missing element":         strings.Replace(valid, allVMs, "", 1),
		"no namespace":            strings.Replace(valid, " "+ns, "", 1),
		"other namespace":         strings.Replace(valid, "v1.0", "v2.0", 1),
		"child in no namespace":   strings.Replace(valid, "<AccountType>", `<AccountType xmlns="">`, 1),
		"attribute":               strings.Replace(valid, "<AccountType>", `<AccountType kind="x">`, 1),
		"other root":              strings.ReplaceAll(valid, "EnterpriseAccountCreateSpec", "EnterpriseAccount"),
		"case of an element":      strings.ReplaceAll(valid, "AllowRestoreAllVms", "AllowRestoreAllVMs"),
		"spelled as in English":   strings.Replace(valid, allVMs, allVMs+"<FlrSettings><FlrInplaceOnly>true</FlrInplaceOnly><FlrExtensionRestrictions>doc</FlrExtensionRestrictions></FlrSettings>", 1),
		"not a boolean":           strings.Replace(valid, "true", "yes", 1),
		"text between elements":   strings.Replace(valid, "<Roles>", "<Roles>x", 1),
		"element in a value":      strings.Replace(valid, "User", "<b>User</b>", 1),
		"all roles in one":        strings.Replace(valid, "</EnterpriseRoleUid>", "</EnterpriseRoleUid><EnterpriseRoleUid>x</EnterpriseRoleUid>", 1),
		"not well-formed":         strings.TrimSuffix(valid, ">"),
		"second root":             valid + valid,
		"text after the root":     valid + "x",
		"document type":           "<!DOCTYPE x>" + valid,
		"JSON declared to be XML": `{"AccountType":"User"}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.post("/security/accounts", body).want(t, http.StatusBadRequest, `StatusCode="400"`)
		})
	}
	if n := len(f.Snapshot()); n != 2 {
		t.Errorf("%d accounts, want the 2 of the users", n)
	}
	f.post("/security/accounts", valid).want(t, http.StatusCreated)
}

func TestContentType_MissingOrWrongGivesTheServersOwnMessage(t *testing.T) {
	f := start(t, emsim.Options{})
	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
		a := f.post("/security/accounts", spec("User", `TECH\fox`, allVMs), func(r *http.Request) { r.Header.Set("Content-Type", contentType) })
		a.want(t, http.StatusBadRequest)
		a.equals(t, `<Error `+ns+` Message="Node [root] does not exist." StatusCode="400" Status="Bad Request" />`)
	}
}

func TestJSON_UnknownPropertiesAndOtherTypesAreRefused(t *testing.T) {
	f := start(t, emsim.Options{})
	for name, body := range map[string]string{
		"unknown property":  `{"AccountType":"User","AccountName":"TECH\\fox","Roles":{"EnterpriseRoles":[{"EnterpriseRoleUid":"` + emsim.RoleUID(emsim.RolePortalUser) + `"}]},"AllowRestoreAllVms":true,"Description":"x"}`,
		"missing property":  `{"AccountType":"User","AccountName":"TECH\\fox","AllowRestoreAllVms":true}`,
		"roles as an array": `{"AccountType":"User","AccountName":"TECH\\fox","Roles":[{"EnterpriseRoleUid":"` + emsim.RoleUID(emsim.RolePortalUser) + `"}],"AllowRestoreAllVms":true}`,
		"object as a name":  `{"AccountType":"User","AccountName":{},"Roles":{"EnterpriseRoles":[]},"AllowRestoreAllVms":true}`,
		"array":             `[]`,
		"not JSON":          `{`,
		"two documents":     `{}{}`,
		"nothing":           ` `,
	} {
		t.Run(name, func(t *testing.T) {
			f.post("/security/accounts", body, asJSON, acceptJSON).want(t, http.StatusBadRequest, `"StatusCode":400`)
		})
	}
}

func TestErrors_AreWrittenInTheFormatThatTheClientAccepts(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get("/security/roles/1").equals(t, `<Error `+ns+` Message="Enterprise role with ID &#34;1&#34; was not found." StatusCode="404" Status="Not Found" />`)
	f.get("/security/roles/1", acceptJSON).equals(t,
		`{"FirstChanceExceptionMessage":null,"Message":"Enterprise role with ID \"1\" was not found.","StackTrace":null,"Status":null,"StatusCode":404}`)
}

func TestRoutes_UnknownPathIs404AndOtherMethodIs405(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get("/security/groups").want(t, http.StatusNotFound)
	a := f.do(http.MethodPut, "/security/accounts/"+emsim.DemoUserID, "<x/>").want(t, http.StatusMethodNotAllowed)
	if got := a.header.Get("Allow"); got != "GET, POST, DELETE" {
		t.Errorf("Allow: %s", got)
	}
	f.get("/sessionMngr/").want(t, http.StatusMethodNotAllowed)
}

func TestParameters_ThatNobodyKnowsAreIgnored(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get("/security/roles?v=latest&pretty=1").want(t, http.StatusOK)
	f.post("/security/accounts?v=v1_7", spec("User", `TECH\fox`, allVMs)).want(t, http.StatusCreated)
	f.post("/security/accounts?action=delete", spec("User", `TECH\ox`, allVMs)).want(t, http.StatusBadRequest, "delete")
}
