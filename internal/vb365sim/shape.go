// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"regexp"
	"slices"
)

// kind is the type of a JSON value.
type kind int

const (
	text kind = iota
	boolean
	guid
	entryArray
	operatorArray
	nestedObject
)

// property is what the schema says about a property.
type property struct {
	kind     kind
	required bool
	nullable int      // the first version in which it can be null; 0: never
	since    int      // the first version that has it
	values   []string // of an enumeration
	shape    shape    // of a nested object
}

// shape is the schema of an object. Properties that are read-only are not part of it.
type shape map[string]property

var (
	userShape = shape{
		"id": {required: true}, "displayName": {required: true}, "name": {required: true},
		"type":          {required: true, nullable: 6, values: []string{"User", "SharedMailbox", "PublicMailbox"}},
		"onPremisesSid": {since: 7},
	}
	groupShape = shape{
		"id": {required: true}, "displayName": {required: true}, "name": {required: true, nullable: 8},
		"type": {
			required: true, nullable: 6,
			values: []string{"Office365", "Security", "Distribution", "DynamicDistribution", "Unknown"},
		},
		"onPremisesSid": {since: 7, nullable: 8},
	}
	siteShape = shape{
		"id": {required: true}, "url": {required: true, nullable: 6}, "title": {required: true},
		"isCloud":    {kind: boolean, required: true, nullable: 6},
		"isPersonal": {kind: boolean, required: true, nullable: 6},
		"parentUrl":  {},
	}
	teamShape = shape{
		"id":          {kind: guid, required: true},
		"displayName": {required: true}, "mail": {required: true}, "description": {required: true},
	}
	itemShape = shape{
		"type":  {required: true, values: []string{typeGroup, typeUser, typeSite, typeTeam}},
		"id":    {},
		"user":  {kind: nestedObject, shape: userShape},
		"group": {kind: nestedObject, shape: groupShape},
		"site":  {kind: nestedObject, shape: siteShape},
		"team":  {kind: nestedObject, shape: teamShape, since: 7},
	}
	roleShape = shape{
		"id": {kind: guid, nullable: 6}, "organizationId": {kind: guid}, "name": {}, "description": {},
		"roleType":      {nullable: 6, values: []string{entireOrganization, specificObjects}},
		"operators":     {kind: operatorArray},
		"selectedItems": {kind: entryArray}, "excludedItems": {kind: entryArray},
	}
)

var (
	errUnsupportedBody = errors.New("the media type of the body is not supported")
	guidPattern        = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

func unknownProperty(name string) error { return fmt.Errorf("the property %q is not known", name) }

// parse decodes the JSON body of the request.
func (c *call) parse() (any, error) {
	mediaType, _, err := mime.ParseMediaType(c.http.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return nil, errUnsupportedBody
	}
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the body does not end after the document")
	}
	return value, nil
}

// check returns an error unless the value is an object as the schema of the version says.
func (s shape) check(value any, version int) error {
	of, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%v is not an object", value)
	}
	for name, v := range of {
		p, known := s[name]
		if !known || version < p.since {
			return unknownProperty(name)
		}
		if v == nil && p.nullable > 0 && version >= p.nullable {
			continue
		}
		if err := p.check(v, version); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, p := range s {
		if _, has := of[name]; p.required && !has {
			return fmt.Errorf("the property %q is missing", name)
		}
	}
	return nil
}

func (p property) check(value any, version int) error {
	var ok bool
	switch p.kind {
	case boolean:
		_, ok = value.(bool)
	case nestedObject:
		return p.shape.check(value, version)
	case entryArray, operatorArray:
		return checkItems(value, version, p.kind == operatorArray)
	default:
		content, isText := value.(string)
		ok = isText && (p.kind != guid || guidPattern.MatchString(content)) &&
			(p.values == nil || slices.Contains(p.values, content))
	}
	if !ok {
		return fmt.Errorf("the value %v is not valid", value)
	}
	return nil
}

// checkItems returns an error unless the value is an array of entries, each with the one object that its type names.
func checkItems(value any, version int, operators bool) error {
	items, ok := value.([]any)
	if !ok {
		return fmt.Errorf("%v is not an array", value)
	}
	for i, item := range items {
		err := itemShape.check(item, version)
		if err == nil {
			of, _ := item.(map[string]any)
			err = checkNested(of, version, operators)
		}
		if err != nil {
			return fmt.Errorf("element %d: %w", i+1, err)
		}
	}
	return nil
}

func checkNested(item map[string]any, version int, operators bool) error {
	itemType, _ := item["type"].(string)
	if itemType == typeTeam && version < 7 || operators && itemType != typeUser && itemType != typeGroup {
		return fmt.Errorf("the type %s is not allowed", itemType)
	}
	for _, other := range []string{typeUser, typeGroup, typeSite, typeTeam} {
		if _, has := item[nestedName(other)]; has != (other == itemType) {
			return fmt.Errorf("an entry of type %s has exactly the property %q", itemType, nestedName(itemType))
		}
	}
	return nil
}
