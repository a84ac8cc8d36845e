// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

// namespace is the one of every element, in and out.
const namespace = "http://www.veeam.com/ent/v1.0"

// element is one element of an answer, written as XML or as JSON.
type element struct {
	name  string
	attrs []attribute
	kids  []element
	value any // string or bool of an element without children; nil: none
	// list is the JSON name of the array that holds the children; empty: they
	// are properties of their own.
	list string
	// flat makes the array itself the property, without an object around it.
	flat bool
}

type attribute struct {
	name  string
	value any // string or bool
}

// el is an element with children.
func el(name string, kids ...element) element { return element{name: name, kids: kids} }

// leaf is an element with a value.
func leaf(name string, value any) element { return element{name: name, value: value} }

// listOf is a collection: its children are an array in JSON.
func listOf(name, plural string, kids []element) element {
	return element{name: name, kids: kids, list: plural}
}

// attr adds an attribute.
func (e element) attr(name string, value any) element {
	e.attrs = append(append([]attribute(nil), e.attrs...), attribute{name, value})
	return e
}

// links is the block of links of an entity.
func links(kids ...element) element {
	return element{name: "Links", kids: kids, list: "Links", flat: true}
}

// link is one link; an empty type is left out.
func link(rel, typ, href string) element {
	e := el("Link").attr("Rel", rel)
	if typ != "" {
		e = e.attr("Type", typ)
	}
	return e.attr("Href", href)
}
