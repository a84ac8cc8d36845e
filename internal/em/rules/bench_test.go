// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// BenchmarkRules measures the rules that a plan checks for each account, with few and with many restore scopes.
func BenchmarkRules(b *testing.B) {
	accountType, name := text("User"), text(`TECH\william.fox`)
	for _, scopes := range []int{2, 200} {
		refs, items := make([]types.String, scopes), make([]attr.Value, scopes)
		for i := range scopes {
			refs[i] = text(fmt.Sprintf("urn:VMware:Vm:%s.vm-%d", rootGUID, i))
			items[i] = itemOf(refs[i], text(fmt.Sprintf("VM%d", i)))
		}
		set := types.SetValueMust(types.ObjectType{AttrTypes: itemTypes}, items)
		b.Run(fmt.Sprintf("scopes=%d", scopes), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				refused := AccountType(at, accountType)
				refused.Append(AccountName(at, accountType, name, "windows")...)
				refused.Append(ScopesDistinct(at, set)...)
				for _, ref := range refs {
					refused.Append(HierarchyObjRef(at, ref)...)
				}
				if len(refused) > 0 {
					b.Fatal(refused)
				}
			}
		})
	}
}
