// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"bytes"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// decoders contains every parser of a response, which returns the IDs that it found.
var decoders = map[string]func([]byte) ([]string, error){
	"accounts": func(b []byte) (ids []string, err error) {
		list, err := parseAccounts(bytes.NewReader(b))
		for _, a := range list {
			if a.ID != "" || a.Lacks == "" {
				ids = append(ids, a.ID)
			}
		}
		return ids, err
	},
	"account": func(b []byte) ([]string, error) {
		a, err := parseAccount(b)
		if err != nil {
			return nil, err
		}
		if a.Lacks != "" {
			return nil, errors.New(a.Lacks)
		}
		return []string{a.ID}, nil
	},
	"roles":         func(b []byte) ([]string, error) { list, err := parseRoles(b); return roleIDs(list), err },
	"account roles": func(b []byte) ([]string, error) { list, err := parseAccountRoles(b); return roleIDs(list), err },
	"scopes": func(b []byte) (ids []string, err error) {
		list, err := parseScopes(b)
		for _, s := range list {
			ids = append(ids, s.ID)
		}
		return ids, err
	},
	"root": func(b []byte) ([]string, error) {
		r, err := parseRoot(b)
		if err != nil {
			return nil, err
		}
		return []string{r.ID}, nil
	},
	"roots": func(b []byte) (ids []string, err error) {
		list, err := parseRoots(b)
		for _, r := range list {
			ids = append(ids, r.object.ID)
		}
		return ids, err
	},
	"file server": func(b []byte) ([]string, error) {
		f, err := parseFileServer(b)
		if err != nil {
			return nil, err
		}
		return []string{f.ID}, nil
	},
	"file servers": func(b []byte) (ids []string, err error) {
		list, err := parseFileServers(b)
		for _, f := range list {
			ids = append(ids, f.object.ID)
		}
		return ids, err
	},
	"session": func(b []byte) ([]string, error) {
		s, err := parseLogon(b)
		if err != nil {
			return nil, err
		}
		return []string{s.id}, nil
	},
	"sessions": func(b []byte) (ids []string, err error) {
		list, err := parseSessions(b)
		for _, s := range list {
			ids = append(ids, s.id)
		}
		return ids, err
	},
	"items": func(b []byte) ([]string, error) { _, err := parseItems(b); return nil, err },
	"task":  func(b []byte) ([]string, error) { _, err := parseTask(b); return nil, err },
}

func roleIDs(list []Role) (ids []string) {
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestDecode_AcceptsExactlyOneDocument(t *testing.T) {
	const doc = "<Doc " + ns + "/>"
	for body, says := range map[string]string{
		doc: "",
		"\ufeff<?xml version=\"1.0\"?> <!-- a --> " + doc + "\n<!-- b --><?c d?>": "",
		"x" + doc:            "not an XML document",
		doc + "x":            "does not end after its document",
		doc + doc:            "does not end after its document",
		doc + "</Doc>":       "does not end after its document",
		doc + "<!-- x":       "does not end after its document",
		"<Doc " + ns + ">":   "not a complete XML document",
		"<Page " + ns + "/>": "unexpected type: Page instead of A or B or C or Doc",
	} {
		target := &struct{}{}
		_, err := decode([]byte(body), map[string]any{"C": target, "B": target, "A": target, "Doc": target})
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("decode of %s returned %v, want %q", body, err, says)
		}
	}
}

func TestDecoders_TakeTheIDFromALinkIfThereIsNoHref(t *testing.T) {
	const other = "<Links><Link Href=\"https://em/api/other/" + accountID + "\"/>"
	link := func(path string) string {
		return other + `<Link Href="https://em/api/security/accounts/` + path + `"/></Links>`
	}
	roles := rolesDoc(roleID)
	scopes := scopesDoc(listedScope{scopeID, "VM01", rootID, "Vm", "Processed"})
	href := regexp.MustCompile(`\s+Href="[^"]*"`)
	for decoder, c := range map[string]struct{ doc, before, link, want string }{
		"account roles": {roles, "<RoleName>", link(accountID + "/roles/" + roleID), roleID},
		"scopes":        {scopes, "<Name>", link(accountID + "/scopes/" + scopeID), scopeID},
	} {
		doc := strings.Replace(href.ReplaceAllString(c.doc, ""), c.before, c.link+c.before, 1)
		ids, err := decoders[decoder]([]byte(doc))
		if err != nil || len(ids) != 1 || ids[0] != c.want {
			t.Errorf("the decoder of %s returned %v, %v for %s", decoder, ids, err, doc)
		}
	}
}

