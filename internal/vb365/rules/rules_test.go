// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

var (
	at            = path.Root("at")
	referenceType = types.ObjectType{AttrTypes: map[string]attr.Type{
		AttrType: types.StringType, AttrID: types.StringType, AttrName: types.StringType,
	}}
	null, unknown = types.StringNull(), types.StringUnknown()
	nullSet       = types.SetNull(referenceType)
	unknownSet    = types.SetUnknown(referenceType)
)

func text(s string) types.String { return types.StringValue(s) }

func reference(kind, id, name types.String) types.Object {
	return types.ObjectValueMust(referenceType.AttrTypes,
		map[string]attr.Value{AttrType: kind, AttrID: id, AttrName: name})
}

func named(kind, name string) types.Object { return reference(text(kind), null, text(name)) }

func set(elements ...attr.Value) types.Set { return types.SetValueMust(referenceType, elements) }

// check checks that the diagnostics of a rule are exactly these errors at the path, as "summary: detail".
func check(t *testing.T, got diag.Diagnostics, want ...string) {
	t.Helper()
	var texts []string
	for _, d := range got {
		located, ok := d.(diag.DiagnosticWithPath)
		if !ok || !located.Path().Equal(at) || d.Severity() != diag.SeverityError {
			t.Errorf("not an error at the path: %v", d)
		}
		texts = append(texts, d.Summary()+": "+d.Detail())
	}
	if !slices.Equal(texts, want) {
		t.Errorf("got %q\nwant %q", texts, want)
	}
}

func TestRule20_OnlyARoleForSpecificObjectsHasSelectedItems(t *testing.T) {
	one := set(named("User", "a@x"))
	none := "The role has no selected items: A role of the type SpecificObjects is for the objects in selected_items, " +
		"so it needs at least one. For all objects, set role_type to \"EntireOrganization\"."
	some := "The role is for all objects: A role of the type EntireOrganization has no selected_items. Remove them, or " +
		"set role_type to \"SpecificObjects\"."
	for name, c := range map[string]struct {
		roleType types.String
		selected types.Set
		want     []string
	}{
		"specific with one":          {text("SpecificObjects"), one, nil},
		"specific with an unknown":   {text("SpecificObjects"), set(types.ObjectUnknown(referenceType.AttrTypes)), nil},
		"specific with unknown":      {text("SpecificObjects"), unknownSet, nil},
		"specific with null":         {text("SpecificObjects"), nullSet, []string{none}},
		"specific with none":         {text("SpecificObjects"), set(), []string{none}},
		"whole with null":            {text("EntireOrganization"), nullSet, nil},
		"whole with none":            {text("EntireOrganization"), set(), nil},
		"whole with unknown":         {text("EntireOrganization"), unknownSet, nil},
		"whole with one":             {text("EntireOrganization"), one, []string{some}},
		"unknown type":               {unknown, set(), nil},
		"null type":                  {null, set(), nil},
		"type that rule 27 refuses":  {text("Some"), set(), nil},
		"type in another case":       {text("specificobjects"), set(), nil},
		"unknown type with unknowns": {unknown, unknownSet, nil},
	} {
		t.Run(name, func(t *testing.T) { check(t, SelectedItems(at, c.roleType, c.selected), c.want...) })
	}
}

func TestRule21_OperatorsAreUsersAndGroups(t *testing.T) {
	not := func(r string) string {
		return "Not a type of operators: at: " + r + " cannot be an operator. The types of operators are User and Group."
	}
	for name, c := range map[string]struct {
		operators types.Set
		want      []string
	}{
		"user and group":  {set(named("User", "a@x"), reference(text("Group"), text("1"), null)), nil},
		"unknown":         {unknownSet, nil},
		"null":            {nullSet, nil},
		"unknown element": {set(types.ObjectUnknown(referenceType.AttrTypes)), nil},
		"unknown type":    {set(reference(unknown, null, text("a@x"))), nil},
		"type of rule 22": {set(named("user", "a@x")), nil},
		"none": {set(), []string{"The role has no operator: A role needs at least one user or group " +
			"that may restore. Add one, or delete the role."}},
		"site": {set(named("Site", "https://x")), []string{not(`Site with the name "https://x"`)}},
		"team and a group": {
			set(reference(text("Team"), text("1"), null), named("Group", "g@x")), []string{not(`Team with the id "1"`)},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, Operators(at, c.operators), c.want...) })
	}
}

