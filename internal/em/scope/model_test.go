// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

const (
	accountID = "de19303b-bcf3-428b-b113-ac0b2cf46bd7"
	scopeID   = "bceb75f9-5c10-4f39-9eb5-c000a2fabaee"
	rootID    = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd"
	ref       = "urn:VMware:Vm:" + rootID + ".vm-7870"
)

func TestParseImportID_AcceptsAccountAndScopeID(t *testing.T) {
	for name, given := range map[string]string{
		"lower case": accountID + "/" + scopeID,
		"upper case": strings.ToUpper(accountID + "/" + scopeID),
	} {
		t.Run(name, func(t *testing.T) {
			if account, id, err := parseImportID(given); err != nil || account != accountID || id != scopeID {
				t.Errorf("%q, %q, %v", account, id, err)
			}
		})
	}
}

func TestParseImportID_RefusesAnythingElseAndSaysWhatToWrite(t *testing.T) {
	for name, given := range map[string]string{
		"empty":              "",
		"a slash":            "/",
		"no scope":           accountID,
		"empty scope":        accountID + "/",
		"empty account":      "/" + scopeID,
		"three parts":        accountID + "/" + scopeID + "/x",
		"a name":             accountID + "/VM01",
		"UID of the account": "urn:veeam:EnterpriseAccount:" + accountID + "/" + scopeID,
		"comma":              accountID + "," + scopeID,
		"dots in a path":     accountID + "/../" + scopeID,
	} {
		t.Run(name, func(t *testing.T) {
			account, id, err := parseImportID(given)
			if err == nil || account != "" || id != "" {
				t.Fatalf("%q, %q, %v", account, id, err)
			}
			for _, part := range []string{
				"does not identify a restore scope. Write <account ID>/<scope ID>, for example " + accountID + "/" + scopeID,
				"The data source veeam_em_account lists the scopes",
			} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestToItem_ReturnsTheItemOfTheModel(t *testing.T) {
	vm01, err := emapi.ParseScopeItem(ref, "VM01")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		m    model
		want emapi.ScopeItem
	}{
		"known": {
			model{HierarchyObjRef: emtype.ObjRef.Of(ref), ObjectName: types.StringValue("VM01")},
			vm01,
		},
		"no reference after an import": {
			model{HierarchyObjRef: emtype.ObjRef.Null(), ObjectName: types.StringValue("VM01")},
			emapi.ScopeItem{ObjectName: "VM01"},
		},
		"unknown": {
			model{HierarchyObjRef: emtype.ObjRef.Value(types.StringUnknown()), ObjectName: types.StringUnknown()},
			emapi.ScopeItem{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.m.toItem(); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestFromScope_CopiesTheListedScopeAndKeepsTheConfiguredName(t *testing.T) {
	listed := emapi.Scope{
		ID: scopeID, Name: "VM01 (renamed)", HierarchyRootName: "vc01", Platform: "VMware", HierarchyObjectType: "Vm",
		State: "Processed",
	}
	for name, c := range map[string]struct{ before, want types.String }{
		"configured":      {types.StringValue("VM01"), types.StringValue("VM01")},
		"empty":           {types.StringValue(""), types.StringValue("")},
		"after an import": {types.StringNull(), types.StringValue("VM01 (renamed)")},
	} {
		t.Run(name, func(t *testing.T) {
			m := model{
				AccountID: emtype.ObjectID.Of(accountID), HierarchyObjRef: emtype.ObjRef.Of(ref), ObjectName: c.before,
				State: types.StringUnknown(),
			}
			m.fromScope(listed)
			want := model{
				ID: types.StringValue(scopeID), AccountID: emtype.ObjectID.Of(accountID), HierarchyObjRef: emtype.ObjRef.Of(ref),
				ObjectName: c.want,
				Platform:   types.StringValue("VMware"), HierarchyObjectType: types.StringValue("Vm"),
				HierarchyRootName: types.StringValue("vc01"), State: types.StringValue("Processed"),
			}
			if !same(&m, &want) {
				t.Errorf("%+v\nwant %+v", m, want)
			}
		})
	}
}

// same compares the models without their timeouts, which fromScope does not change.
func same(a, b *model) bool {
	return a.ID.Equal(b.ID) && a.AccountID.Equal(b.AccountID) &&
		a.HierarchyObjRef.Equal(b.HierarchyObjRef) && a.ObjectName.Equal(b.ObjectName) &&
		a.Platform.Equal(b.Platform) && a.HierarchyObjectType.Equal(b.HierarchyObjectType) &&
		a.HierarchyRootName.Equal(b.HierarchyRootName) && a.State.Equal(b.State)
}

func TestAccountID_IsAGUIDInLowerCase(t *testing.T) {
	m := model{AccountID: emtype.ObjectID.Of(strings.ToUpper(accountID))}
	if id, err := m.accountID(); err != nil || id != accountID {
		t.Errorf("%q, %v", id, err)
	}
	for _, bad := range []emtype.Value{
		emtype.ObjectID.Of("../roles"), emtype.ObjectID.Of(""), emtype.ObjectID.Null(),
		emtype.ObjectID.Value(types.StringUnknown()),
	} {
		m := model{AccountID: bad}
		if id, err := m.accountID(); err == nil {
			t.Errorf("%v became %q", bad, id)
		}
	}
}

func TestName_IsTheObjectNameOrTheID(t *testing.T) {
	for want, m := range map[string]model{
		"VM01":  {ID: types.StringValue(scopeID), ObjectName: types.StringValue("VM01")},
		scopeID: {ID: types.StringValue(scopeID), ObjectName: types.StringNull()},
		"":      {ID: types.StringUnknown(), ObjectName: types.StringUnknown()},
	} {
		if got := m.name(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPick_FindsAnImportedScopeByItsIDAlone(t *testing.T) {
	mine := emapi.Scope{ID: scopeID, Name: "VM01", HierarchyRootName: "vc01", HierarchyObjectType: "Vm"}
	going := mine
	going.State = "Removing"
	elsewhere := mine
	elsewhere.HierarchyRootName = "vc02"
	other := mine
	other.ID = accountID
	imported := model{
		ID: types.StringValue(scopeID), HierarchyObjRef: emtype.ObjRef.Null(), ObjectName: types.StringNull(),
	}
	read := imported
	read.ObjectName, read.HierarchyRootName = types.StringValue("VM01"), types.StringValue("vc01")
	read.HierarchyObjectType = types.StringValue("Vm")
	for name, c := range map[string]struct {
		m      model
		listed []emapi.Scope
		found  bool
		fails  bool
	}{
		"listed":                          {imported, []emapi.Scope{other, mine}, true, false},
		"not listed":                      {imported, []emapi.Scope{other}, false, false},
		"being removed":                   {imported, []emapi.Scope{going}, false, false},
		"an ID that is listed twice":      {imported, []emapi.Scope{mine, elsewhere}, false, true},
		"listed twice, root known":        {read, []emapi.Scope{elsewhere, mine}, true, false},
		"listed only with the other root": {read, []emapi.Scope{elsewhere}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, found, err := pick(t.Context(), scopeset.Account{}, c.listed, &c.m, nil)
			if found != c.found || (err != nil) != c.fails || (found && got != mine) {
				t.Fatalf("%+v, %t, %v", got, found, err)
			}
			if c.fails && !strings.Contains(err.Error(), "has 2 restore scopes with the ID "+scopeID) {
				t.Errorf("error %q", err)
			}
		})
	}
}
