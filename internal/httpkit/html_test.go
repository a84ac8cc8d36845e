// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import "testing"

func TestHTMLText_ReturnsTheTitleOrElseTheText(t *testing.T) {
	for page, want := range map[string]string{
		"":           "",
		"plain text": "plain text",
		"<html><head><title>404\n Not Found</title></head><body>nginx</body></html>":        "404 Not Found",
		"<HTML><TITLE lang='en'>Log in</TITLE>":                                             "Log in",
		"<title> </title><p>Bad <b>gateway</b></p>":                                         "Bad gateway",
		"<head><style>x</style></head><body><script>y</script><h1>Gone fishing</h1></body>": "Gone fishing",
		"<title>A title that is longer than the limit of twenty characters</title><p>x</p>": "A title that is long...",
	} {
		equal(t, "the text of "+page, HTMLText(page, 20), want)
	}
}