// The references of the tests of rules 21 and 24, which compare them.
var (
	user      = Resolved{Reference: Reference{Type: vb365api.User, Name: "Fox@x"}}
	userAgain = Resolved{Reference: Reference{Type: vb365api.User, Name: "fox@X"}}
	userID    = Resolved{Reference: Reference{Type: vb365api.User, ID: "AB"}}
	idAgain   = Resolved{Reference: Reference{Type: vb365api.User, ID: "ab"}}
	group     = Resolved{Reference: Reference{Type: vb365api.Group, Name: "fox@x"}}
	siteA     = Resolved{Reference: Reference{Type: vb365api.Site, Name: "https://x/a/"}}
	siteAgain = Resolved{Reference: Reference{Type: vb365api.Site, Name: "https://X/a"}}
	idAsName  = Resolved{Reference: Reference{Type: vb365api.User, Name: "ab"}}
)

// standing returns the reference with its object.
func standing(r Resolved, id string) Resolved {
	r.Object = vb365api.IDKey(r.Type, id)
	return r
}

func TestRule21_AnObjectIsNotBothSelectedAndExcluded(t *testing.T) {
	both := func(excluded, selected string) string {
		return "An object is both selected and excluded: at: " + excluded + " stands for the same object as " + selected +
			" in selected_items. Remove one of them."
	}
	for name, c := range map[string]struct {
		selected, excluded []Resolved
		want               []string
	}{
		"none":                    {nil, nil, nil},
		"others":                  {[]Resolved{user, userID}, []Resolved{group, siteA}, nil},
		"an ID that is also name": {[]Resolved{userID}, []Resolved{idAsName}, nil},
		"name in another case": {
			[]Resolved{siteA, user}, []Resolved{userAgain}, []string{
				both(`User with the name "fox@X"`, `User with the name "Fox@x"`),
			},
		},
		"URL with a slash": {
			[]Resolved{siteAgain}, []Resolved{siteA}, []string{
				both(`Site with the name "https://x/a/"`, `Site with the name "https://X/a"`),
			},
		},
		"name and ID of one object": {
			[]Resolved{standing(user, "ab")},
			[]Resolved{standing(userID, "AB")},
			[]string{both(`User with the id "AB"`, `User with the name "Fox@x"`)},
		},
		"name and ID of two objects": {[]Resolved{standing(user, "cd")}, []Resolved{standing(userID, "AB")}, nil},
		"unknown objects":            {[]Resolved{user}, []Resolved{userID}, nil},
	} {
		t.Run(name, func(t *testing.T) { check(t, NotSelected(at, c.selected, c.excluded), c.want...) })
	}
}

