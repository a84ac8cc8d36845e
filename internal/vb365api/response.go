// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// maxText is the number of characters of a text in an error that is not a message of the API.
const maxText = 300

// errorInfo is the body of an error response. The stack trace, which a server of v8 sends, is not shown.
type errorInfo struct {
	Message     text            `json:"message"`
	ErrorCode   text            `json:"errorCode"`
	Description text            `json:"error_description"`
	Error       text            `json:"error"`
	StackTrace  json.RawMessage `json:"stackTrace"` // tells that there is one
}

// text is a string. Any other value is read as an empty string.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

// parseError returns the content of the body of an error response. ok reports whether the body is a JSON object.
func parseError(body []byte) (info errorInfo, ok bool) {
	err := json.Unmarshal(trimmed(body), &info)
	return info, err == nil && bytes.HasPrefix(trimmed(body), []byte("{"))
}

// isTransient reports whether an error response says that the same request can succeed later.
func isTransient(body []byte) bool {
	info, _ := parseError(body)
	switch info.ErrorCode {
	case CodeProxyOffline, CodeTimedOut, CodeConflict:
		return true
	}
	return false
}

// isPage reports whether a body is an HTML page, such as that of a proxy.
func isPage(body []byte) bool { return bytes.HasPrefix(trimmed(body), []byte("<")) }

// trimmed returns a body without white space around it and without a byte order mark.
func trimmed(body []byte) []byte { return bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff"))) }

// statusError returns the error of a response whose status is not 2xx.
func (c *Client) statusError(r *request, resp *httpkit.Response) *Error {
	e := r.fail(nil)
	e.Status = resp.Status
	e.retryAfter, _ = httpkit.RetryAfter(resp.Header, time.Now())
	info, own := parseError(resp.Body)
	// A server says in the body what does not exist. Without a body, a proxy may not know the path.
	e.foreign = r.whole || !own && (len(trimmed(resp.Body)) > 0 || resp.Status == http.StatusNotFound)
	e.ErrorCode = c.clip(string(info.ErrorCode), 80)
	for _, said := range []text{info.Message, info.Description, info.Error} {
		if e.Message == "" {
			e.Message = c.clip(string(said), httpkit.MaxMessage)
		}
	}
	raw := string(trimmed(resp.Body))
	switch {
	case e.Message != "":
	case len(info.StackTrace) > 0:
		e.Message = e.ErrorCode
	case isPage(resp.Body):
		e.Message = httpkit.HTMLText(c.scrub(raw), maxText)
	default:
		e.Message = c.clip(raw, maxText)
	}
	if resp.Status < 400 {
		e.Err = httpkit.RedirectError(resp, c.scrub)
	}
	if r.class == httpkit.ClassWrite {
		e.unknown = resp.Status >= 500 || resp.Status == http.StatusRequestTimeout
	}
	return e
}

// clip returns the beginning of a text that came from outside, without secrets.
func (c *Client) clip(s string, n int) string { return httpkit.Clip(c.scrub(s), n) }

// unexpectedResponse returns the error of a 2xx response with unexpected content.
func (c *Client) unexpectedResponse(r *request, resp *httpkit.Response, err error) *Error {
	e := r.fail(err)
	e.Status = resp.Status
	if start := c.clip(string(resp.Body), 200); start != "" {
		e.Err = fmt.Errorf("%w; it begins with: %s", err, start)
	}
	return e
}

// decode decodes a JSON document of the given kind, which is '{' or '['.
func decode(body []byte, kind byte, target any) error {
	body = trimmed(body)
	switch {
	case len(body) == 0:
		return errors.New("the response is empty")
	case body[0] != kind:
		names := map[byte]string{'{': "object", '[': "list"}
		return fmt.Errorf("the response is not a JSON %s", names[kind])
	}
	if err := json.Unmarshal(body, target); err != nil {
		return fmt.Errorf("the response is not valid: %w", err)
	}
	return nil
}
