// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package lookup

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// ID is the attribute that all objects can be looked up by.
const ID = "id"

// Attributes are the attributes in which the objects of a type have their name and their display name.
type Attributes struct{ Name, DisplayName string }

// AttributesOf returns the attributes of the type.
func AttributesOf(kind vb365api.ObjectType) Attributes {
	switch kind {
	case vb365api.Site:
		return Attributes{"url", "title"}
	case vb365api.Team:
		return Attributes{"mail", "display_name"}
	}
	return Attributes{"name", "display_name"}
}

// Object is a lookup of an object of an organization by one of its attributes.
type Object struct {
	Type           vb365api.ObjectType
	OrganizationID string
	Attribute      string // ID or one of AttributesOf
	Wanted         string // its value
}

// Find returns the only object that matches, or an error at the attribute that lists candidates.
func (l Object) Find(ctx context.Context, client *vb365api.Client) (vb365api.Object, diag.Diagnostics) {
	some, err := l.Some(ctx, client)
	if err != nil {
		what := fmt.Sprintf("look up the %s with the %s %q", l.noun(), l.Attribute, l.Wanted)
		return vb365api.Object{}, diag.Diagnostics{OrganizationFailure(ctx, client, what, l.OrganizationID, err)}
	}
	return tfkit.Lookup[vb365api.Object]{
		Product: tfkit.BackupFor365, Kind: l.noun(), Attribute: l.Attribute, Wanted: l.Wanted, Matches: l.Matches,
		Candidates: func(some []vb365api.Object) []tfkit.Candidate { return ObjectCandidates(l.Attribute, some) },
	}.Find(some)
}

// Some returns the objects that match. If none does, it returns all objects of the type, as candidates. It reads them
// only then, or if the API cannot find the object in another way.
func (l Object) Some(ctx context.Context, client *vb365api.Client) ([]vb365api.Object, error) {
	found, err := l.search(ctx, client)
	if err == nil && len(found) == 0 || l.Attribute == ID && MayBeGone(err) {
		listed, listErr := client.ListObjects(ctx, l.OrganizationID, l.Type)
		if err == nil || listErr == nil {
			found, err = listed, listErr
		}
	}
	return found, err
}

// search asks the server for the objects that match.
func (l Object) search(ctx context.Context, client *vb365api.Client) ([]vb365api.Object, error) {
	if l.Attribute == ID {
		o, err := client.GetObject(ctx, l.OrganizationID, l.Type, l.Wanted)
		return []vb365api.Object{o}, err
	}
	return client.FindObjects(ctx, l.OrganizationID, l.Type, l.property(), l.Wanted)
}

// Matches reports whether the object is one that is looked for.
func (l Object) Matches(o vb365api.Object) bool {
	if l.Attribute == ID {
		return o.Key() == vb365api.IDKey(l.Type, l.Wanted)
	}
	return l.property().Matches(o, l.Wanted)
}

// property returns the property that has the attribute.
func (l Object) property() vb365api.Property {
	if l.Attribute == AttributesOf(l.Type).DisplayName {
		return vb365api.ByDisplayName
	}
	return vb365api.ByName
}

func (l Object) noun() string { return strings.ToLower(string(l.Type)) }

// ObjectCandidates returns objects as candidates for a lookup by the attribute.
func ObjectCandidates(attribute string, objects []vb365api.Object) []tfkit.Candidate {
	out := make([]tfkit.Candidate, 0, len(objects))
	for _, o := range objects {
		attributes, compared := AttributesOf(o.Type), o.Name
		switch attribute {
		case ID:
			compared = o.ID
		case attributes.DisplayName:
			compared = o.DisplayName
		}
		text := fmt.Sprintf("%s (%s %q, id %s)", cmp.Or(o.Name, "no "+attributes.Name), attributes.DisplayName,
			o.DisplayName, o.ID)
		out = append(out, tfkit.Candidate{Name: compared, Text: text})
	}
	return out
}