func TestRule22_AReferenceHasATypeAndEitherAnIDOrAName(t *testing.T) {
	form := func(attribute, kind, quoted string) string {
		return "Not a reference to an object: at: The " + attribute + " of the " + kind + " is " + quoted +
			". It must not be empty, and must not begin or end with white space."
	}
	one := func(object, has string) string {
		return "A reference needs either an id or a name: at: " + object + " has " + has + ". Write exactly one of them."
	}
	for name, c := range map[string]struct {
		list types.Set
		want []string
	}{
		"null":            {nullSet, nil},
		"unknown":         {unknownSet, nil},
		"unknown element": {set(types.ObjectUnknown(referenceType.AttrTypes)), nil},
		"all types":       {set(named("User", "a"), named("Group", "a"), named("Site", "a"), named("Team", "a")), nil},
		"unknown type":    {set(reference(unknown, text("1"), null)), nil},
		"unknown ID":      {set(reference(text("User"), unknown, null), reference(text("User"), unknown, text("a"))), nil},
		"unknown name":    {set(reference(text("User"), null, unknown), reference(text("User"), text("1"), unknown)), nil},
		"another type": {
			set(named("PersonalSites", "a")),
			[]string{
				`Unknown type of object: at: "PersonalSites" is not a type of objects. The types are User, Group, Site, Team.`,
			},
		},
		"type in another case": {
			set(named("user", "a")),
			[]string{`Unknown type of object: at: "user" is not a type of objects. The types are User, Group, Site, Team.`},
		},
		"neither": {
			set(reference(text("User"), null, null)), []string{one(`{"id":<null>,"name":<null>,"type":"User"}`, "neither")},
		},
		"both": {
			set(reference(text("User"), text("1"), text("a"))), []string{one(`{"id":"1","name":"a","type":"User"}`, "both")},
		},
		"empty name":        {set(named("User", "")), []string{form("name", "User", `""`)}},
		"empty ID":          {set(reference(text("Site"), text(""), null)), []string{form("id", "Site", `""`)}},
		"space before":      {set(named("User", " a")), []string{form("name", "User", `" a"`)}},
		"new line after ID": {set(reference(text("User"), text("1\n"), null)), []string{form("id", "User", `"1\n"`)}},
	} {
		t.Run(name, func(t *testing.T) { check(t, References(at, c.list), c.want...) })
	}
}

func TestRule23_ATeamNeedsVersion7(t *testing.T) {
	teams := set(named("Team", "t@x"), named("User", "a@x"))
	for name, c := range map[string]struct {
		list    types.Set
		version string
		want    []string
	}{
		"v8": {teams, "v8", nil},
		"v7": {teams, "v7", nil},
		"v6": {teams, "v6", []string{`A team needs version 7 of the API: at: Team with the name "t@x": version 6 of the ` +
			"API has no teams in roles. Set api_version in vb365 (VEEAM_VB365_API_VERSION) to v7 or v8, or remove the team."}},
		"v6 without teams":  {set(named("Site", "s")), "v6", nil},
		"unknown":           {unknownSet, "v6", nil},
		"null":              {nullSet, "v6", nil},
		"unknown reference": {set(reference(text("Team"), null, unknown)), "v6", nil},
	} {
		t.Run(name, func(t *testing.T) { check(t, Teams(at, c.list, c.version), c.want...) })
	}
}

func TestRule24_AListHasNoObjectTwice(t *testing.T) {
	twice := func(a, b string) string {
		return "The list has an object twice: at: " + a + " and " + b + " stand for the same object. Remove one of them."
	}
	for name, c := range map[string]struct {
		list []Resolved
		want []string
	}{
		"none":   {nil, nil},
		"others": {[]Resolved{user, userID, group, siteA, idAsName}, nil},
		"ID in another case": {
			[]Resolved{userID, group, idAgain}, []string{twice(`User with the id "AB"`, `User with the id "ab"`)},
		},
		"URL with a slash": {
			[]Resolved{siteA, siteAgain}, []string{
				twice(`Site with the name "https://x/a/"`, `Site with the name "https://X/a"`),
			},
		},
		"name and ID": {
			[]Resolved{standing(user, "ab"), standing(userID, "AB")},
			[]string{twice(`User with the name "Fox@x"`, `User with the id "AB"`)},
		},
		"user and group of one ID": {[]Resolved{standing(user, "ab"), standing(group, "ab")}, nil},
		"three times": {
			[]Resolved{standing(user, "ab"), standing(userID, "AB"), standing(idAsName, "ab")},
			[]string{
				twice(`User with the name "Fox@x"`, `User with the id "AB"`),
				twice(`User with the name "Fox@x"`, `User with the name "ab"`),
			},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, Distinct(at, c.list), c.want...) })
	}
}

