// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"encoding/xml"
	"fmt"
	"unicode/utf8"
)

const xmlDeclaration = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

func marshal(v any) ([]byte, error) {
	data, err := xml.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append([]byte(xmlDeclaration), data...), nil
}

// checkText returns an error if XML cannot represent s. encoding/xml would silently replace what is invalid.
func checkText(what, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not valid UTF-8", what)
	}
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return fmt.Errorf("%s contains the character %U, which XML does not allow", what, r)
		}
	}
	return nil
}
