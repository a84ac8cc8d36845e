// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func TestParseImportID_AcceptsIDOrUIDOrTypeAndName(t *testing.T) {
	for name, c := range map[string]struct{ given, id, accountType, name string }{
		"ID":                  {accountID, accountID, "", ""},
		"ID in upper case":    {strings.ToUpper(accountID), accountID, "", ""},
		"UID":                 {"urn:veeam:EnterpriseAccount:" + accountID, accountID, "", ""},
		"UID in upper case":   {"urn:veeam:EnterpriseAccount:" + strings.ToUpper(accountID), accountID, "", ""},
		"user":                {`User/TECH\fox`, "", "User", `TECH\fox`},
		"group with a space":  {`Group/TECH\Domain Admins`, "", "Group", `TECH\Domain Admins`},
		"external user":       {"ExternalUser/fox@tech.com", "", "ExternalUser", "fox@tech.com"},
		"name with a slash":   {"ExternalGroup/ops/eu", "", "ExternalGroup", "ops/eu"},
		"name that is a GUID": {"ExternalGroup/" + accountID, "", "ExternalGroup", accountID},
	} {
		t.Run(name, func(t *testing.T) {
			id, accountType, accountName, err := parseImportID(c.given)
			if err != nil || id != c.id || accountType != c.accountType || accountName != c.name {
				t.Errorf("%q, %q, %q, %v", id, accountType, accountName, err)
			}
		})
	}
}

func TestParseImportID_RefusesAnythingElseAndSaysWhatToWrite(t *testing.T) {
	for name, given := range map[string]string{
		"empty":                "",
		"a slash":              "/",
		"name alone":           `TECH\fox`,
		"type alone":           "User",
		"type without name":    "User/",
		"name of white space":  "User/ ",
		"type in another case": `user/TECH\fox`,
		"unknown type":         `Robot/TECH\fox`,
		"UID of a role":        roleUID,
		"GUID cut short":       accountID[:35],
		"path":                 "../" + accountID,
		"ID and more":          accountID + "/x",
		"white space":          " " + accountID,
	} {
		t.Run(name, func(t *testing.T) {
			id, accountType, accountName, err := parseImportID(given)
			if err == nil || id+accountType+accountName != "" {
				t.Fatalf("%q, %q, %q, %v", id, accountType, accountName, err)
			}
			for _, part := range []string{
				"does not identify an account. Write the ID of the account (" + accountID + ")",
				"its UID (urn:veeam:EnterpriseAccount:" + accountID + ")",
				`its type and name (User/TECH\william.fox; the types are ` + strings.Join(emapi.AccountTypes, ", ") + ")",
			} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// FuzzParseImportID checks that the result is an ID in lower case, or a known type and a name, and that nothing of the
// import ID is lost.
func FuzzParseImportID(f *testing.F) {
	for _, given := range []string{
		accountID, strings.ToUpper(accountID), string(emapi.AccountUID) + accountID, `User/TECH\fox`,
		"ExternalGroup/ops/eu", "User/", "/", "", "user/x", "Group/ ", accountID + "/" + accountID,
	} {
		f.Add(given)
	}
	f.Fuzz(func(t *testing.T, given string) {
		id, accountType, name, err := parseImportID(given)
		switch {
		case err != nil:
			if id+accountType+name != "" {
				t.Errorf("%q is refused, but returns %q, %q, %q", given, id, accountType, name)
			}
		case id != "":
			if same, err := emapi.ParseGUID(id); err != nil || same != id ||
				!strings.EqualFold(strings.TrimPrefix(given, string(emapi.AccountUID)), id) || accountType+name != "" {
				t.Errorf("%q returns the ID %q, and %q, %q", given, id, accountType, name)
			}
		case given != accountType+"/"+name || strings.TrimSpace(name) == "" ||
			!slices.Contains(emapi.AccountTypes, accountType):
			t.Errorf("%q returns %q, %q", given, accountType, name)
		}
	})
}
