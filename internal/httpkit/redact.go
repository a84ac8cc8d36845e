// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Secret is a string that is kept out of messages. It is behind a pointer, so that fmt prints at most an address even
// for an unexported field, for which it calls no method. Its zero value is an empty secret.
type Secret struct{ p *string }

// NewSecret returns s as a secret.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the string.
func (s Secret) Reveal() string {
	if s.p == nil {
		return ""
	}
	return *s.p
}

// Format prints REDACTED under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "REDACTED") }

var userinfo = regexp.MustCompile(`//[^/@\s]*@`)

// WithoutUserinfo returns s without the user names and passwords of its URLs.
func WithoutUserinfo(s string) string { return userinfo.ReplaceAllString(s, "//") }

// Scrub returns s, which came from outside the program, without the known secrets and without the user names and
// passwords of its URLs. It also finds secrets that are escaped as in HTML, XML, JSON or URLs. Secrets shorter than
// four bytes stay. A text is scrubbed before it is clipped, because half a secret would not be found.
func Scrub(s string, known ...string) string {
	for _, secret := range known {
		// Replacing a password of one or two letters would make every message unreadable.
		if len(secret) < 4 {
			continue
		}
		for _, form := range escaped(secret) {
			s = strings.ReplaceAll(s, form, "REDACTED")
		}
	}
	return WithoutUserinfo(s)
}

// escaped returns s in the forms in which a document can contain it.
func escaped(s string) []string {
	numeric := html.EscapeString(s) // also as in XML
	named := strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;").Replace(numeric)
	forms := []string{s, numeric, named, url.QueryEscape(s), url.PathEscape(s)}
	for _, escapeHTML := range []bool{false, true} {
		var text strings.Builder
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(escapeHTML)
		if err := encoder.Encode(s); err == nil {
			forms = append(forms, strings.TrimSuffix(text.String(), "\n")[1:text.Len()-2])
		}
	}
	return forms
}

// scrubbedError has a text without secrets, and unwraps to the original error.
type scrubbedError struct {
	text string
	err  error
}

func (e *scrubbedError) Error() string { return e.text }
func (e *scrubbedError) Unwrap() error { return e.err }

// scrubError returns err with its text passed through scrub.
func scrubError(err error, scrub func(string) string) error {
	text := err.Error()
	if clean := scrub(text); clean != text {
		return &scrubbedError{text: clean, err: err}
	}
	return err
}

// Clip returns the first n printable characters of s, and "..." if there are more. Each run of white space and other
// characters between them becomes one space.
func Clip(s string, n int) string {
	var b strings.Builder
	count, gap := 0, false
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			count++
			gap = false
		}
		if count >= n {
			b.WriteString("...")
			break
		}
		b.WriteRune(r)
		count++
	}
	return b.String()
}
