// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkParseAccounts measures decoding a list of 1,000 accounts.
func BenchmarkParseAccounts(b *testing.B) {
	const accounts = 1000
	entities, references := make([]string, accounts), make([]string, accounts)
	for n := range accounts {
		id, name := fmt.Sprintf("%08x%s", n, accountID[8:]), fmt.Sprintf(`TECH\user%d`, n)
		entities[n] = accountEntityDoc(id, "User", name, inlineRole+vmsAllowed)
		references[n] = fmt.Sprintf(`<Ref Name="%s" UID="urn:veeam:EnterpriseAccount:%s" Type="EnterpriseAccountReference"/>`,
			name, id)
	}
	for _, c := range []struct{ name, document string }{
		{"entities", accountList(entities...)},
		{"references", "<EntityReferences " + ns + ">" + strings.Join(references, "") + "</EntityReferences>"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.document)))
			for b.Loop() {
				if list, err := parseAccounts(strings.NewReader(c.document)); err != nil || len(list) != accounts {
					b.Fatal(len(list), err)
				}
			}
		})
	}
}