func TestDecoders_RejectInvalidEntries(t *testing.T) {
	in := func(root, inner string) string { return "<" + root + " " + ns + ">" + inner + "</" + root + ">" }
	account := func(old, changed string) string {
		return strings.Replace(accountDoc(accountID, "x", true), old, changed, 1)
	}
	for _, tc := range []struct{ decoder, body, says string }{
		{"accounts", in("EntityReferences", `<Ref Name="x"/>`), "has no ID"},
		{"accounts", in("EntityReferences", `<Ref Name="x" UID="urn:veeam:EnterpriseAccount:1"/>`), "has no ID"},
		{"accounts", in("EntityReferences", `<Account Name="x"/>`), "instead of known entries"},
		{"accounts", in("EnterpriseAccounts", `<VSphereRole Name="x" UID="u:`+accountID+`"/>`), "instead of known entries"},
		{"account", account("<AllowRestoreAllVms>true", "<AllowRestoreAllVms>maybe"), `"maybe"`},
		{"account", account("<AccountType>User", "<AccountType>"), "no AccountType"},
		{"account", account(`Name="x"`, `Name=""`), "no Name"},
		{"account", in("EnterpriseAccount", "<AccountType>User</AccountType>"), "no ID"},
		{"account", account("<FlrInplaceOnly>false", "<FlrInplaceOnly>2"), "FlrInplaceOnly"},
		{"account", account("<DenyInPlaceRestore>false", "<DenyInPlaceRestore>no"), "DenyInPlaceRestore"},
		{"account", `<EntityRef ` + ns + ` UID="u:` + accountID + `" Name="x"/>`, "unexpected type"},
		{"roles", in("EntityReferences", `<Ref Name="R"/>`), "has no ID"},
		{"roles", in("EnterpriseRoles", `<Account Name="x"/>`), "instead of known entries"},
		{"account roles", in("EnterpriseAccountInRoleList", `<EnterpriseAccountInRole>
			<RoleName>R</RoleName></EnterpriseAccountInRole>`), "no ID"},
		{"account roles", in("EnterpriseAccountInRoleList", `<EnterpriseAccountInRole
			Href="https://h/api/security/accounts/`+accountID+`"/>`), "no ID"},
		{"scopes", in("EnterpriseAccountHierarchyScopes", `<EnterpriseAccountHierarchyScope>
			<Name>x</Name></EnterpriseAccountHierarchyScope>`), "no ID"},
		{"file servers", in("EntityReferences", `<Ref Name="x"/>`), "has no ID"},
		{"file servers", in("FileServers", `<FileServer Name="x"/>`), "has no ID"},
		{"items", in("HierarchyItems", `<HierarchyItem><ObjectName>x</ObjectName></HierarchyItem>`), "no ObjectRef"},
		{"sessions", in("LogonSessions", `<LogonSession><UserName>u</UserName></LogonSession>`), "the SessionId"},
		{"sessions", in("LogonSessions", `<Session/>`), "instead of known entries"},
		{"sessions", in("LogonSession", ""), "unexpected type"},
		{"task", in("Task", `<TaskId>../x</TaskId><State>Running</State>`), "not the ID of a task"},
		{"task", in("Task", `<TaskId>task-1</TaskId>`), "no State"},
	} {
		_, err := decoders[tc.decoder]([]byte(tc.body))
		if err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("the decoder of %s returned %v for %s, want an error with %q", tc.decoder, err, tc.body, tc.says)
		}
	}
}