func TestRule25_AReferenceStandsForExactlyOneObject(t *testing.T) {
	candidates := []tfkit.Candidate{{Name: "fix@x", Text: "fix@x (1)"}, {Name: "alex", Text: "alex (2)"}}
	r := Reference{Type: vb365api.User, Name: "fox@x"}
	check(t, OneObject(at, r, 1, candidates))
	check(t, OneObject(at, r, 0, candidates),
		"The organization has no such object: at: the organization has no User with "+
			"the name \"fox@x\". The closest objects of this type are:\n\n  - fix@x (1)\n  - alex (2)")
	check(t, OneObject(at, Reference{Type: vb365api.Group, ID: "3"}, 0, nil),
		"The organization has no such object: at: the "+
			"organization has no Group with the id \"3\". The closest objects of this type are: none")
	check(t, OneObject(at, r, 2, candidates), "Several objects match a reference: at: the organization has 2 objects of "+
		"type User with the name \"fox@x\". Write the id of the one that is meant:\n\n  - fix@x (1)\n  - alex (2)")
}

func TestRule26_TheOrganizationIsAGUIDAndNotOnThePremises(t *testing.T) {
	for name, c := range map[string]struct {
		value types.String
		want  []string
	}{
		"null":       {null, nil},
		"unknown":    {unknown, nil},
		"lower case": {text("e60dfb9c-ac58-4463-879f-9855ac35576b"), nil},
		"upper case": {text("E60DFB9C-AC58-4463-879F-9855AC35576B"), nil},
		"name": {text("abc.onmicrosoft.com"), []string{
			`Not the ID of an organization: "abc.onmicrosoft.com" is not a GUID such as ` +
				"e60dfb9c-ac58-4463-879f-9855ac35576b. The data source veeam_vb365_organization returns the ID of an organization.",
		}},
	} {
		t.Run(name, func(t *testing.T) { check(t, OrganizationID(at, c.value), c.want...) })
	}
	for kind, want := range map[string][]string{
		"Office365": nil, "Hybrid": nil, "": nil,
		"OnPremises": {"The organization cannot have restore operator roles: The organization corp is of the type " +
			"OnPremises. Only organizations of Microsoft 365, which may be hybrid, have restore operator roles."},
	} {
		t.Run(kind, func(t *testing.T) {
			check(t, Organization(at, vb365api.Organization{Name: "corp", Type: kind}), want...)
		})
	}
}

func TestRule27_TheTypeOfARoleIsOneOfTheTwo(t *testing.T) {
	for value, want := range map[types.String][]string{
		null: nil, unknown: nil, text("EntireOrganization"): nil, text("SpecificObjects"): nil,
		text("entireorganization"): {
			`Unknown type of role: "entireorganization" is not a type of roles. Write "EntireOrganization" or ` +
				`"SpecificObjects".`,
		},
	} {
		t.Run(value.String(), func(t *testing.T) { check(t, RoleType(at, value), want...) })
	}
}

func TestRule28_ANameIsNotBlankAndANewOneHasNoSpaceAroundIt(t *testing.T) {
	blank := []string{"The role has no name: Write a name that is not blank."}
	space := func(quoted string) []string {
		return []string{"The name has white space around it: " + quoted + " begins or ends with white space. Remove it."}
	}
	for value, c := range map[types.String]struct{ any, added []string }{
		null: {nil, nil}, unknown: {nil, nil}, text("Help desk/1"): {nil, nil},
		text(""):        {blank, nil},
		text(" \t"):     {blank, space(`" \t"`)},
		text(" a"):      {nil, space(`" a"`)},
		text("a\u00a0"): {nil, space(`"a\u00a0"`)},
		text("a\tb"): {
			nil, []string{`The name contains a control character: "a\tb" contains a control character. Remove it.`},
		},
	} {
		t.Run(value.String(), func(t *testing.T) {
			check(t, Name(at, value), c.any...)
			check(t, NewName(at, value), c.added...)
		})
	}
}
