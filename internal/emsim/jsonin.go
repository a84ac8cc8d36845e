// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// parseJSON parses a body into the same nodes as parseXML. Properties can be in any order. Unknown properties are
// rejected.
func parseJSON(body []byte, want shape) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errNoRoot
		}
		return nil, fmt.Errorf("the JSON cannot be read: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one JSON value")
	}
	root, err := want.fromJSON(value)
	if err != nil {
		return nil, err
	}
	return root, want.check(root)
}

// fromJSON converts a value into a node of that shape.
func (s shape) fromJSON(value any) (*node, error) {
	n := &node{name: s.name}
	switch s.kind {
	case textKind, boolKind:
		text, err := scalar(value)
		if err != nil {
			return nil, fmt.Errorf("property [%s]: %w", s.name, err)
		}
		n.text = text
		return n, nil
	case emptyKind:
		return n, nil // any value is accepted, such as {}, null, "" and true
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("property [%s] must be an object", s.name)
	}
	used := 0
	for _, kid := range s.kids {
		for _, key := range kid.keys() {
			value, ok := object[key]
			if !ok {
				continue
			}
			used++
			nodes, err := kid.nodesFromJSON(value)
			if err != nil {
				return nil, err
			}
			n.kids = append(n.kids, nodes...)
		}
	}
	if used < len(object) {
		return nil, fmt.Errorf("property [%s] contains an unexpected property", s.name)
	}
	return n, nil
}

// keys returns the property names of the element in JSON. The API reference shows both the plural with an array and the
// singular with one object.
func (s shape) keys() []string {
	if s.plural == "" {
		return []string{s.name}
	}
	return []string{s.plural, s.name}
}

func (s shape) nodesFromJSON(value any) ([]*node, error) {
	if value == nil && s.kind != emptyKind {
		return nil, nil // null is the same as an omitted property
	}
	values, isArray := value.([]any)
	if !isArray || s.plural == "" {
		values = []any{value}
	}
	nodes := make([]*node, 0, len(values))
	for _, v := range values {
		n, err := s.fromJSON(v)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// scalar returns the text of a string, number or boolean: the vendor's examples contain booleans with and without
// quotes.
func scalar(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	}
	return "", errors.New("a string was expected")
}
