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
	"net/url"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// consent checks that an answer whose body is not worth reading is the API's own.
func consent(body []byte) error {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(body) == 0 {
		return nil
	}
	var start struct{ XMLName xml.Name }
	if err := xml.Unmarshal(body, &start); err != nil {
		return fmt.Errorf("the answer is not an XML document: %w", httpkit.UnexpectedEOF(err))
	}
	if start.XMLName.Space != namespace || start.XMLName.Local == "Error" {
		name, space := clip(start.XMLName.Local, 80), clip(start.XMLName.Space, 80)
		return fmt.Errorf("%w: %s of the namespace %q", errWrongRoot, name, space)
	}
	return nil
}

// collections are the paths that are no object's: a 404 there means that the
// endpoint is wrong or broken, not that something is gone.
var collections = map[string]bool{
	"sessionMngr/": true, "security/accounts": true, "security/roles": true, "hierarchyRoots": true,
}

// refusal is the error of an answer other than 2xx.
func (c *Client) refusal(r *request, resp *httpkit.Response) *Error {
	e := r.fail(nil)
	e.Status = resp.Status
	message, own := errorBody(resp.Body)
	e.Message, e.foreign = c.scrub(message), !own || collections[r.path]
	switch {
	case resp.Status < 400:
		e.Err = errors.New("redirects are not followed; this one points to " + c.target(resp.Header.Get("Location")))
	case resp.Status == http.StatusNotFound && !own:
		e.Err = errors.New("this is not the server's own answer; check the endpoint and what stands between")
	case e.Message == "" && resp.Status == http.StatusForbidden:
		e.Err = errors.New("the server gave no reason; it wants an account with the Portal Administrator role")
	}
	if r.class == httpkit.ClassWrite {
		e.unknown = resp.Status >= 500 && resp.Status != http.StatusNotImplemented || resp.Status == http.StatusRequestTimeout
	}
	return e
}

func (c *Client) target(location string) string {
	u, err := url.Parse(location)
	if location == "" || err != nil {
		return "nowhere that can be read"
	}
	u.User = nil
	u.RawQuery, u.Fragment = "", ""
	return clip(c.scrub(u.String()), 200)
}

// misunderstood is the error of a 2xx answer that is not what was asked for.
func (c *Client) misunderstood(r *request, resp *httpkit.Response, err error) *Error {
	e := r.fail(err)
	e.Status = resp.Status
	if start := c.scrub(clip(string(resp.Body), 200)); start != "" {
		e.Err = fmt.Errorf("%w; it begins with: %s", err, start)
	}
	return e
}

const maxMessage = 1000 // characters of a server's message that an error carries

// errorBody takes the message out of the body of an error answer. own tells
// whether the body is the API's: an Error document in XML or JSON, or nothing.
func errorBody(body []byte) (message string, own bool) {
	text := strings.TrimSpace(strings.TrimPrefix(string(body), "\ufeff"))
	switch {
	case text == "":
		return "", true
	case strings.HasPrefix(text, "{"):
		return errorJSON(text)
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
		return clip(message, maxMessage), true
	}
	return httpkit.HTMLText(text, 200), false
}

func errorJSON(text string) (string, bool) {
	var doc map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &doc) != nil {
		return clip(text, 200), false
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
	return clip(message, maxMessage), hasMessage && hasStatus
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}
