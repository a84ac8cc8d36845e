// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// object is a JSON object.
type object map[string]any

// response is the result of a handler.
type response struct {
	status int
	header http.Header
	body   any // nil: no body
}

// document returns a response with status 200 and a body.
func document(body any) response { return response{status: http.StatusOK, body: body} }

// empty returns a response without a body.
func empty(status int) response { return response{status: status} }

// with adds a header.
func (r response) with(name, value string) response {
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set(name, value)
	return r
}

func (r response) render() simkit.Response {
	if r.body == nil {
		return simkit.Response{Status: r.status, Header: r.header}
	}
	encoded, err := json.Marshal(r.body)
	if err != nil {
		return simkit.Response{Status: http.StatusInternalServerError}
	}
	return simkit.Response{Status: r.status, Header: r.with("Content-Type", jsonContent).header, Body: encoded}
}

// StackTrace is the stack trace of every error in v8. It must never reach a user.
const StackTrace = "   at Veeam.Archiver.REST.RbacRoleController.Invoke()"

// fail returns an error response. Only v8 has a code for the errors of the simulator.
func (s *Server) fail(c *call, status int, code, format string, args ...any) response {
	body := object{"message": fmt.Sprintf(format, args...)}
	if c.version >= 7 {
		body["errorCode"] = nil
	}
	if c.version >= 8 {
		body["stackTrace"] = StackTrace
		if !s.opts.OmitErrorCode {
			body["errorCode"] = code
		}
	}
	return response{status: status, body: body}
}

func (s *Server) invalid(c *call, err error) response {
	return s.fail(c, http.StatusBadRequest, "ParameterValidationFailure", "%s", err)
}

func (s *Server) notFound(c *call, what, id string) response {
	return s.fail(c, s.opts.GoneStatus, "ResourceNotFound", "%s with ID %q was not found.", what, id)
}

// written returns the response to a successful change.
func (s *Server) written() response { return empty(s.opts.WriteStatus) }

// links returns the _links of a resource.
func links(hrefs map[string]string) object {
	out := object{}
	for name, href := range hrefs {
		out[name] = object{"href": href}
	}
	return out
}
