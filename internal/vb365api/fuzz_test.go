// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"encoding/json"
	"strings"
	"testing"
)

// seed adds documents that resemble responses.
func seed(f *testing.F, docs ...string) {
	for _, doc := range append(docs, "", "null", "[]", "{}", `[null]`, "\ufeff[]", "<html/>", `{"results":[]}`, roleDoc) {
		f.Add([]byte(doc))
	}
}

func FuzzParseEntries(f *testing.F) {
	seed(f, `[{"id":"e","type":"User","user":{"id":"u","name":null,"type":"SharedMailbox"}},{"type":"Site","site":[]}]`)
	c := &Client{version: V8}
	f.Fuzz(func(t *testing.T, body []byte) {
		entries, err := parseEntries(body, objectTypes)
		if err != nil {
			return
		}
		var list []json.RawMessage
		if json.Unmarshal(trimmed(body), &list) != nil || len(list) != len(entries) {
			t.Errorf("%d entries were read from %q", len(entries), body)
		}
		for _, e := range entries {
			if e.Object == nil {
				continue
			}
			x, err := c.entry(*e.Object)
			if err != nil {
				t.Fatalf("the entry %+v cannot be sent: %v", e, err)
			}
			doc, err := json.Marshal([]entryJSON{x})
			if err != nil {
				t.Fatal(err)
			}
			again, err := parseEntries(doc, objectTypes)
			if err != nil || again[0].Object == nil || again[0].Object.Key() != e.Object.Key() {
				t.Errorf("%s is read as %+v, %v, want %+v", doc, again, err, e)
			}
		}
	})
}

func FuzzParseRoles(f *testing.F) {
	seed(f, "["+roleDoc+"]", `[{"id":null}]`)
	f.Fuzz(func(t *testing.T, body []byte) {
		_, _ = parseRole(body)
		roles, err := parseRoles(body)
		for _, role := range roles {
			if err != nil || role.ID == "" || role.ID != strings.ToLower(role.ID) {
				t.Errorf("the role %+v was read from %q, with the error %v", role, body, err)
			}
		}
	})
}

func FuzzParsePage(f *testing.F) {
	seed(f, pageOf(alice, board), `{"limit":"3","results":[1],"_links":{"next":null}}`, "["+orgDoc+"]")
	f.Fuzz(func(t *testing.T, body []byte) {
		_, _ = parseOrganization(body)
		p, err := parsePage(body)
		if err == nil && len(p.results) == 0 && !p.last {
			t.Errorf("an empty page is not the last one: %q", body)
		}
		for _, o := range parseOrganizations(p.results) {
			if o.ID == "" {
				t.Errorf("an organization without an ID was read from %q", body)
			}
		}
		for _, kind := range objectTypes {
			_, _ = parseObject(body, kind)
			for _, o := range parseObjects(p.results, kind) {
				if o.ID == "" || o.Type != kind {
					t.Errorf("the object %+v was read from %q", o, body)
				}
			}
		}
	})
}

func FuzzParseToken(f *testing.F) {
	seed(f, `{"access_token":"a","refresh_token":"r","expires_in":3600}`, `{"access_token":"a","expires_in":"1e300"}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		token, err := parseToken(body)
		switch {
		case err != nil && len(err.Error()) > 100:
			t.Errorf("the error quotes the response: %v", err)
		case err == nil && (token.access.Reveal() == "" || token.lifetime < 0):
			t.Errorf("the token of %q has the lifetime %s", body, token.lifetime)
		}
	})
}

func FuzzParseError(f *testing.F) {
	seed(f, `{"message":"m","errorCode":"Timeout","stackTrace":null}`, `{"error":{"code":"x"}}`, `["x"]`)
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, own := parseError(body); own && !json.Valid(trimmed(body)) {
			t.Errorf("%q counts as a JSON object", body)
		}
		_ = isTransient(body)
	})
}
