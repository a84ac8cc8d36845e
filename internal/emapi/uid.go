// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"fmt"
	"strings"
)

// UIDKind is the part of a UID before the ID, which names the kind of object.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/roles.
type UIDKind string

// Kinds of UIDs.
const (
	AccountUID       UIDKind = "urn:veeam:EnterpriseAccount:"
	RoleUID          UIDKind = "urn:veeam:EnterpriseRole:"
	HierarchyRootUID UIDKind = "urn:veeam:HierarchyRoot:"
	FileServerUID    UIDKind = "urn:veeam:FileServer:"
)

// Of returns the UID of the object with that ID.
func (k UIDKind) Of(id string) string { return string(k) + id }

// ID returns the ID, in lower case, that a UID of this kind holds.
func (k UIDKind) ID(uid string) (string, error) {
	id, ok := strings.CutPrefix(uid, string(k))
	if !ok {
		return "", fmt.Errorf("%q is not a UID of the form %s<GUID>", clip(uid, 80), k)
	}
	return ParseGUID(id)
}

// guidOfUID returns the GUID of a UID of any kind, or from a bare GUID: responses
// of the server are read liberally.
func guidOfUID(uid string) (string, bool) {
	uid = strings.TrimSpace(uid)
	if i := strings.LastIndexByte(uid, ':'); i >= 0 {
		uid = uid[i+1:]
	}
	id, err := ParseGUID(uid)
	return id, err == nil
}
