// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import "github.com/veeam-community/terraform-provider-veeam/internal/simkit"

// Request is one entry of the journal.
type Request = simkit.Request

// Fault makes matching requests fail.
type Fault = simkit.Fault

const jsonContent = "application/json; charset=utf-8"

// otherSchema wraps a document, as a gateway may do that has its own format of responses.
func otherSchema(document []byte) []byte {
	if len(document) == 0 {
		return nil
	}
	return append(append([]byte(`{"response":`), document...), '}')
}
