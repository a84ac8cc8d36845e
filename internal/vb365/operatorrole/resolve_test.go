// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"reflect"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func userNamed(name string) rules.Reference { return rules.Reference{Type: vb365api.User, Name: name} }
func userWithID(id string) rules.Reference  { return rules.Reference{Type: vb365api.User, ID: id} }

func user(id, name string) vb365api.Object {
	return vb365api.Object{Type: vb365api.User, ID: id, Name: name}
}

// by returns a standing of a user: the ID, the name in the reference, and the current name.
func by(id, name, current string) standing {
	return standing{Type: vb365api.User, ID: id, Name: name, Current: current}
}

func TestStand_KeepsTheSpellingThatIsWrittenFirst(t *testing.T) {
	one := []vb365api.Object{user("1", "a")}
	name, id := []rules.Reference{userNamed("a")}, []rules.Reference{userWithID("1")}
	for _, written := range [][][]rules.Reference{{name, id}, {id, name}, {nil, name, id}} {
		want := slices.Concat(written...)[:1]
		if got, _ := stand(one, written, nil); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: got %v, want %v", written, got, want)
		}
	}
}

func TestStand_KeepsSpellingsAndNamesNewEntries(t *testing.T) {
	for name, c := range map[string]struct {
		objects []vb365api.Object
		written []rules.Reference
		before  []standing
		want    []rules.Reference
	}{
		"nothing":       {nil, []rules.Reference{userNamed("a")}, nil, nil},
		"after import":  {[]vb365api.Object{user("1", "a@x")}, nil, nil, []rules.Reference{userNamed("a@x")}},
		"without names": {[]vb365api.Object{user("1", "")}, nil, nil, []rules.Reference{userWithID("1")}},
		"space in a name": {
			[]vb365api.Object{user("1", "a "), user("2", " ")}, nil, nil, []rules.Reference{userWithID("1"), userWithID("2")},
		},
		"two of one name": {
			[]vb365api.Object{user("1", "a"), user("2", "A"), {Type: vb365api.Group, ID: "3", Name: "a"}},
			nil, nil,
			[]rules.Reference{userWithID("1"), userWithID("2"), {Type: vb365api.Group, Name: "a"}},
		},
		"spellings": {
			[]vb365api.Object{user("AB", "a@x"), user("2", "b@x")},
			[]rules.Reference{userNamed("B@x"), userWithID("ab")},
			nil,
			[]rules.Reference{userWithID("ab"), userNamed("B@x")},
		},
		"URL with a slash": {
			[]vb365api.Object{{Type: vb365api.Site, ID: "1", Name: "https://x"}},
			[]rules.Reference{{Type: vb365api.Site, Name: "https://X/"}},
			nil,
			[]rules.Reference{{Type: vb365api.Site, Name: "https://X/"}},
		},
		"renamed": {
			[]vb365api.Object{user("1", "new")},
			[]rules.Reference{userNamed("old")},
			[]standing{by("1", "old", "old")},
			[]rules.Reference{userNamed("old")},
		},
		"renamed, and another object has the name": {
			[]vb365api.Object{user("2", "old"), user("1", "new")},
			[]rules.Reference{userNamed("old")},
			[]standing{by("1", "old", "old")},
			[]rules.Reference{userWithID("2"), userNamed("old")},
		},
		"names exchanged": {
			[]vb365api.Object{user("1", "b"), user("2", "a")},
			[]rules.Reference{userNamed("a"), userNamed("b")},
			[]standing{by("1", "a", "a"), by("2", "b", "b")},
			[]rules.Reference{userNamed("a"), userNamed("b")},
		},
		"removed, and another object has the name": {
			[]vb365api.Object{user("2", "old")},
			[]rules.Reference{userNamed("old")},
			[]standing{by("1", "old", "old")},
			[]rules.Reference{userNamed("old")},
		},
		"removed": {nil, []rules.Reference{userNamed("old")}, []standing{by("1", "old", "old")}, nil},
		"two references for one object": {
			[]vb365api.Object{user("1", "a")},
			[]rules.Reference{userNamed("a"), userWithID("1")},
			nil,
			[]rules.Reference{userWithID("1")},
		},
		"ambiguous name": {
			[]vb365api.Object{user("1", "a"), user("2", "a")},
			[]rules.Reference{userNamed("a")},
			nil,
			[]rules.Reference{userWithID("1"), userWithID("2")},
		},
		"ambiguous name that stood for one": {
			[]vb365api.Object{user("1", "a"), user("2", "a")},
			[]rules.Reference{userNamed("a")},
			[]standing{by("2", "a", "a")},
			[]rules.Reference{userWithID("1"), userNamed("a")},
		},
		"a new one beside a known one": {
			[]vb365api.Object{user("1", "a"), user("2", "b")},
			[]rules.Reference{userNamed("a")},
			nil,
			[]rules.Reference{userNamed("a"), userNamed("b")},
		},
		"another type": {
			[]vb365api.Object{user("1", "a")},
			[]rules.Reference{{Type: vb365api.Group, Name: "a"}},
			nil,
			[]rules.Reference{userNamed("a")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, after := stand(c.objects, [][]rules.Reference{c.written}, c.before)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for i, o := range c.objects {
				if want := (standing{o.Type, o.ID, c.want[i].Name, o.Name}); after[i] != want {
					t.Errorf("the private state has %v, want %v", after[i], want)
				}
			}
			if again, _ := stand(c.objects, [][]rules.Reference{got}, after); !reflect.DeepEqual(again, got) {
				t.Errorf("a second refresh has %v, want %v", again, got)
			}
		})
	}
}

func TestFind_PrefersTheListAndTheNameThatTheReferenceHad(t *testing.T) {
	known := standings{
		vb365api.Operators:     {by("1", "a", "a2"), by("2", "", "b"), by("5", "", "a")},
		vb365api.ExcludedItems: {by("3", "b", "c"), by("4", "d", "d")},
	}
	for name, c := range map[string]struct {
		list vb365api.List
		r    rules.Reference
		want string // "" means none
	}{
		"name that stood for an entry":       {vb365api.Operators, userNamed("A"), "1"},
		"new name of an entry":               {vb365api.Operators, userNamed("a2"), "1"},
		"ID in another case":                 {vb365api.Operators, userWithID("2"), "2"},
		"name of an entry by ID":             {vb365api.Operators, userNamed("b"), "2"},
		"the same name in another list":      {vb365api.ExcludedItems, userNamed("b"), "3"},
		"entry of another list, by ID":       {vb365api.SelectedItems, userWithID("4"), "4"},
		"entry of another list, by name":     {vb365api.SelectedItems, userNamed("d"), "4"},
		"entry of several lists, first list": {vb365api.SelectedItems, userNamed("b"), "2"},
		"no entry":                           {vb365api.Operators, userNamed("e"), ""},
		"no entry by ID":                     {vb365api.Operators, userWithID("a"), ""},
		"another type":                       {vb365api.Operators, rules.Reference{Type: vb365api.Group, Name: "a"}, ""},
		"another type by ID":                 {vb365api.Operators, rules.Reference{Type: vb365api.Group, ID: "1"}, ""},
		"name of an object without a name":   {vb365api.Operators, userNamed(""), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := known.find(c.list, c.r); got.ID != c.want || ok != (c.want != "") {
				t.Errorf("got %v, %t, want %q", got, ok, c.want)
			}
		})
	}
	twins := standings{vb365api.Operators: {by("1", "", "a"), by("2", "", "a")}}
	if got, ok := twins.find(vb365api.Operators, userNamed("a")); ok {
		t.Errorf("an ambiguous name stands for %v", got)
	}
}
