// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import "strings"

// MayBeSameUser reports whether two user names can be spellings of the same user: TECH\svc, svc@TECH, tech.local\svc,
// svc@tech.local, .\svc and svc. The users must be equal without regard to case, and the domains must not contradict
// each other. Two NetBIOS names contradict each other if they differ, and so do two DNS names. A missing domain or "."
// contradicts nothing. A NetBIOS name and a DNS name never contradict each other, because an administrator can choose
// the NetBIOS name of a domain freely.
func MayBeSameUser(a, b string) bool {
	if !sameUserPart(a, b) {
		return false
	}
	domainA, _ := splitUserName(a)
	domainB, _ := splitUserName(b)
	if domainA == "" || domainB == "" || SameNameFold(domainA, domainB) {
		return true
	}
	return strings.Contains(domainA, ".") != strings.Contains(domainB, ".")
}

// sameUserPart reports whether two names have the same user, in any domains. A name without a user has none.
func sameUserPart(a, b string) bool {
	_, userA := splitUserName(a)
	_, userB := splitUserName(b)
	return userA != "" && SameNameFold(userA, userB)
}

// splitUserName returns the domain and the user of a name in any of its forms. The domain is empty if the name has none
// or the domain is ".", which stands for the server itself.
func splitUserName(name string) (domain, user string) {
	domain, user, ok := strings.Cut(name, `\`)
	if !ok {
		domain, user = "", name
		if i := strings.LastIndex(name, "@"); i >= 0 {
			domain, user = name[i+1:], name[:i]
		}
	}
	if domain == "." {
		domain = ""
	}
	return domain, user
}
