// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package directory

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func text(s string) types.String { return types.StringValue(s) }

func TestLookup_IsByTheConfiguredAttribute(t *testing.T) {
	organization := text("e60dfb9c-ac58-4463-879f-9855ac35576b")
	user := memberModel{OrganizationID: organization}
	site, team := siteModel{OrganizationID: organization}, teamModel{OrganizationID: organization}
	for name, c := range map[string]struct {
		got               lookup.Object
		kind              vb365api.ObjectType
		attribute, wanted string
	}{
		"user by ID": {
			func(m memberModel) lookup.Object { m.ID = text("1"); return m.lookup(vb365api.User) }(user),
			vb365api.User, "id", "1",
		},
		"user by name": {
			func(m memberModel) lookup.Object { m.Name = text("a@x"); return m.lookup(vb365api.User) }(user),
			vb365api.User, "name", "a@x",
		},
		"group by display name": {
			func(m memberModel) lookup.Object { m.DisplayName = text("A"); return m.lookup(vb365api.Group) }(user),
			vb365api.Group, "display_name", "A",
		},
		"site by URL": {
			func(m siteModel) lookup.Object { m.URL = text("https://x"); return m.lookup() }(site),
			vb365api.Site, "url", "https://x",
		},
		"site by title": {
			func(m siteModel) lookup.Object { m.Title = text("X"); return m.lookup() }(site),
			vb365api.Site, "title", "X",
		},
		"team by mail": {
			func(m teamModel) lookup.Object { m.Mail = text("t@x"); return m.lookup() }(team),
			vb365api.Team, "mail", "t@x",
		},
		"team by display name": {
			func(m teamModel) lookup.Object { m.DisplayName = text("T"); return m.lookup() }(team),
			vb365api.Team, "display_name", "T",
		},
		"team by an empty ID": {
			func(m teamModel) lookup.Object { m.ID = text(""); return m.lookup() }(team),
			vb365api.Team, "id", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := lookup.Object{
				Type: c.kind, OrganizationID: organization.ValueString(), Attribute: c.attribute, Wanted: c.wanted,
			}
			if c.got != want {
				t.Errorf("%v, want %v", c.got, want)
			}
		})
	}
}

func TestSave_KeepsTheConfiguredSpelling(t *testing.T) {
	user := memberModel{Name: text("A@X")}
	user.save(vb365api.Object{ID: "1", Name: "a@x", DisplayName: "A", Kind: "Shared", LocationType: "Cloud"})
	want := memberModel{
		ID: text("1"), Name: text("A@X"), DisplayName: text("A"), Type: text("Shared"), LocationType: text("Cloud"),
	}
	if user != want {
		t.Errorf("user %v, want %v", user, want)
	}
	site := siteModel{URL: text("https://X/")}
	yes, no := true, false
	site.save(vb365api.Object{
		ID: "1", Name: "https://x", DisplayName: "X", ParentURL: "https://p", IsCloud: &yes, IsPersonal: &no,
	})
	wantSite := siteModel{
		ID: text("1"), URL: text("https://X/"), Title: text("X"), ParentURL: text("https://p"),
		IsCloud: types.BoolValue(true), IsPersonal: types.BoolValue(false),
	}
	if site != wantSite {
		t.Errorf("site %v, want %v", site, wantSite)
	}
	team := teamModel{ID: text("1A")}
	team.save(vb365api.Object{ID: "1a", Name: "t@x", DisplayName: "T", Description: "D"})
	wantTeam := teamModel{ID: text("1A"), Mail: text("t@x"), DisplayName: text("T"), Description: text("D")}
	if team != wantTeam {
		t.Errorf("team %v, want %v", team, wantTeam)
	}
}

func TestSave_WhatTheServerDoesNotReturnIsNull(t *testing.T) {
	o := vb365api.Object{ID: "1", DisplayName: "X"}
	var member memberModel
	if member.save(o); member != (memberModel{ID: text("1"), DisplayName: text("X")}) {
		t.Errorf("member %v", member)
	}
	var site siteModel
	if site.save(o); site != (siteModel{ID: text("1"), Title: text("X")}) {
		t.Errorf("site %v", site)
	}
	var team teamModel
	if team.save(o); team != (teamModel{ID: text("1"), DisplayName: text("X")}) {
		t.Errorf("team %v", team)
	}
}
