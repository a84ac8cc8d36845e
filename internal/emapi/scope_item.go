// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"fmt"
	"strings"
)

// ScopeItem names an object of the virtual infrastructure that an account may
// restore, with all that is below it.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts/{ID}/scopes.
type ScopeItem struct {
	HierarchyObjRef ObjRef
	ObjectName      string
}

// ParseScopeItem makes an item of a reference as [ParseObjRef] takes it.
func ParseScopeItem(ref, objectName string) (ScopeItem, error) {
	parsed, err := ParseObjRef(ref)
	return ScopeItem{parsed, objectName}, err
}

// Same reports whether two items name the same object, however its reference is
// spelled.
func (i ScopeItem) Same(o ScopeItem) bool {
	return i.ObjectName == o.ObjectName && i.HierarchyObjRef.Same(o.HierarchyObjRef)
}

// ScopeLook is what the server lists of an object. Nothing but their IDs tells
// scopes of one look apart.
type ScopeLook struct{ Platform, Type, Root, Name string }

// Look returns what scopes of the item look like.
func (i ScopeItem) Look() ScopeLook {
	ref := i.HierarchyObjRef
	return ScopeLook{strings.ToLower(ref.Platform), strings.ToLower(ref.Type), ref.RootID, i.ObjectName}
}

// Look returns what the scope looks like, with the root as it is listed: by ID,
// unique ID or name.
func (s Scope) Look() ScopeLook {
	return ScopeLook{
		strings.ToLower(s.Platform), strings.ToLower(s.HierarchyObjectType), strings.ToLower(s.HierarchyRootName), s.Name,
	}
}

// String returns the item as an error names it.
func (i ScopeItem) String() string {
	return fmt.Sprintf("%s (%s)", clip(i.ObjectName, 80), i.HierarchyObjRef)
}

func checkItems(items []ScopeItem) error {
	for _, item := range items {
		what := "the object name that goes with " + item.HierarchyObjRef.String()
		switch {
		case item.HierarchyObjRef.IsZero():
			return errors.New("the object " + clip(item.ObjectName, 80) + " has no reference")
		case item.ObjectName == "":
			return errors.New(what + " is empty")
		}
		if err := checkText(what, item.ObjectName); err != nil {
			return err
		}
	}
	return nil
}
