// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"fmt"
	"strings"
	"testing"
)

func TestSecret_IsNotPrintedByAnyVerb(t *testing.T) {
	const hidden = "correct-horse"
	s := NewSecret(hidden)
	equal(t, "the secret", s.Reveal(), hidden)
	equal(t, "the secret of the zero value", Secret{}.Reveal(), "")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, v := range []any{s, &s, struct{ s Secret }{s}, []Secret{s}} {
			text := fmt.Sprintf(verb, v)
			if strings.Contains(text, hidden) || strings.Contains(text, fmt.Sprintf("%x", hidden)) {
				t.Errorf("%s prints %s", verb, text)
			}
		}
	}
}

func TestScrub_RemovesSecretsAndTheUserinfoOfURLs(t *testing.T) {
	for in, want := range map[string]string{
		"it says hunter22, hunter22": "it says REDACTED, REDACTED",
		"at https://u:p@host/x":      "at https://host/x",
		"abc is too short to hide":   "abc is too short to hide",
		"nothing":                    "nothing",
	} {
		equal(t, "the scrubbed text of "+in, Scrub(in, "hunter22", "abc", ""), want)
	}
}

func TestScrub_RemovesEscapedSecrets(t *testing.T) {
	const secret = `a<b>&"c' d/e\f`
	for what, form := range map[string]string{
		"HTML": `a&lt;b&gt;&amp;&#34;c&#39; d/e\f`, "XML": `a&lt;b&gt;&amp;&quot;c&apos; d/e\f`,
		"JSON": `a<b>&\"c' d/e\\f`, "JSON for HTML": `a\u003cb\u003e\u0026\"c' d/e\\f`,
		"a query": "a%3Cb%3E%26%22c%27+d%2Fe%5Cf", "a path": "a%3Cb%3E&%22c%27%20d%2Fe%5Cf",
	} {
		equal(t, "the secret as in "+what, Scrub("("+form+")", secret), "(REDACTED)")
	}
}

func TestClip_ReturnsPrintableTextOfLimitedLength(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"short":            "short",
		" a \r\n\tb \x00c": "a b c",
		"\xff\xfe":         "",
		"0123456789":       "0123456789",
		"0123456789a":      "0123456789...",
		"äöüäöüäöüä":       "äöüäöüäöüä",
	} {
		equal(t, fmt.Sprintf("the clipped text of %q", in), Clip(in, 10), want)
	}
}
