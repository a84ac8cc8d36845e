// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Secret keeps a string behind a pointer, so that fmt shows an address at most,
// even if the value is in an unexported field and no method is called. Its zero
// value is an empty secret.
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

// WithoutUserinfo removes user names and passwords from the URLs in a text.
func WithoutUserinfo(s string) string { return userinfo.ReplaceAllString(s, "//") }

// Scrub removes the known secrets, and the user names and passwords of URLs,
// from a text that came from outside.
func Scrub(s string, known ...string) string {
	for _, secret := range known {
		// A password of a letter or two would turn every text into noise.
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, "REDACTED")
		}
	}
	return WithoutUserinfo(s)
}

// scrubbedError shows a clean text and still unwraps to its cause.
type scrubbedError struct {
	text string
	err  error
}

func (e *scrubbedError) Error() string { return e.text }
func (e *scrubbedError) Unwrap() error { return e.err }

// scrubError returns err with a text that scrub has cleaned.
func scrubError(err error, scrub func(string) string) error {
	text := err.Error()
	if clean := scrub(text); clean != text {
		return &scrubbedError{text: clean, err: err}
	}
	return err
}

// Clip returns the first n printable characters of s. Anything else between them
// becomes one space.
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
