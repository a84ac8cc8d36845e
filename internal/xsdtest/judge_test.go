// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const namespace = "http://www.veeam.com/ent/v1.0"

// element is an element of a document.
type element struct {
	name  string
	attrs []xml.Attr
	text  string
	kids  []*element
}

// judge returns how a document differs from the schema, without duplicates. The error is that of a document which is no
// XML, or is not in the namespace of the API.
func judge(document []byte) ([]string, error) {
	root, err := parse(document)
	if err != nil {
		return nil, err
	}
	var v verdict
	declared, known := roots[root.name]
	typ, undeclared := strings.CutPrefix(declared, "!")
	if !known || undeclared {
		v.add("", "%s is not declared", root.name)
	}
	if known {
		v.check(root, typ)
	}
	return v.findings, nil
}

// root returns the name of the first element of the document.
func (d document) root() string {
	root, err := parse(d.body)
	if err != nil {
		return "that is no XML"
	}
	return root.name
}

// parse reads one document.
func parse(document []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	above := &element{} // the document itself
	open := []*element{above}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		in := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Space != namespace {
				return nil, fmt.Errorf("%s is in the namespace %q", t.Name.Local, t.Name.Space)
			}
			e := &element{name: t.Name.Local, attrs: slices.Clone(t.Attr)}
			in.kids = append(in.kids, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			in.text += string(t)
		case xml.Directive:
			return nil, errors.New("the document has a directive")
		}
	}
	if len(above.kids) != 1 || strings.TrimSpace(above.text) != "" {
		return nil, errors.New("the document is not exactly one element")
	}
	return above.kids[0], nil
}

// verdict collects the findings about a document.
type verdict struct{ findings []string }

func (v *verdict) add(typ, format string, args ...any) {
	finding := fmt.Sprintf(format, args...)
	if typ != "" {
		finding = typ + ": " + finding
	}
	if !slices.Contains(v.findings, finding) {
		v.findings = append(v.findings, finding)
	}
}

// check compares an element with its type.
func (v *verdict) check(e *element, typ string) {
	if simple, ok := simpleTypes[typ]; ok {
		if len(e.kids)+len(attributesOf(e)) > 0 {
			v.add(typ, "%s has elements or attributes", e.name)
		}
		v.checkValue(simple, typ, e.text)
		return
	}
	content, ok := complexTypes[typ]
	if !ok {
		v.add(typ, "the tables lack this type")
	}
	if strings.TrimSpace(e.text) != "" {
		v.add(typ, "%s has text", e.name)
	}
	v.checkAttributes(e, typ, parts(content.attributes))
	v.checkElements(e, typ, parts(content.elements))
	if content.oneOf && len(e.kids) != 1 {
		v.add(typ, "there are %d elements instead of one", len(e.kids))
	}
}

func (v *verdict) checkValue(simple simpleType, typ, value string) {
	switch {
	case simple.pattern == nil && !slices.Contains(simple.values, value):
		v.add(typ, "the value %s is not declared", value)
	case simple.pattern == nil || simple.pattern.MatchString(value):
	case simple.reference != nil && simple.reference.MatchString(value):
		v.add(typ, "the value has the form of the reference only")
	default:
		v.add(typ, "the value %q does not match the pattern", value)
	}
}

func (v *verdict) checkAttributes(e *element, typ string, declared []part) {
	present := attributesOf(e)
	for _, p := range declared {
		if value, ok := present[p.name]; ok {
			v.checkValue(simpleTypes[p.typ], p.typ, value)
		} else if p.required {
			v.add(typ, "the attribute %s is missing", p.name)
		}
		delete(present, p.name)
	}
	for name := range present {
		v.add(typ, "the attribute %s is not declared", name)
	}
}

// attributesOf returns the attributes that are not namespace declarations, by name.
func attributesOf(e *element) map[string]string {
	out := map[string]string{}
	for _, a := range e.attrs {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			out[strings.TrimPrefix(a.Name.Space+" "+a.Name.Local, " ")] = a.Value
		}
	}
	return out
}

// checkElements compares the children with those that are declared, whose order matters.
func (v *verdict) checkElements(e *element, typ string, declared []part) {
	count := make([]int, len(declared))
	last := 0
	for _, kid := range e.kids {
		i := slices.IndexFunc(declared, func(p part) bool { return p.name == kid.name })
		if i < 0 {
			v.add(typ, "%s is not declared", kid.name)
			continue
		}
		if declared[i].undeclared {
			v.add(typ, "%s is not declared", kid.name)
		}
		if i < last {
			v.add(typ, "%s is out of order", kid.name)
		}
		last = max(last, i)
		count[i]++
		v.check(kid, declared[i].typ)
	}
	for i, p := range declared {
		switch {
		case count[i] == 0 && p.required:
			v.add(typ, "%s is missing", p.name)
		case count[i] > 1 && !p.repeated:
			v.add(typ, "%s is repeated", p.name)
		}
	}
}

// part is an attribute or an element of a complex type.
type part struct {
	name, typ                      string
	required, repeated, undeclared bool
}

// parts parses what complexType describes.
func parts(list string) []part {
	var out []part
	for _, text := range strings.Fields(list) {
		p := part{typ: "string", required: true}
		text, p.undeclared = strings.CutPrefix(text, "!")
		name, typ, typed := strings.Cut(text, ":")
		if typed {
			p.typ = typ
		}
		p.name = strings.TrimRight(name, "?*+")
		switch name[len(p.name):] {
		case "?":
			p.required = false
		case "*":
			p.required, p.repeated = false, true
		case "+":
			p.repeated = true
		}
		out = append(out, p)
	}
	return out
}
