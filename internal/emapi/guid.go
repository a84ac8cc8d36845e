// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"net/url"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// ParseGUID checks that s is a GUID in the form 8-4-4-4-12 and returns it in lower case. Every ID that becomes part of
// a path is checked by this function, except the IDs of tasks, which are not GUIDs.
func ParseGUID(s string) (string, error) { return httpkit.ParseGUID(s) }

// isWord reports whether s consists of ASCII letters, digits, dashes and underscores and is not empty.
func isWord(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-') {
			return false
		}
	}
	return s != ""
}

// segmentOfHref returns the path segment that follows the name of the collection, for example the ID in
// https://any.host:9398/api/security/accounts/<ID>?format=Entity. The host is ignored, because the server may know
// itself by another name. It returns "" if there is no such segment.
func segmentOfHref(href, collection string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return ""
	}
	segments := strings.Split(u.Path, "/")
	for i := len(segments) - 2; i >= 0; i-- {
		if strings.EqualFold(segments[i], collection) && segments[i+1] != "" {
			return segments[i+1]
		}
	}
	return ""
}

// guidOfHref returns the segment that segmentOfHref returns, if it is a GUID.
func guidOfHref(href, collection string) (string, bool) {
	id, err := ParseGUID(segmentOfHref(href, collection))
	return id, err == nil
}
