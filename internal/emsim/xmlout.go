// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
)

// toXML encodes a document.
func toXML(root element) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	root.attrs = append([]attribute{{"xmlns", namespace}}, root.attrs...)
	writeXML(&b, root)
	return b.Bytes()
}

func writeXML(b *bytes.Buffer, e element) {
	b.WriteString("<" + e.name)
	for _, a := range e.attrs {
		b.WriteString(" " + a.name + `="`)
		escapeXML(b, fmt.Sprint(a.value))
		b.WriteString(`"`)
	}
	text := ""
	if e.value != nil {
		text = fmt.Sprint(e.value)
	}
	if text == "" && len(e.kids)+len(e.after) == 0 {
		b.WriteString(" />")
		return
	}
	b.WriteString(">")
	escapeXML(b, text)
	for _, kid := range slices.Concat(e.kids, e.after) {
		writeXML(b, kid)
	}
	b.WriteString("</" + e.name + ">")
}

// escapeXML writes escaped text. Writing to a bytes.Buffer never fails.
func escapeXML(b *bytes.Buffer, text string) { _ = xml.EscapeText(b, []byte(text)) }
