// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import "regexp"

var (
	htmlTitle  = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	htmlHidden = regexp.MustCompile(`(?is)<(script|style|head)[^>]*>.*?</(script|style|head)>`)
	htmlTag    = regexp.MustCompile(`(?s)<[^>]*>`)
)

// HTMLText returns what an error message can quote of an HTML page, such as the error page of a proxy: its title or, if
// it has none, its text. The result is clipped to n characters, see [Clip].
func HTMLText(page string, n int) string {
	if m := htmlTitle.FindStringSubmatch(page); m != nil {
		if title := Clip(m[1], n); title != "" {
			return title
		}
	}
	return Clip(htmlTag.ReplaceAllString(htmlHidden.ReplaceAllString(page, " "), " "), n)
}
