// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"bytes"
	"encoding/json"
	"slices"
)

// toJSON encodes a document. Attributes become properties. Collections become arrays, named with the plural of the XML
// element.
func toJSON(root element) []byte {
	var b bytes.Buffer
	writeObject(&b, root)
	return b.Bytes()
}

func writeObject(b *bytes.Buffer, e element) {
	b.WriteByte('{')
	first := true
	property := func(name string) {
		if !first {
			b.WriteByte(',')
		}
		first = false
		writeValue(b, name)
		b.WriteByte(':')
	}
	for _, a := range e.attrs {
		property(a.name)
		writeValue(b, a.value)
	}
	properties := e.after
	if e.list != "" {
		property(e.list)
		writeArray(b, e.kids)
	} else {
		properties = slices.Concat(e.kids, e.after)
	}
	for _, kid := range properties {
		property(kid.name)
		writeProperty(b, kid)
	}
	b.WriteByte('}')
}

func writeProperty(b *bytes.Buffer, e element) {
	switch {
	case e.flat:
		writeArray(b, e.kids)
	case e.value != nil:
		writeValue(b, e.value)
	default:
		writeObject(b, e)
	}
}

func writeArray(b *bytes.Buffer, kids []element) {
	b.WriteByte('[')
	for i, kid := range kids {
		if i > 0 {
			b.WriteByte(',')
		}
		writeObject(b, kid)
	}
	b.WriteByte(']')
}

// writeValue writes a string, a bool or an int, for which json.Marshal never fails.
func writeValue(b *bytes.Buffer, value any) {
	out, err := json.Marshal(value)
	if err != nil {
		out = []byte("null")
	}
	b.Write(out)
}
