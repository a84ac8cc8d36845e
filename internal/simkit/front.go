// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package simkit

import (
	"io"
	"net/http"
	"time"
)

// maxBody bounds the body of a request.
const maxBody = 4 << 20

// Response is a complete response, which a fault can still alter or replace.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Product is what a simulated server does with a request.
type Product struct {
	// Arrive completes the journal entry of a request with the user and the session that send it. It removes secrets
	// from the body.
	Arrive func(r *http.Request, entry *Request)
	// Answer carries out the request and returns the response. It completes the journal entry. The fault can be nil.
	Answer func(r *http.Request, body []byte, entry *Request, fault *Fault) Response
	// Unreadable returns the response to a request whose body cannot be read.
	Unreadable func(r *http.Request, err error) Response
	// Hooks returns what is called after each request, or nil, and the delay of every response.
	Hooks func() (onRequest func(Request), latency time.Duration)
	// ContentType is the type of the bodies that the server sends.
	ContentType string
	// OtherSchema returns the body of a response in a schema that no client knows.
	OtherSchema func(body []byte) []byte
}

// Front is the http.Handler of a simulated server. It records every request in the journal and applies the faults.
type Front struct {
	product Product
	journal journal
	faults  faults
}

// NewFront returns the handler of the product.
func NewFront(p Product) *Front { return &Front{product: p} }

// ServeHTTP implements http.Handler.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, readErr := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	entry := Request{
		At: time.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(body),
		RemoteAddr: r.RemoteAddr,
	}
	f.product.Arrive(r, &entry)
	fault := f.faults.pick(entry)
	if fault != nil {
		entry.Fault = fault.label()
	}
	entry.Seq = f.journal.add(entry)

	answer := Response{}
	if readErr != nil {
		answer = f.product.Unreadable(r, readErr)
	} else if fault.beforeCommit(); !fault.replaces() {
		answer = f.product.Answer(r, body, &entry, fault)
	}
	answer = fault.alter(answer, &f.product)
	entry.Status, entry.Sent = answer.Status, len(answer.Body)
	if fault.drops() {
		entry.Status, entry.Sent = 0, 0
	}
	f.journal.finish(entry)
	onRequest, latency := f.product.Hooks()
	if onRequest != nil {
		onRequest(entry)
	}
	fault.afterCommit(r.Context())
	pause(r.Context(), latency)
	if fault.drops() {
		dropConnection(w)
		return
	}
	fault.send(w, answer)
}
