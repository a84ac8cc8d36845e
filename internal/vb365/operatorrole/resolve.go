// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// standing is an object in a list of the role, and how the state refers to it. The private state records it, so that a
// reference by name keeps standing for the same object if the object is renamed.
type standing struct {
	Type vb365api.ObjectType `json:"type"`
	ID   string              `json:"id"`
	// Name is the name in the reference. It is empty if the reference has the ID.
	Name string `json:"name,omitempty"`
	// Current is the name of the object when the list was last read.
	Current string `json:"current,omitempty"`
}

func (s standing) key() vb365api.Key { return vb365api.IDKey(s.Type, s.ID) }

// newName says which name the object has now if it is another one than that of the reference, and "" otherwise.
func (s standing) newName() string {
	switch {
	case s.Name == "" || vb365api.NameKey(s.Type, s.Name) == vb365api.NameKey(s.Type, s.Current):
		return ""
	case s.Current == "":
		return "no longer has a name"
	}
	return "is now " + s.Current
}

// standings are the objects in the lists of a role.
type standings map[vb365api.List][]standing

// with returns these objects and then the others.
func (s standings) with(others standings) standings {
	out := standings{}
	for _, l := range lists {
		out[l] = slices.Concat(s[l], others[l])
	}
	return out
}

// find returns the object in the role's lists that a reference in the list stands for. The list itself comes first.
func (s standings) find(l vb365api.List, r rules.Reference) (standing, bool) {
	if found, ok := stands(s[l], r); ok {
		return found, true
	}
	for _, other := range lists {
		if found, ok := stands(s[other], r); ok {
			return found, true
		}
	}
	return standing{}, false
}

// stands returns the object that a reference stands for. By ID, it is the object of that ID. By name, it is the object
// that the name stood for before, or else the only one that has the name now.
func stands(objects []standing, r rules.Reference) (standing, bool) {
	if r.ID != "" {
		return only(objects, func(s standing) bool { return s.key() == vb365api.IDKey(r.Type, r.ID) })
	}
	wanted := vb365api.NameKey(r.Type, r.Name)
	named := func(s standing, name string) bool { return name != "" && vb365api.NameKey(s.Type, name) == wanted }
	if found, ok := only(objects, func(s standing) bool { return named(s, s.Name) }); ok {
		return found, true
	}
	return only(objects, func(s standing) bool { return named(s, s.Current) })
}

// only returns the only object that matches.
func only(objects []standing, matches func(standing) bool) (standing, bool) {
	i := slices.IndexFunc(objects, matches)
	if i < 0 || slices.ContainsFunc(objects[i+1:], matches) {
		return standing{}, false
	}
	return objects[i], true
}

// stand returns how the state refers to the objects in a list: by one of the written references that stands for the
// object, or else by a new one. The first ones that are written come first, for example those of a plan before those of
// the state. before are the objects that the references have stood for. Each object has exactly one reference, and
// references without an object are dropped.
func stand(
	objects []vb365api.Object, written [][]rules.Reference, before []standing,
) (references []rules.Reference, after []standing) {
	c := &claims{objects: objects, of: map[vb365api.Key]rules.Reference{}}
	for _, references := range written {
		c.claimAll(references, before)
	}
	for _, o := range objects {
		r, claimed := c.of[o.Key()]
		if !claimed {
			r = c.newReference(o)
		}
		references = append(references, r)
		after = append(after, standing{Type: o.Type, ID: o.ID, Name: r.Name, Current: o.Name})
	}
	return references, after
}

// claims are the references that the objects in a list have so far.
type claims struct {
	objects []vb365api.Object
	of      map[vb365api.Key]rules.Reference
}

// claimAll gives the objects the references that stand for them.
func (c *claims) claimAll(written []rules.Reference, before []standing) {
	c.claim(written, func(r rules.Reference) vb365api.Key {
		return vb365api.IDKey(r.Type, r.ID)
	})
	c.claim(written, func(r rules.Reference) vb365api.Key {
		i := slices.IndexFunc(before, func(s standing) bool {
			return s.Name != "" && vb365api.NameKey(s.Type, s.Name) == vb365api.NameKey(r.Type, r.Name)
		})
		if i < 0 {
			return vb365api.Key{}
		}
		return before[i].key()
	})
	c.claim(written, func(r rules.Reference) vb365api.Key {
		named := c.named(r.Type, r.Name)
		if len(named) != 1 || c.used(r) {
			return vb365api.Key{}
		}
		return named[0].Key()
	})
}

// claim gives the objects that the references stand for those references, unless they have others already. object
// returns the object of a reference, or a key that no object has.
func (c *claims) claim(written []rules.Reference, object func(rules.Reference) vb365api.Key) {
	for _, r := range written {
		key := object(r)
		if _, claimed := c.of[key]; !claimed && contains(c.objects, key) {
			c.of[key] = r
		}
	}
}

// used reports whether an object has a reference by this name.
func (c *claims) used(r rules.Reference) bool {
	for _, other := range c.of {
		if other.Name != "" && vb365api.NameKey(other.Type, other.Name) == vb365api.NameKey(r.Type, r.Name) {
			return true
		}
	}
	return false
}

func (c *claims) named(kind vb365api.ObjectType, name string) []vb365api.Object {
	return slices.DeleteFunc(slices.Clone(c.objects), func(o vb365api.Object) bool {
		return o.Name == "" || vb365api.NameKey(o.Type, o.Name) != vb365api.NameKey(kind, name)
	})
}

// newReference returns a reference by name if the name belongs to no other object in the list, and otherwise by ID.
func (c *claims) newReference(o vb365api.Object) rules.Reference {
	r := rules.Reference{Type: o.Type, Name: o.Name}
	if strings.TrimSpace(o.Name) != o.Name || len(c.named(o.Type, o.Name)) != 1 || c.used(r) {
		return rules.Reference{Type: o.Type, ID: o.ID}
	}
	return r
}
