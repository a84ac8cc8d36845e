// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"fmt"
	"strings"
)

// kind is the kind of content of an element in a request body.
type kind int

const (
	complexKind kind = iota // child elements in a fixed order
	choiceKind              // exactly one child element
	textKind
	boolKind
	emptyKind
)

// shape is the schema of an element in a request body.
type shape struct {
	name     string
	plural   string // name of the JSON array; set only if the element can be repeated
	kind     kind
	optional bool
	kids     []shape
}

// node is one element of a request body, from XML or from JSON.
type node struct {
	name string
	text string
	kids []*node
}

var scopeItemsShape = []shape{{name: "HierarchyScopeItem", plural: "HierarchyScopeItems", kids: []shape{
	{name: "HierarchyObjRef", kind: textKind, optional: true},
	{name: "ObjectName", kind: textKind, optional: true},
}}}

var accountShape = shape{name: "EnterpriseAccountCreateSpec", kids: []shape{
	{name: "AccountType", kind: textKind},
	{name: "AccountName", kind: textKind},
	{name: "Roles", kids: []shape{
		{name: "EnterpriseRole", plural: "EnterpriseRoles", optional: true, kids: []shape{roleUIDShape}},
	}},
	{name: "AllowRestoreAllVms", kind: boolKind},
	{name: "HierarchyScopeObjects", optional: true, kids: scopeItemsShape},
	{name: "FlrSettings", optional: true, kids: []shape{
		{name: "FlrInplaceOnly", kind: boolKind},
		{name: "FlrExtentionRestrictions", kind: textKind, optional: true},
	}},
	{name: "SqlSettings", optional: true, kids: []shape{{name: "DenyInPlaceRestore", kind: boolKind}}},
}}

var roleShape = shape{name: "EnterpriseAccountInRoleCreateSpec", kids: []shape{roleUIDShape}}

var roleUIDShape = shape{name: "EnterpriseRoleUid", kind: textKind}

var scopesShape = shape{name: "HierarchyScopeCreateSpec", kids: scopeItemsShape}

var rebuildShape = shape{name: "RebuildScopeJobSpec", kind: choiceKind, kids: []shape{
	{name: "RebuildAll", kind: emptyKind},
	{name: "RebuildUnprocessed", kind: emptyKind},
	{name: "RebuildForCurrentUser", kind: emptyKind},
}}

// check returns an error that names the first element that does not match the shape.
func (s shape) check(n *node) error {
	switch s.kind {
	case textKind:
		return n.noKids()
	case boolKind:
		if _, err := parseBool(n.text); err != nil {
			return fmt.Errorf("node [%s]: %w", n.name, err)
		}
		return n.noKids()
	case emptyKind:
		if strings.TrimSpace(n.text) != "" {
			return fmt.Errorf("node [%s] must be empty", n.name)
		}
		return n.noKids()
	case choiceKind:
		if strings.TrimSpace(n.text) != "" {
			return fmt.Errorf("node [%s] cannot hold text", n.name)
		}
		return s.checkChoice(n)
	default:
		if strings.TrimSpace(n.text) != "" {
			return fmt.Errorf("node [%s] cannot hold text", n.name)
		}
		return s.checkSequence(n)
	}
}

// checkSequence requires the children in the order of the shape.
func (s shape) checkSequence(n *node) error {
	i := 0
	for _, want := range s.kids {
		found := 0
		for i < len(n.kids) && n.kids[i].name == want.name && (found == 0 || want.plural != "") {
			if err := want.check(n.kids[i]); err != nil {
				return err
			}
			found++
			i++
		}
		if found == 0 && !want.optional {
			return fmt.Errorf("node [%s] does not exist in [%s] or is out of order", want.name, n.name)
		}
	}
	if i < len(n.kids) {
		return fmt.Errorf("node [%s] is not expected here in [%s]", n.kids[i].name, n.name)
	}
	return nil
}

func (s shape) checkChoice(n *node) error {
	if len(n.kids) != 1 {
		return fmt.Errorf("node [%s] must hold exactly one element", n.name)
	}
	for _, want := range s.kids {
		if want.name == n.kids[0].name {
			return want.check(n.kids[0])
		}
	}
	return fmt.Errorf("node [%s] is not expected here in [%s]", n.kids[0].name, n.name)
}

func (n *node) noKids() error {
	if len(n.kids) > 0 {
		return fmt.Errorf("node [%s] is not expected here in [%s]", n.kids[0].name, n.name)
	}
	return nil
}

// kid returns the first child with that name, or nil if there is none. A nil node has no children.
func (n *node) kid(name string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// textOf returns the text of the first child with that name, or an empty string if there is none.
func (n *node) textOf(name string) string {
	if k := n.kid(name); k != nil {
		return k.text
	}
	return ""
}

// boolOf returns the value of the first child with that name, or false if there is none.
func (n *node) boolOf(name string) bool {
	value, err := parseBool(n.textOf(name))
	return err == nil && value
}

// parseBool parses an xs:boolean in any letter case, because the vendor's examples contain both true and True.
func parseBool(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("%q is not a boolean", text)
}
