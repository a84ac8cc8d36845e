// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365spec"
)

// variants returns copies of an entry in which one property of the nested object is missing, null, a number, an
// unknown value or unknown itself. The key says what was changed.
func variants(t *testing.T, entry string) map[string]string {
	t.Helper()
	out := map[string]string{"nothing": entry}
	vary := func(what string, change func(entry, nested map[string]any)) {
		var decoded map[string]any
		if err := json.Unmarshal([]byte(entry), &decoded); err != nil {
			t.Fatal(err)
		}
		entryType, _ := decoded["type"].(string)
		nested, _ := decoded[strings.ToLower(entryType)].(map[string]any)
		change(decoded, nested)
		encoded, err := json.Marshal(decoded)
		if err != nil {
			t.Fatal(err)
		}
		out[what] = string(encoded)
	}
	for _, property := range []string{
		"id", "displayName", "name", "type", "onPremisesSid", "url", "title", "parentUrl", "isCloud", "isPersonal", "mail",
		"description", "size",
	} {
		vary(property+" is missing", func(_, nested map[string]any) { delete(nested, property) })
		for name, value := range map[string]any{"null": nil, "a number": 1, "true": true, "unknown": "unknown"} {
			vary(property+" is "+name, func(_, nested map[string]any) { nested[property] = value })
		}
	}
	for property, value := range map[string]any{"id": "1", "name": "a", "_links": map[string]any{}} {
		vary(property+" of the entry", func(entry, _ map[string]any) { entry[property] = value })
	}
	for _, value := range []any{"PersonalSites", 1} {
		vary("type of the entry", func(entry, _ map[string]any) { entry["type"] = value })
	}
	return out
}

func TestWrites_AreRefusedExactlyIfTheDocumentsRefuseThem(t *testing.T) {
	refused := 0
	for _, version := range vb365spec.Versions {
		document, err := vb365spec.Load(version)
		if err != nil {
			t.Fatal(err)
		}
		f := start(t, version, vb365sim.Options{DuplicateEntries: vb365sim.DuplicateEntriesAdd})
		path := f.create(entire("a")) + "/excludedItems"
		for _, entry := range []string{user3, group, site, team} {
			for what, varied := range variants(t, entry) {
				body := "[" + varied + "]"
				r := httptest.NewRequest(http.MethodPost, "/"+version+path, strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				err := document.CheckRequest(vb365spec.Exchange{Request: r, RequestBody: []byte(body)})
				want := http.StatusNoContent
				if err != nil {
					want = http.StatusBadRequest
					refused++
				}
				if got := f.unchecked(http.MethodPost, path, body); got.status != want {
					t.Errorf("%s: %s: %s: response %d %s, document: %v", version, what, body, got.status, got.body, err)
				}
			}
		}
	}
	if refused < 300 {
		t.Errorf("only %d bodies were refused", refused)
	}
}
