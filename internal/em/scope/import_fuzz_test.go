// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// FuzzParseImportID checks that the result is two IDs in lower case, and that the import ID contains nothing else.
func FuzzParseImportID(f *testing.F) {
	for _, given := range []string{
		accountID + "/" + scopeID, strings.ToUpper(accountID + "/" + scopeID), accountID, accountID + "/", "/" + scopeID, "/",
		"", accountID + "/" + scopeID + "/", accountID + "//" + scopeID,
	} {
		f.Add(given)
	}
	f.Fuzz(func(t *testing.T, given string) {
		account, id, err := parseImportID(given)
		if err != nil {
			if account+id != "" {
				t.Errorf("%q is refused, but returns %q, %q", given, account, id)
			}
			return
		}
		sameAccount, errAccount := emapi.ParseGUID(account)
		sameID, errID := emapi.ParseGUID(id)
		if errAccount != nil || errID != nil || sameAccount != account ||
			sameID != id || !strings.EqualFold(given, account+"/"+id) {
			t.Errorf("%q returns %q and %q", given, account, id)
		}
	})
}
