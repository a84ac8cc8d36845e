// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"strings"
	"testing"
)

func TestUIDKind_ReadsWhatItWritesAndNoOtherKind(t *testing.T) {
	kinds := []UIDKind{AccountUID, RoleUID, HierarchyRootUID}
	for _, kind := range kinds {
		id, err := kind.ID(kind.Of(strings.ToUpper(roleID)))
		ok(t, err)
		equal(t, "the ID", id, roleID)
		for _, wrong := range []string{
			"", roleID, "x" + kind.Of(roleID), kind.Of("Portal User"), strings.ToUpper(kind.Of(roleID)),
		} {
			if _, err := kind.ID(wrong); err == nil {
				t.Errorf("%q is taken for a UID of the form %s<GUID>", wrong, kind)
			}
		}
		for _, other := range kinds {
			if _, err := other.ID(kind.Of(roleID)); (err == nil) != (other == kind) {
				t.Errorf("%s takes %s: %v", other, kind.Of(roleID), err)
			}
		}
	}
}
