// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"strings"
	"testing"
)

// What xmllint 2.9.14 says about an element.
const (
	invalid    = ": Schemas validity error : Element '{http://www.veeam.com/ent/v1.0}"
	unexpected = "': This element is not expected."
	badUID     = "', attribute 'UID': [facet 'pattern'] The value 'a' is not accepted by the pattern 'b'."
)

// lint is what xmllint writes about four documents.
const lint = `
/tmp/t/document-0.xml validates
/tmp/t/document-1.xml:2: element SqlSettings` + invalid + `SqlSettings` + unexpected + `
/tmp/t/document-1.xml:2: element x` + invalid + `x` + unexpected + ` Expected is ( {http://www.veeam.com/ent/v1.0}y ).
/tmp/t/document-1.xml:2: element x` + invalid + `x` + badUID + `
/tmp/t/document-1.xml:2: element x` + invalid + `x` + badUID + `
/tmp/t/document-1.xml fails to validate
/tmp/t/document-2.xml:1: element PagingInfo` + invalid + `PagingInfo` + unexpected + `
/tmp/t/document-2.xml fails to validate
/tmp/t/document-3.xml:1: parser error : Start tag expected, '<' not found
`

func TestReport_TellsKnownFromUnknownDifferences(t *testing.T) {
	documents := []document{
		{world: "Default", kind: request, body: []byte(rebuildDoc)},
		{world: "Default", kind: request, body: []byte(accountDoc)},
		{world: "PageSize", kind: response, body: []byte(refDoc)},
		{world: "Default", kind: response, body: []byte("text")},
	}
	const want = `DIFFERS request EnterpriseAccountCreateSpec (1)
            known: SqlSettings: This element is not expected. [POST /security/accounts]
            UNKNOWN: x: This element is not expected. Expected is ( y ).
            UNKNOWN: x, attribute 'UID': [facet 'pattern'] The value is not accepted by the pattern 'b'.
ok      request RebuildScopeJobSpec (1)
known   response EntityRef (1)
            known: PagingInfo: This element is not expected. [the simulator's option PageSize]
DIFFERS response that is no XML (1)
            UNKNOWN: xmllint did not validate the document
`
	var out strings.Builder
	if unknown := report(&out, documents, complaints(lint, len(documents))); unknown != 3 {
		t.Errorf("there are %d unknown differences, want 3", unknown)
	}
	if out.String() != want {
		t.Errorf("the report is\n%s\nwant\n%s", out.String(), want)
	}
}
