// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import "testing"

func TestNames_AreTheSameInEveryUnicodeForm(t *testing.T) {
	const composed, decomposed, upper = "caf\u00e9", "cafe\u0301", "CAFE\u0301"
	ref := ObjRef{Platform: "VMware", Type: "Vm", RootID: rootID, Object: "vm-1"}
	for what, same := range map[string]bool{
		"two objects":                 SameName(composed, decomposed),
		"two accounts":                SameNameFold(composed, upper),
		"accounts of one type":        Account{Type: "User", Name: composed}.Same(Account{Type: "User", Name: upper}),
		"user names in other domains": MayBeSameUser(`TECH\`+composed, upper+"@tech.local"),
		"user names of one domain":    MayBeSameUser(composed+`\fox`, decomposed+`\fox`),
		"items":                       ScopeItem{ref, composed}.Same(ScopeItem{ref, decomposed}),
		"the looks of items":          ScopeItem{ref, composed}.Look() == ScopeItem{ref, decomposed}.Look(),
		"the looks of scopes":         Scope{Name: composed}.Look() == Scope{Name: decomposed}.Look(),
		"the roots of scopes":         Scope{HierarchyRootName: composed}.Look() == Scope{HierarchyRootName: upper}.Look(),
		"the keys of scopes":          Scope{Name: composed}.Key() == Scope{Name: decomposed}.Key(),
		"the name of a root":          HierarchyRoot{Name: composed}.Named(upper),
	} {
		equal(t, what, same, true)
	}
	equal(t, "objects in another case", SameName(composed, upper), false)
	equal(t, "objects without an accent", SameName(composed, "cafe"), false)
}

func FuzzFoldKey_IsEqualForTheNamesThatAreTheSameWithoutRegardToCase(f *testing.F) {
	for _, pair := range [][2]string{
		{`TECH\Fox`, `tech\fOX`},
		{"a", "b"},
		{"Straße", "STRASSE"},
		{"ſ", "S"},
		{"\u212a", "k"},
		{"İ", "i"},
		{"é", "e\u0301"},
		{"\xff", "\ufffd"},
		{"Ⅷ", "ⅷ"},
		{"ΑΣ", "ας"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if same, keys := SameNameFold(a, b), foldKey(a) == foldKey(b); same != keys {
			t.Errorf("%q and %q: the same %t, equal keys %t", a, b, same, keys)
		}
	})
}
