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
