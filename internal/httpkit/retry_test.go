// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"net/http"
	"testing"
	"time"
)

func TestBackoff_DoublesWithJitterAndHonorsRetryAfterUpToALimit(t *testing.T) {
	for attempt, most := range []time.Duration{
		500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 10 * time.Second,
	} {
		if d := backoff(0, 0, attempt, nil); d < most/2 || d > most {
			t.Errorf("the pause before retry %d is %s, want %s to %s", attempt+1, d, most/2, most)
		}
	}
	if d := backoff(0, 0, 400, nil); d > 10*time.Second || d < 5*time.Second {
		t.Errorf("the pause before retry 401 is %s, want 5s to 10s", d)
	}
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, "3000": 30 * time.Second, "0": 0, "99999999999": 500 * time.Millisecond,
	} {
		got := backoff(0, 0, 0, &http.Response{Header: http.Header{"Retry-After": {header}}})
		if header == "99999999999" {
			if got > 30*time.Second {
				t.Errorf("Retry-After %s leads to a pause of %s, want at most 30s", header, got)
			}
			continue
		}
		equal(t, "the pause after Retry-After "+header, got, want)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if d, good := retryAfter("Fri, 02 Jan 2026 03:04:15 GMT", now); !good || d != 10*time.Second {
		t.Errorf("retryAfter of a date = %s, %t, want 10s, true", d, good)
	}
	if _, good := retryAfter("soon", now); good {
		t.Error(`retryAfter accepts "soon"`)
	}
}

func TestRetryAfter_IsLimited(t *testing.T) {
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, "600": 30 * time.Second, "": 0} {
		got, known := RetryAfter(http.Header{"Retry-After": {header}}, time.Time{})
		equal(t, "the pause after "+header, got, want)
		equal(t, "whether there is one after "+header, known, header != "")
	}
}
