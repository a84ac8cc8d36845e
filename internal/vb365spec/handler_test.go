// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365spec_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/vb365spec"
)

// failures counts the errors that a test would report.
type failures struct {
	testing.TB
	count int
}

func (f *failures) Error(...any)          { f.count++ }
func (f *failures) Errorf(string, ...any) { f.count++ }

func TestHandler_PassesEverythingOnAndReportsWhatTheAPIDoesNotHave(t *testing.T) {
	for _, c := range []struct {
		path, body string
		want       int
	}{
		{"/v8/Organizations?limit=1", `{"offset":0,"limit":1,"results":[]}`, 0},
		{"/v8/Organizations?limit=1", `[]`, 1},
		{"/v8/Organizations?limit=a", `{"offset":0,"limit":1,"results":[]}`, 1},
		{"/v9/Organizations", `[]`, 1},
	} {
		f := &failures{TB: t}
		handler := vb365spec.Handler(f, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", jsonType)
			_, _ = w.Write([]byte(c.body))
		}))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.path, strings.NewReader("")))
		if f.count != c.want || w.Code != http.StatusOK || w.Body.String() != c.body {
			t.Errorf("%s %s: %d failures, response %d %s", c.path, c.body, f.count, w.Code, w.Body)
		}
	}
}
