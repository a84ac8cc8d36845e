// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

func TestError_ShowsWhatTheServerSays(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for name, tc := range map[string]struct {
		status              int
		body, message       string
		code                string
		notFound, forbidden bool
	}{
		"message": {
			status: 500, body: `{"message":"Role is broken.","error":"no","errorCode":null,"stackTrace":"at Veeam.Secret"}`,
			message: "Role is broken.",
		},
		"description": {status: 400, body: `{"error":"invalid","error_description":"Bad text."}`, message: "Bad text."},
		"error":       {status: 400, body: `{"error":"invalid"}`, message: "invalid"},
		"text":        {status: 400, body: "plain " + long, message: "plain " + strings.Repeat("x", 294) + "..."},
		"other JSON":  {status: 400, body: `{"detail":"odd"}`, message: `{"detail":"odd"}`},
		"list":        {status: 400, body: `["odd"]`, message: `["odd"]`},
		"long message": {
			status: 400, body: `{"message":"` + long + `"}`, message: strings.Repeat("x", httpkit.MaxMessage) + "...",
		},
		"odd types":    {status: 400, body: `{"message":7,"error":{"a":1},"error_description":"d"}`, message: "d"},
		"only a trace": {status: 500, body: `{"stackTrace":"at Veeam.Secret"}`},
		"code and trace": {
			status: 500, body: `{"errorCode":"HttpError","stackTrace":"x"}`, message: "HttpError", code: "HttpError",
		},
		"page":    {status: 404, body: "<html><title>Not here</title></html>", message: "Not here"},
		"no body": {status: 404},
		"404":     {status: 404, body: `{"message":"m"}`, message: "m", notFound: true},
		"not found": {
			status: 500, body: `{"message":"m","errorCode":"ResourceNotFound"}`, message: "m",
			code: CodeNotFound, notFound: true,
		},
		"403": {status: 403, body: `{"message":"m"}`, message: "m", forbidden: true},
		"access denied": {
			status: 400, body: `{"message":"m","errorCode":"ResourceAccessDenied"}`, message: "m",
			code: CodeAccessDenied, forbidden: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, tc.status, tc.body) })
				_, err := f.client().ListOrganizationRoles(t.Context(), orgID)
				e := failure(t, err, "list the restore operator roles of organization "+orgID+": HTTP")
				equal(t, "the status", e.Status, tc.status)
				equal(t, "the message", e.Message, tc.message)
				equal(t, "the code", e.ErrorCode, tc.code)
				equal(t, "IsNotFound", IsNotFound(err), tc.notFound)
				equal(t, "IsForbidden", IsForbidden(err), tc.forbidden)
				if strings.Contains(err.Error(), "Veeam.Secret") {
					t.Errorf("the error contains the stack trace: %v", err)
				}
			})
		})
	}
}

func TestRequests_AreRetriedWhileTheServerIsBusy(t *testing.T) {
	for code, attempts := range map[string]int{
		CodeProxyOffline: 3, CodeTimedOut: 3, CodeConflict: 3, "HttpError": 1, CodeNotFound: 1,
	} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
					reply(w, 500, `{"message":"m","errorCode":"`+code+`"}`)
				})
				c := f.client()
				wants(t, c.UpdateRole(t.Context(), orgID, roleID, helpdesk), "HTTP 500")
				f.expect("PUT", attempts)
				wants(t, c.AddEntries(t.Context(), roleID, Operators, []Object{operator}), "it is not known whether")
				f.expect("POST /RbacRoles/"+roleID+"/operators", 1)
			})
		})
	}
}

func TestRequests_WithAnEmptyIDAreNotSent(t *testing.T) {
	for _, id := range []string{"", ".", ".."} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, empty)
			err := f.client().write(t.Context(), remove("delete", "x", pathOf("RbacRoles", id)))
			wants(t, err, "delete x: the ID is empty")
			f.expect("", 0)
		})
	}
}

func TestPaths_AreEscaped(t *testing.T) {
	equal(t, "the path", pathOf("Sites", "a/b,c d%?"), "Sites/a%2Fb%2Cc%20d%25%3F")
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, "") })
		_, err := f.client().GetObject(t.Context(), orgID, Site, "b,c d%?")
		wants(t, err, "read site b,c d%?")
		f.expect("GET "+collectionPath("Sites")+"/b%2Cc%20d%25%3F", 1)
	})
}
