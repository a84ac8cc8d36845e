// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"bytes"
	"cmp"
	"maps"
	"net"
	"net/http"
	"strconv"
)

const proxyPage = `<!DOCTYPE html>
<html><head><title>Service Unavailable</title></head>
<body><h1>Service Unavailable</h1><p>The proxy could not reach the server.</p></body></html>
`

// garbage is the body of FaultGarbage: neither XML nor JSON.
const garbage = "\x00\x1f<<not>> {a document\xff"

const (
	xmlContent  = "application/xml; charset=utf-8"
	htmlContent = "text/html; charset=utf-8"
)

// alter returns the response that the client receives in place of the server's.
func (f *Fault) alter(answer response) response {
	if f == nil {
		return answer
	}
	switch f.Kind {
	case FaultStatus:
		return f.makeUp(answer, cmp.Or(f.Status, http.StatusInternalServerError), xmlContent, "")
	case FaultGarbage:
		return f.makeUp(answer, cmp.Or(f.Status, answer.status, http.StatusOK), xmlContent, garbage)
	case FaultHTML:
		return f.makeUp(answer, cmp.Or(f.Status, http.StatusServiceUnavailable), htmlContent, proxyPage)
	case FaultRedirect:
		return f.makeUp(answer, cmp.Or(f.Status, http.StatusTemporaryRedirect), htmlContent, "")
	case FaultWrongNamespace:
		answer.raw = bytes.ReplaceAll(answer.raw, []byte(namespace), []byte("http://www.veeam.com/ent/v9.9"))
	}
	return answer
}

// makeUp returns a response with the fault's header and body. The body given is the default.
func (f *Fault) makeUp(answer response, status int, contentType, body string) response {
	body = cmp.Or(f.Body, body)
	r := response{status: status, header: http.Header{}, raw: []byte(body)}
	if f.KeepHeader {
		maps.Copy(r.header, answer.header)
		r.header.Del("Content-Type")
	}
	maps.Copy(r.header, f.Header.Clone())
	if body != "" && r.header.Get("Content-Type") == "" {
		r = r.with("Content-Type", contentType)
	}
	return r
}

// send writes the response. FaultTruncated writes less than Content-Length promises, which makes the HTTP server close
// the connection.
func (f *Fault) send(w http.ResponseWriter, answer response) {
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	body := answer.raw
	if answer.status != http.StatusNoContent && answer.status >= http.StatusOK && answer.status != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	if f != nil && f.Kind == FaultTruncated {
		body = body[:len(body)/2]
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(body) // fails only if the client has disconnected
}

// dropConnection ends the connection without a response, with a TCP reset if possible. Under HTTP/2, the HTTP server
// resets the stream.
func dropConnection(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler) // the documented way to abort without a response
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	raw := conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = secure.NetConn()
	}
	if tcp, ok := raw.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0) // makes Close send a reset
	}
	_ = raw.Close()
}
