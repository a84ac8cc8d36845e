// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"bytes"
	"cmp"
	"net"
	"net/http"
	"strconv"
)

const proxyPage = "<!DOCTYPE html>\n<html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable</h1><p>The proxy could not reach the server.</p></body></html>\n"

// alter turns the server's answer into the one that the fault wants.
func (f *Fault) alter(answer response) response {
	if f == nil {
		return answer
	}
	switch f.Kind {
	case FaultStatus:
		return f.makeUp(cmp.Or(f.Status, http.StatusInternalServerError), "application/xml; charset=utf-8", "")
	case FaultGarbage:
		return f.makeUp(cmp.Or(f.Status, answer.status, http.StatusOK), "application/xml; charset=utf-8", "\x00\x1f<<not>> {a document\xff")
	case FaultHTML:
		return f.makeUp(cmp.Or(f.Status, http.StatusServiceUnavailable), "text/html; charset=utf-8", proxyPage)
	case FaultRedirect:
		return f.makeUp(cmp.Or(f.Status, http.StatusTemporaryRedirect), "text/html; charset=utf-8", "")
	case FaultWrongNamespace:
		answer.raw = bytes.ReplaceAll(answer.raw, []byte(namespace), []byte("http://www.veeam.com/ent/v9.9"))
	}
	return answer
}

func (f *Fault) makeUp(status int, contentType, body string) response {
	body = cmp.Or(f.Body, body)
	r := response{status: status, header: f.Header.Clone(), raw: []byte(body)}
	if body != "" && r.header.Get("Content-Type") == "" {
		r = r.with("Content-Type", contentType)
	}
	return r
}

// send writes the answer; a truncated one promises more than it holds, so that
// the connection ends early.
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
	_, _ = w.Write(body) // the client may be gone
}

// dropConnection ends the connection without an answer, with a reset where it
// can; under HTTP/2 the server resets the stream.
func dropConnection(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler) // the documented way to abort without an answer
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
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = raw.Close()
}
