// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

// namespace is the XML namespace of every element in requests and responses.
const namespace = "http://www.veeam.com/ent/v1.0"

// element is an element of a response, written as XML or as JSON.
type element struct {
	name  string
	attrs []attribute
	kids  []element
	value any // string or bool if the element has no children; nil: no value
	// list is the name of the JSON array that contains the children. Empty: each child is a property.
	list string
	// flat writes the array as the element's value, without an enclosing object.
	flat bool
	// after are elements after the children. In JSON they are properties beside the array.
	after []element
}

type attribute struct {
	name  string
	value any // string, bool or int
}

// el returns an element with children.
func el(name string, kids ...element) element { return element{name: name, kids: kids} }

// leaf returns an element with a value.
func leaf(name string, value any) element { return element{name: name, value: value} }

// listOf returns a collection, whose children are an array in JSON.
func listOf(name, plural string, kids []element) element {
	return element{name: name, kids: kids, list: plural}
}

// attr returns a copy of the element with one more attribute.
func (e element) attr(name string, value any) element {
	e.attrs = append(append([]attribute(nil), e.attrs...), attribute{name, value})
	return e
}

// links returns the Links element of an entity.
func links(kids ...element) element {
	return element{name: "Links", kids: kids, list: "Links", flat: true}
}

// link returns one link. An empty type is omitted.
func link(rel, typ, href string) element {
	e := el("Link").attr("Rel", rel)
	if typ != "" {
		e = e.attr("Type", typ)
	}
	return e.attr("Href", href)
}
