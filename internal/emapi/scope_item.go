// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"fmt"
	"strings"
)

// ScopeItem names an object of the virtual infrastructure that an account may restore, together with everything below
// it.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts/{ID}/scopes.
type ScopeItem struct {
	HierarchyObjRef ObjRef
	ObjectName      string
}

// ParseScopeItem returns the item of an object name and a reference, which it parses as [ParseObjRef] does.
func ParseScopeItem(ref, objectName string) (ScopeItem, error) {
	parsed, err := ParseObjRef(ref)
	return ScopeItem{parsed, objectName}, err
}

// Same reports whether two items have the same name and the same reference, as [SameName] and [ObjRef.Same] compare
// them.
func (i ScopeItem) Same(o ScopeItem) bool {
	return SameName(i.ObjectName, o.ObjectName) && i.HierarchyObjRef.Same(o.HierarchyObjRef)
}

// ScopeLook is what the server shows of the object of a scope. Scopes with the same look differ only in their ID.
type ScopeLook struct{ Platform, Type, Root, Name string }

// Look returns the look of scopes that stand for the item.
func (i ScopeItem) Look() ScopeLook {
	ref := i.HierarchyObjRef
	return ScopeLook{strings.ToLower(ref.Platform), strings.ToLower(ref.Type), ref.RootID, nameKey(i.ObjectName)}
}

// Look returns the look of the scope. Its Root is what the server lists: the ID, the unique ID or the name of the root,
// in lower case.
func (s Scope) Look() ScopeLook {
	return ScopeLook{
		strings.ToLower(s.Platform), strings.ToLower(s.HierarchyObjectType), s.rootKey(), nameKey(s.Name),
	}
}

// String returns the item in the form in which errors show it.
func (i ScopeItem) String() string {
	return fmt.Sprintf("%s (%s)", clip(i.ObjectName, 80), i.HierarchyObjRef)
}

func checkItems(items []ScopeItem) error {
	for _, item := range items {
		what := "the object name for " + item.HierarchyObjRef.String()
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
