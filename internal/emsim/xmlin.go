// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

const xsiNamespace = "http://www.w3.org/2001/XMLSchema-instance"

// parseXML parses a body strictly: it requires one root with the name of the shape, every element in the namespace, no
// attributes, and only white space outside the root.
func parseXML(body []byte, want shape) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var root *node
	var open []*node
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the XML cannot be read: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			n, err := startNode(t)
			if err != nil {
				return nil, err
			}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.kids = append(parent.kids, n)
			case root == nil:
				root = n
			default:
				return nil, errors.New("there is more than one root node")
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if err := addText(open, string(t)); err != nil {
				return nil, err
			}
		case xml.Directive:
			return nil, errors.New("DTD is prohibited")
		}
	}
	return checkRoot(root, want)
}

func checkRoot(root *node, want shape) (*node, error) {
	if root == nil {
		return nil, errNoRoot
	}
	if root.name != want.name {
		return nil, fmt.Errorf("node [%s] is not expected: the root must be [%s]", root.name, want.name)
	}
	return root, want.check(root)
}

// errNoRoot is the error message of the real server.
var errNoRoot = errors.New("Node [root] does not exist.") //nolint:revive,staticcheck // the server's own message

func startNode(t xml.StartElement) (*node, error) {
	if t.Name.Space != namespace {
		return nil, fmt.Errorf("node [%s] is in namespace %q instead of %q", t.Name.Local, t.Name.Space, namespace)
	}
	for _, a := range t.Attr {
		declaration := a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns"
		if !declaration && a.Name.Space != xsiNamespace {
			return nil, fmt.Errorf("attribute [%s] of node [%s] is not expected", a.Name.Local, t.Name.Local)
		}
	}
	return &node{name: t.Name.Local}, nil
}

func addText(open []*node, text string) error {
	if len(open) > 0 {
		open[len(open)-1].text += text
		return nil
	}
	if strings.Trim(text, " \t\r\n\ufeff") != "" {
		return errors.New("there is text outside the root node")
	}
	return nil
}
