// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

const xmlContent = "application/xml; charset=utf-8"

// response is the result of a handler. It is sent only when it is complete, so that a fault can still replace it.
type response struct {
	status int
	header http.Header
	body   *element
	err    string // the message of an error response
}

// entity returns a response with status 200 and a document.
func entity(e element) response { return response{status: http.StatusOK, body: &e} }

// bare returns a response without a body.
func bare(status int) response { return response{status: status} }

// fail returns an error response.
func fail(status int, format string, args ...any) response {
	return response{status: status, err: fmt.Sprintf(format, args...)}
}

func notFound(what, id string) response {
	return fail(http.StatusNotFound, "%s with ID %q was not found.", what, id)
}

// with adds a header.
func (r response) with(name, value string) response {
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set(name, value)
	return r
}

// render encodes the document or the error in the format that the client asked for.
func (r response) render(wantJSON bool) simkit.Response {
	var raw []byte
	contentType := xmlContent
	if wantJSON {
		contentType = "application/json; charset=utf-8"
	}
	switch {
	case r.err != "" && wantJSON:
		raw = errorJSON(r.status, r.err)
	case r.err != "":
		raw = toXML(el("Error").attr("Message", r.err).
			attr("StatusCode", fmt.Sprint(r.status)).attr("Status", http.StatusText(r.status)))
	case r.body != nil && wantJSON:
		raw = toJSON(*r.body)
	case r.body != nil:
		raw = toXML(*r.body)
	default:
		return simkit.Response{Status: r.status, Header: r.header}
	}
	return simkit.Response{Status: r.status, Header: r.with("Content-Type", contentType).header, Body: raw}
}

func errorJSON(status int, message string) []byte {
	out, err := json.Marshal(struct {
		FirstChanceExceptionMessage *string
		Message                     string
		StackTrace                  *string
		Status                      *string
		StatusCode                  int
	}{Message: message, StatusCode: status})
	if err != nil {
		return []byte("{}")
	}
	return out
}

// wantsJSON reports whether the Accept header names JSON before XML. If it names neither, the response is XML.
func wantsJSON(accept string) bool {
	for _, part := range strings.Split(accept, ",") {
		mediaType, _, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		switch mediaType {
		case "application/json":
			return true
		case "application/xml", "text/xml":
			return false
		}
	}
	return false
}

// parseBody parses the request body in the format of its Content-Type. For a missing or different type it returns the
// real server's message, although that is misleading.
func (c *call) parseBody(want shape) (*node, error) {
	mediaType, _, err := mime.ParseMediaType(c.http.Header.Get("Content-Type"))
	if err != nil {
		return nil, errNoRoot
	}
	switch mediaType {
	case "application/xml", "text/xml":
		return parseXML(c.body, want)
	case "application/json":
		return parseJSON(c.body, want)
	}
	return nil, errNoRoot
}
