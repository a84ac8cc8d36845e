// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWithGrace_EndsLaterThanItsParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		own, cancel := WithGrace(parent, time.Minute)
		defer cancel()
		took := stopwatch(t)
		<-own.Done()
		took(61*time.Second, 61*time.Second)

		another, cancel := WithGrace(t.Context(), time.Minute)
		cancel()
		equal(t, "the error of a canceled context", another.Err(), context.Canceled)
	})
}
