// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

func TestEnterpriseManager_LinksToTheSessions(t *testing.T) {
	f := start(t, emsim.Options{})
	f.get("/").want(t, http.StatusOK,
		`<EnterpriseManager `+ns+` Type="EnterpriseManager" Href="`+apiURL+`/"><Links>`,
		`<Link Rel="Down" Type="LogonSessionList" Href="`+apiURL+`/logonSessions" /></Links><SupportedVersions>`)
}

func TestLogonSession_LinksToEverythingBelowTheServer(t *testing.T) {
	f := start(t, emsim.Options{})
	links := []string{
		`<Links><Link Rel="Up" Type="EnterpriseManager" Href="` + apiURL + `/" />`,
		`<Link Rel="Down" Type="EnterpriseSecuritySettings" Href="` + apiURL + `/security" />`,
		`<Link Rel="Down" Type="HierarchyRootReferenceList" Href="` + apiURL + `/hierarchyRoots" />`,
		`<Link Rel="Down" Type="HierarchyRootList" Href="` + apiURL + `/hierarchyRoots?format=Entity" />`,
		`<Link Rel="Down" Type="TaskList" Href="` + apiURL + `/tasks" />`,
		`<Link Rel="Down" Type="LookupService" Href="` + apiURL + `/lookupSvc" />`,
	}
	a := f.logOn(emsim.DefaultUser, emsim.DefaultPassword).want(t, http.StatusCreated, links...)
	if n := strings.Count(a.body, `Rel="Down"`); n < 40 {
		t.Errorf("%d links down, want at least 40", n)
	}
	f.get("/logonSessions/"+a.idOf(t)).want(t, http.StatusOK, links...)
}

func TestPaths_AreMatchedWithoutRegardToCase(t *testing.T) {
	f := start(t, emsim.Options{Demo: true})
	f.get("/logonsessions").want(t, http.StatusOK, "<LogonSession ")
	f.get("/hierarchyroots/"+strings.ToUpper(emsim.VCenterID)).want(t, http.StatusOK, emsim.VCenterName)
	f.get("/SECURITY/Accounts/"+emsim.DemoUserID+"/SCOPES").want(t, http.StatusOK, "VM01")
	f.post("/SessionMngr/?v=latest", "", func(r *http.Request) {
		r.Header.Del("X-RestSvcSessionId")
		r.URL.Path = strings.Replace(r.URL.Path, "/api", "/API", 1)
		r.SetBasicAuth(emsim.DefaultUser, emsim.DefaultPassword)
	}).want(t, http.StatusCreated)
	f.token = ""
	f.do(http.MethodPut, "/sessionmngr", "").want(t, http.StatusMethodNotAllowed)
}

func TestFileServer_IsAReferenceOrAnEntity(t *testing.T) {
	f := start(t, emsim.Options{})
	href := apiURL + "/nas/fileServers/" + emsim.NFSServerID
	up := `<Link Rel="Up" Type="BackupServerReference" Href="` + apiURL + `/backupServers/` + emsim.BackupServerDRID +
		`" Name="srv13.tech.local" />`
	f.get("/nas/fileServers/"+emsim.NFSServerID).equals(t, `<EntityRef `+ns+` UID="urn:veeam:FileServer:`+
		emsim.NFSServerID+`" Name="`+emsim.NFSShareName+`" Href="`+href+`" Type="FileServerReference"><Links>`+up+
		`<Link Rel="Alternate" Type="FileServer" Href="`+href+`?format=Entity" /></Links></EntityRef>`)
	entity := ` Type="FileServer" Name="` + emsim.NFSShareName + `" UID="urn:veeam:FileServer:` + emsim.NFSServerID +
		`" Href="` + href + `?format=Entity"><Links>` + up + `<Link Rel="Alternate" Type="FileServerReference" Href="` +
		href + `" /></Links><ServerType>NfsServer</ServerType><HierarchyObjRef>` + emsim.NFSShareRef +
		`</HierarchyObjRef></FileServer>`
	f.get("/nas/fileServers/"+emsim.NFSServerID+"?format=Entity").equals(t, "<FileServer "+ns+entity)
	f.get("/nas/fileServers?format=Entity").want(t, http.StatusOK, "<FileServers "+ns+">", "<FileServer"+entity)
	f.get("/nas/fileServers").want(t, http.StatusOK, "<EntityReferences "+ns+">", `Type="FileServerReference"`)
	f.get("/nas/fileServers", acceptJSON).want(t, http.StatusOK, `{"Refs":[{"UID":"urn:veeam:FileServer:`+
		emsim.SMBServerID+`"`)
	f.get("/nas/fileServers/"+emsim.VCenterID).want(t, http.StatusNotFound)
}