func TestDecoders_IgnoreUnknownElementsAndUnusualSpelling(t *testing.T) {
	a, err := parseAccount([]byte("\ufeff" + `<?xml version="1.0" encoding="utf-8"?>
<EnterpriseAccount xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsd="http://www.w3.org/2001/XMLSchema" New="1"
  Name="TECH\x" Href="https://other:9398/api/security/accounts/` + strings.ToUpper(accountID) + `/?format=Entity">
<Future><Deep/></Future><AccountType>user</AccountType><AllowRestoreAllVms> True </AllowRestoreAllVms>
<FlrSettings>
<FlrInplaceOnly>1</FlrInplaceOnly><FlrExtentionRestrictions>doc, pptx,,</FlrExtentionRestrictions>
</FlrSettings>
</EnterpriseAccount><!-- end -->
`))
	ok(t, err)
	want := Account{
		ID: accountID, Type: "User", Name: `TECH\x`, AllowRestoreAllVMs: true,
		FLR: &FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc", "pptx"}},
	}
	if !reflect.DeepEqual(*a, want) {
		t.Errorf("got %+v, want %+v", *a, want)
	}
	a, err = parseAccount([]byte(accountDoc(accountID, "x", false)))
	ok(t, err)
	if a.FLR == nil || len(a.FLR.ExtensionRestrictions) != 0 || a.SQL == nil {
		t.Errorf("empty restrictions are parsed as %+v, %+v", a.FLR, a.SQL)
	}
	for root, decoder := range map[string]string{
		"EntityReferences":                 "accounts",
		"EnterpriseAccounts":               "accounts",
		"EnterpriseAccountHierarchyScopes": "scopes",
		"HierarchyItems":                   "items",
		"LogonSessions":                    "sessions",
	} {
		ids, err := decoders[decoder]([]byte("<" + root + " " + ns + "><Links/></" + root + ">"))
		if err != nil || len(ids) != 0 {
			t.Errorf("an empty %s is parsed as %v, %v", root, ids, err)
		}
	}
}

func TestParseTask_ReturnsTheResult(t *testing.T) {
	body := `<Task ` + ns + ` Type="Task" Href="https://localhost:9398/api/tasks/task-1">
<Links/>%<State>Finished</State><Operation>StartRebuildScope</Operation>
<Result Success="false"><Message>out of order</Message></Result>
</Task>`
	for _, id := range []string{"<TaskId>task-1</TaskId>", ""} {
		task, err := parseTask([]byte(strings.Replace(body, "%", id, 1)))
		ok(t, err)
		equal(t, "the ID", task.ID, "task-1")
		equal(t, "the message", task.Message, "out of order")
		equal(t, "Finished", task.Finished(), true)
		equal(t, "Failed", task.Failed(), true)
	}
	task, err := parseTask([]byte(`<Task ` + ns + `><TaskId>task-1</TaskId><State>Running</State></Task>`))
	ok(t, err)
	equal(t, "Finished", task.Finished(), false)
	equal(t, "Failed", task.Failed(), false)
}

func FuzzDecodeAccounts(f *testing.F) {
	for _, seed := range []string{
		"", "<", "<html></html>", "{}", errorXML(500, "x"),
		accountList(accountDoc(accountID, `TECH\x`, true)), accountDoc(accountID, "x", false), rolesDoc(roleID),
		scopesDoc(listedScope{scopeID, "VM01", rootID, "Vm", "Removing"}), twoRoots,
		`<EntityReferences ` + ns + `>
<Ref UID="urn:veeam:EnterpriseRole:` + roleID + `" Name="R" Href="https://h/api/security/roles/` + roleID + `"/>
</EntityReferences>`,
		`<EntityRef ` + ns + ` UID="urn:veeam:EnterpriseRole:` + roleID + `" Name="R"/>`,
		`<LogonSession ` + ns + `><UserName>u</UserName><SessionId>` + scopeID + `</SessionId></LogonSession>`,
		`<HierarchyItems ` + ns + `><HierarchyItem><ObjectRef>r</ObjectRef></HierarchyItem></HierarchyItems>`,
		`<Task ` + ns + ` Href="https://h/api/tasks/task-1"><State>Running</State><Result Success="true"/></Task>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for name, decoder := range decoders {
			ids, err := decoder(body)
			if err != nil {
				continue
			}
			if !strings.Contains(string(body), "<") {
				t.Errorf("the decoder of %s accepts %q", name, body)
			}
			for _, id := range ids {
				if got, err := ParseGUID(id); err != nil || got != id {
					t.Errorf("the decoder of %s returns the ID %q for %q", name, id, body)
				}
			}
		}
		if message, _ := errorBody(body, func(s string) string { return s }); len([]rune(message)) > httpkit.MaxMessage+4 {
			t.Errorf("the message has %d characters, want at most %d", len([]rune(message)), httpkit.MaxMessage+4)
		}
	})
}
