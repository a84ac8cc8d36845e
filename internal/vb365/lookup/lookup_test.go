// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package lookup

import (
	"errors"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

func TestObjectCandidates_HaveNameDisplayNameAndID(t *testing.T) {
	user := vb365api.Object{Type: vb365api.User, ID: "1", Name: "a@x", DisplayName: "A"}
	nameless := vb365api.Object{Type: vb365api.Group, ID: "2", DisplayName: "G"}
	site := vb365api.Object{Type: vb365api.Site, ID: "3", Name: "https://x", DisplayName: "X"}
	team := vb365api.Object{Type: vb365api.Team, ID: "4", Name: "t@x", DisplayName: "T"}
	for _, c := range []struct {
		attribute string
		object    vb365api.Object
		want      tfkit.Candidate
	}{
		{"id", user, tfkit.Candidate{Name: "1", Text: `a@x (display_name "A", id 1)`}},
		{"name", user, tfkit.Candidate{Name: "a@x", Text: `a@x (display_name "A", id 1)`}},
		{"display_name", nameless, tfkit.Candidate{Name: "G", Text: `no name (display_name "G", id 2)`}},
		{"name", nameless, tfkit.Candidate{Name: "", Text: `no name (display_name "G", id 2)`}},
		{"title", site, tfkit.Candidate{Name: "X", Text: `https://x (title "X", id 3)`}},
		{"url", site, tfkit.Candidate{Name: "https://x", Text: `https://x (title "X", id 3)`}},
		{"mail", team, tfkit.Candidate{Name: "t@x", Text: `t@x (display_name "T", id 4)`}},
	} {
		if got := ObjectCandidates(c.attribute, []vb365api.Object{c.object}); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %v, want %v", c.attribute, got, c.want)
		}
	}
}

func TestOrganizationCandidates_AreComparedByTheAttribute(t *testing.T) {
	abc := []vb365api.Organization{{ID: "1", Name: "abc.com"}}
	for attribute, name := range map[string]string{"id": "1", "name": "abc.com"} {
		want := tfkit.Candidate{Name: name, Text: "abc.com (id 1)"}
		if got := OrganizationCandidates(attribute, abc); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %v", attribute, got, want)
		}
	}
}

func TestMayBeGone_IsTheServersAnswerAboutTheObject(t *testing.T) {
	for status, want := range map[int]bool{
		0: false, 400: true, 401: false, 403: false, 404: true, 429: false, 500: true, 502: false, 503: false, 504: false,
	} {
		if got := MayBeGone(&vb365api.Error{Status: status}); got != want {
			t.Errorf("%d: %t, want %t", status, got, want)
		}
	}
	if MayBeGone(errors.New("x")) || MayBeGone(nil) {
		t.Error("an error without a response says that an object is gone")
	}
}
