// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func flrSettings(inPlaceOnly, extensions string) string {
	return tag("FlrSettings", tag("FlrInplaceOnly", inPlaceOnly), tag("FlrExtentionRestrictions", extensions))
}

func TestXML_RejectsEveryDeviationFromTheSchema(t *testing.T) {
	f := start(t, emsim.Options{})
	valid := spec("User", `TECH\fox`, allVMs)
	with := func(rest string) string { return spec("User", `TECH\fox`, allVMs+rest) }
	changed := func(from, to string) string { return strings.Replace(valid, from, to, 1) }
	accountType, accountName := tag("AccountType", "User"), tag("AccountName", `TECH\fox`)
	extensionsFirst := tag("FlrSettings", tag("FlrExtentionRestrictions", "doc"), tag("FlrInplaceOnly", "true"))
	english := strings.ReplaceAll(flrSettings("true", "doc"), "FlrExtention", "FlrExtension")
	sqlSettings := tag("SqlSettings", tag("DenyInPlaceRestore", "true"))
	for name, body := range map[string]string{
		"order of elements":         changed(accountType+accountName, accountName+accountType),
		"order within a block":      with(extensionsFirst),
		"order of the blocks":       with(sqlSettings + flrSettings("false", "")),
		"unknown element":           with(tag("Description", "x")),
		"repeated element":          with(allVMs),
		"missing element":           changed(allVMs, ""),
		"no namespace":              changed(" "+ns, ""),
		"wrong namespace":           changed("v1.0", "v2.0"),
		"child without a namespace": changed("<AccountType>", `<AccountType xmlns="">`),
		"attribute":                 changed("<AccountType>", `<AccountType kind="x">`),
		"wrong root":                strings.ReplaceAll(valid, "EnterpriseAccountCreateSpec", "EnterpriseAccount"),
		"case of an element":        strings.ReplaceAll(valid, "AllowRestoreAllVms", "AllowRestoreAllVMs"),
		"correct English spelling":  with(english),
		"not a boolean":             changed("true", "yes"),
		"text between elements":     changed("<Roles>", "<Roles>x"),
		"element in a value":        changed("User", "<b>User</b>"),
		"two UIDs in one role":      changed("</EnterpriseRoleUid>", "</EnterpriseRoleUid>"+tag("EnterpriseRoleUid", "x")),
		"not well-formed":           strings.TrimSuffix(valid, ">"),
		"second root":               valid + valid,
		"text after the root":       valid + "x",
		"document type declaration": "<!DOCTYPE x>" + valid,
		"JSON sent as XML":          `{"AccountType":"User"}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.post("/security/accounts", body).want(t, http.StatusBadRequest, `StatusCode="400"`)
		})
	}
	if n := len(f.Snapshot()); n != 2 {
		t.Errorf("%d accounts, want the 2 accounts of the users", n)
	}
	f.post("/security/accounts", valid).want(t, http.StatusCreated)
}

func TestContentType_MissingOrWrongReturnsTheServersOwnMessage(t *testing.T) {
	f := start(t, emsim.Options{})
	for _, mediaType := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
		a := f.post("/security/accounts", spec("User", `TECH\fox`, allVMs), contentType(mediaType))
		a.want(t, http.StatusBadRequest)
		a.equals(t, `<Error `+ns+` Message="Node [root] does not exist." StatusCode="400" Status="Bad Request" />`)
	}
}

func TestJSON_RejectsUnknownPropertiesAndWrongTypes(t *testing.T) {
	f := start(t, emsim.Options{})
	fox := func(rest string) string { return `{"AccountType":"User","AccountName":"TECH\\fox",` + rest + `}` }
	roles := `[{"EnterpriseRoleUid":"` + emsim.RoleUID(emsim.RolePortalUser) + `"}]`
	for name, body := range map[string]string{
		"unknown property":  fox(`"Roles":{"EnterpriseRoles":` + roles + `},"AllowRestoreAllVms":true,"Description":"x"`),
		"missing property":  fox(`"AllowRestoreAllVms":true`),
		"roles as an array": fox(`"Roles":` + roles + `,"AllowRestoreAllVms":true`),
		"object as a name": `{"AccountType":"User","AccountName":{},"Roles":{"EnterpriseRoles":[]},` +
			`"AllowRestoreAllVms":true}`,
		"array":         `[]`,
		"not JSON":      `{`,
		"two documents": `{}{}`,
		"empty":         ` `,
	} {
		t.Run(name, func(t *testing.T) {
			f.post("/security/accounts", body, asJSON, acceptJSON).want(t, http.StatusBadRequest, `"StatusCode":400`)
		})
	}
}

func TestErrors_HaveTheFormatThatTheClientAccepts(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get("/security/roles/1").equals(t, `<Error `+ns+` Message="Enterprise role with ID &#34;1&#34; was not found."
		StatusCode="404" Status="Not Found" />`)
	f.get("/security/roles/1", acceptJSON).equals(t, `{"FirstChanceExceptionMessage":null,`+
		`"Message":"Enterprise role with ID \"1\" was not found.","StackTrace":null,"Status":null,"StatusCode":404}`)
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

func TestParameters_UnknownOnesAreIgnored(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get("/security/roles?v=latest&pretty=1").want(t, http.StatusOK)
	f.post("/security/accounts?v=v1_7", spec("User", `TECH\fox`, allVMs)).want(t, http.StatusCreated)
	f.post("/security/accounts?action=delete", spec("User", `TECH\ox`, allVMs)).want(t, http.StatusBadRequest, "delete")
}
