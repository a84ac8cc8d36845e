// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

import (
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

const htmlContent = "text/html; charset=utf-8"

// alter returns the response that the client receives in place of the server's.
func (f *Fault) alter(answer Response, p *Product) Response {
	if f == nil {
		return answer
	}
	switch f.Kind {
	case FaultStatus:
		return f.makeUp(answer, cmp.Or(f.Status, http.StatusInternalServerError), p.ContentType, "")
	case FaultGarbage:
		return f.makeUp(answer, cmp.Or(f.Status, answer.Status, http.StatusOK), p.ContentType, garbage)
	case FaultHTML:
		return f.makeUp(answer, cmp.Or(f.Status, http.StatusServiceUnavailable), htmlContent, proxyPage)
	case FaultRedirect:
		return f.makeUp(answer, cmp.Or(f.Status, http.StatusTemporaryRedirect), htmlContent, "")
	case FaultWrongNamespace:
		answer.Body = p.OtherSchema(answer.Body)
	}
	return answer
}

// makeUp returns a response with the fault's header and body. The body given is the default.
func (f *Fault) makeUp(answer Response, status int, contentType, body string) Response {
	body = cmp.Or(f.Body, body)
	r := Response{Status: status, Header: http.Header{}, Body: []byte(body)}
	if f.KeepHeader {
		maps.Copy(r.Header, answer.Header)
		r.Header.Del("Content-Type")
	}
	maps.Copy(r.Header, f.Header.Clone())
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

// send writes the response. FaultTruncated writes less than Content-Length promises, which makes the HTTP server close
// the connection.
func (f *Fault) send(w http.ResponseWriter, answer Response) {
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	body := answer.Body
	if answer.Status != http.StatusNoContent && answer.Status >= http.StatusOK && answer.Status != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	if f != nil && f.Kind == FaultTruncated {
		body = body[:len(body)/2]
	}
	w.WriteHeader(answer.Status)
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
