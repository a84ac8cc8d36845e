// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package role

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

const (
	id  = "5f37a46b-9ce2-40f4-8a62-b45b079257fc"
	uid = "urn:veeam:EnterpriseRole:" + id
)

var administrator = emapi.Role{ID: id, Name: "Portal Administrator"}

func TestKey_IsTheConfiguredAttribute(t *testing.T) {
	for name, c := range map[string]struct {
		m                model
		attribute, value string
	}{
		"name":       {model{Name: types.StringValue("Portal User")}, "name", "Portal User"},
		"empty name": {model{Name: types.StringValue("")}, "name", ""},
		"ID":         {model{ID: types.StringValue(id)}, "id", id},
		"UID":        {model{UID: types.StringValue(uid)}, "uid", uid},
	} {
		t.Run(name, func(t *testing.T) {
			if attribute, value := c.m.key(); attribute != c.attribute || value != c.value {
				t.Errorf("%s %q, want %s %q", attribute, value, c.attribute, c.value)
			}
		})
	}
}

func TestMatches_ComparesNamesExactlyAndIDsWithoutRegardToCase(t *testing.T) {
	for name, c := range map[string]struct {
		m    model
		want bool
	}{
		"name":                 {model{Name: types.StringValue("Portal Administrator")}, true},
		"name in another case": {model{Name: types.StringValue("portal administrator")}, false},
		"empty name":           {model{Name: types.StringValue("")}, false},
		"ID":                   {model{ID: types.StringValue(id)}, true},
		"ID in upper case":     {model{ID: types.StringValue(strings.ToUpper(id))}, true},
		"another ID":           {model{ID: types.StringValue("00000000-0000-0000-0000-000000000000")}, false},
		"UID":                  {model{UID: types.StringValue(uid)}, true},
		"UID with an upper-case GUID": {
			model{UID: types.StringValue("urn:veeam:EnterpriseRole:" + strings.ToUpper(id))}, true,
		},
		"ID in place of the UID": {model{UID: types.StringValue(id)}, false},
		"UID in place of the ID": {model{ID: types.StringValue(uid)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.m.matches(administrator); got != c.want {
				t.Errorf("%t, want %t", got, c.want)
			}
		})
	}
}

func TestFromRole_SetsAllAttributes(t *testing.T) {
	want := model{ID: types.StringValue(id), Name: types.StringValue("Portal Administrator"), UID: types.StringValue(uid)}
	if got := fromRole(administrator); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFromRoles_KeepsTheOrderOfTheServerAndMapsNamesToUIDs(t *testing.T) {
	other := emapi.Role{ID: "d19a3d33-cb77-4ffe-94e6-001432483a4e", Name: "A role"}
	got := fromRoles([]emapi.Role{administrator, other})
	if len(got.Roles) != 2 || got.Roles[0] != fromRole(administrator) || got.Roles[1] != fromRole(other) {
		t.Errorf("roles %v", got.Roles)
	}
	want := types.MapValueMust(types.StringType, map[string]attr.Value{
		"Portal Administrator": types.StringValue(uid), "A role": types.StringValue(other.UID()),
	})
	if !got.UIDs.Equal(want) {
		t.Errorf("UIDs %v, want %v", got.UIDs, want)
	}
}

func TestFromRoles_WithoutRolesIsEmptyAndNotNull(t *testing.T) {
	got := fromRoles(nil)
	if got.Roles == nil || len(got.Roles) != 0 || got.UIDs.IsNull() || len(got.UIDs.Elements()) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestNames_AreSorted(t *testing.T) {
	if got := names([]emapi.Role{{Name: "b"}, {Name: "a"}}); got != "a, b" {
		t.Errorf("%q", got)
	}
}
