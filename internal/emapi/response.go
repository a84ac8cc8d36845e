// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// checkFromAPI checks that a response comes from the API: its body is empty or a document of the API other than an
// Error. The content of the body does not matter.
func checkFromAPI(body []byte) error {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(body) == 0 {
		return nil
	}
	var start struct{ XMLName xml.Name }
	if err := xml.Unmarshal(body, &start); err != nil {
		return fmt.Errorf("the response is not an XML document: %w", httpkit.UnexpectedEOF(err))
	}
	if start.XMLName.Space != namespace || start.XMLName.Local == "Error" {
		name, space := clip(start.XMLName.Local, 80), clip(start.XMLName.Space, 80)
		return fmt.Errorf("%w: %s in namespace %q", errWrongRoot, name, space)
	}
	return nil
}

// collections are the paths that do not belong to a single object. A 404 for one of them means that the endpoint is
// wrong or broken, not that an object does not exist.
var collections = map[string]bool{
	"sessionMngr/": true, "security/accounts": true, "security/roles": true, "hierarchyRoots": true,
	fileServersPath: true,
}

// statusError returns the error of a response whose status is not 2xx.
func (c *Client) statusError(r *request, resp *httpkit.Response) *Error {
	e := r.fail(nil)
	e.Status = resp.Status
	message, own := errorBody(resp.Body, c.scrub)
	e.Message, e.foreign = message, !own || collections[r.path]
	e.bare = resp.Status == http.StatusNotFound && len(bytes.TrimSpace(resp.Body)) == 0
	switch {
	case resp.Status < 400:
		e.Err = httpkit.RedirectError(resp, c.scrub)
	case resp.Status == http.StatusNotFound && !own:
		e.Err = errors.New("this response does not come from Enterprise Manager; check the endpoint and any proxy in between")
	case e.Message == "" && resp.Status == http.StatusForbidden:
		e.Err = errors.New("the server gave no reason; the account that logs on needs the Portal Administrator role")
	}
	if r.class == httpkit.ClassWrite {
		e.unknown = resp.Status >= 500 && resp.Status != http.StatusNotImplemented || resp.Status == http.StatusRequestTimeout
	}
	return e
}

// unexpectedResponse returns the error of a 2xx response with unexpected content.
func (c *Client) unexpectedResponse(r *request, resp *httpkit.Response, err error) *Error {
	e := r.fail(err)
	e.Status, e.unreadable = resp.Status, true
	if start := clip(c.scrub(string(resp.Body)), 200); start != "" {
		e.Err = fmt.Errorf("%w; it begins with: %s", err, start)
	}
	return e
}

// errorBody returns the message in the body of an error response, scrubbed and clipped. own reports whether the
// response comes from the API: its body is an Error document in XML or JSON, or empty.
func errorBody(body []byte, scrub func(string) string) (message string, own bool) {
	text := strings.TrimSpace(strings.TrimPrefix(string(body), "\ufeff"))
	switch {
	case text == "":
		return "", true
	case strings.HasPrefix(text, "{"):
		return errorJSON(text, scrub)
	}
	var doc struct {
		Message    string `xml:"Message,attr"`
		Status     string `xml:"Status,attr"`
		Child      string `xml:"Message"`
		FirstCause string `xml:"FirstChanceExceptionMessage"`
	}
	if _, err := decode(body, map[string]any{"Error": &doc}); err == nil {
		message = firstOf(doc.Message, doc.Child, doc.FirstCause, doc.Status)
		if doc.FirstCause != "" && !strings.Contains(message, doc.FirstCause) {
			message += " (" + doc.FirstCause + ")"
		}
		return clip(scrub(message), httpkit.MaxMessage), true
	}
	return httpkit.HTMLText(scrub(text), 200), false
}

func errorJSON(text string, scrub func(string) string) (string, bool) {
	var doc map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &doc) != nil {
		return clip(scrub(text), 200), false
	}
	field := func(name string) string {
		var s string
		if json.Unmarshal(doc[name], &s) != nil {
			return ""
		}
		return s
	}
	_, hasMessage := doc["Message"]
	_, hasStatus := doc["StatusCode"]
	message := firstOf(
		field("Message"), field("FirstChanceExceptionMessage"), field("Status"), field("message"), field("error"),
	)
	if message == "" {
		message = text
	}
	return clip(scrub(message), httpkit.MaxMessage), hasMessage && hasStatus
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}
