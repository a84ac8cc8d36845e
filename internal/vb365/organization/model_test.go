// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package organization

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var abc = vb365api.Organization{
	ID: "e60dfb9c-ac58-4463-879f-9855ac35576b", Name: "abc.com", OfficeName: "abc.onmicrosoft.com", Type: "Office365",
}

func text(s string) types.String { return types.StringValue(s) }

func TestMatches_ComparesWithoutRegardToCase(t *testing.T) {
	for name, c := range map[string]struct {
		m    model
		want bool
	}{
		"name":                 {model{Name: text("abc.com")}, true},
		"name in another case": {model{Name: text("ABC.com")}, true},
		"part of the name":     {model{Name: text("abc")}, false},
		"wildcard":             {model{Name: text("abc*")}, false},
		"empty name":           {model{Name: text("")}, false},
		"name in Office 365":   {model{Name: text("abc.onmicrosoft.com")}, false},
		"ID":                   {model{ID: text(abc.ID)}, true},
		"ID in upper case":     {model{ID: text("E60DFB9C-AC58-4463-879F-9855AC35576B")}, true},
		"another ID":           {model{ID: text("00000000-0000-0000-0000-000000000000")}, false},
		"name as the ID":       {model{ID: text("abc.com")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.m.matches(abc); got != c.want {
				t.Errorf("%t, want %t", got, c.want)
			}
		})
	}
}

func TestSave_KeepsTheConfiguredSpelling(t *testing.T) {
	for name, c := range map[string]struct{ configured, want model }{
		"name": {
			model{Name: text("ABC.com")},
			model{ID: text(abc.ID), Name: text("ABC.com"), OfficeName: text("abc.onmicrosoft.com"), Type: text("Office365")},
		},
		"ID": {
			model{ID: text("E60DFB9C-AC58-4463-879F-9855AC35576B")},
			model{
				ID: text("E60DFB9C-AC58-4463-879F-9855AC35576B"), Name: text("abc.com"),
				OfficeName: text("abc.onmicrosoft.com"), Type: text("Office365"),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.configured
			if got.save(abc); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestFromOrganization_WhatTheServerDoesNotReturnIsNull(t *testing.T) {
	got := fromOrganization(vb365api.Organization{ID: abc.ID, Name: "abc.com"})
	if want := (model{ID: text(abc.ID), Name: text("abc.com")}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestListSave_SortsAndLeavesAmbiguousNamesOutOfTheMap(t *testing.T) {
	one := vb365api.Organization{ID: "00000000-0000-0000-0000-000000000001", Name: "twin.com"}
	two := vb365api.Organization{ID: "00000000-0000-0000-0000-000000000002", Name: "twin.com"}
	var got listModel
	got.save([]vb365api.Organization{two, abc, one})
	want := listModel{
		Organizations: []model{fromOrganization(abc), fromOrganization(one), fromOrganization(two)},
		IDs:           types.MapValueMust(types.StringType, map[string]attr.Value{"abc.com": text(abc.ID)}),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestListSave_WithoutOrganizationsIsEmptyAndNotNull(t *testing.T) {
	var got listModel
	got.save(nil)
	if got.Organizations == nil || len(got.Organizations) > 0 || got.IDs.IsNull() || len(got.IDs.Elements()) > 0 {
		t.Errorf("%+v", got)
	}
}
