// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365spec

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Handler returns a handler that fails the test unless every request that passes it, and every response of the next
// handler, is as the documents say. The first segment of the path selects the document.
func Handler(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	if _, err := loadAll(); err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("%s %s: %s", r.Method, r.URL.Path, err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		recorded := &recorder{ResponseWriter: w}
		next.ServeHTTP(recorded, r)
		version, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		document, err := Load(version)
		if err != nil {
			t.Errorf("%s %s: %s", r.Method, r.URL.Path, err)
			return
		}
		err = document.Check(Exchange{
			Request: r, RequestBody: body, Status: recorded.status, Header: w.Header(), Body: recorded.body.Bytes(),
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// recorder keeps a copy of the response that it passes on.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(content []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.body.Write(content)
	return w.ResponseWriter.Write(content)
}
