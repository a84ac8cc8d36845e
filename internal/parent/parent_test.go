// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package parent

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAwaitChange_ReturnsAtTheFirstCheckThatFindsAnotherParent(t *testing.T) {
	for name, c := range map[string]struct{ before, after int }{
		"init takes over":            {4711, 1},
		"a service manager does":     {4711, 812},
		"the first one had the ID 1": {1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				awaitChange(c.before, func() int {
					if time.Since(begun) > time.Hour {
						return c.after
					}
					return c.before
				})
				if got, want := time.Since(begun), time.Hour+interval; got != want {
					t.Errorf("returned after %s, want %s", got, want)
				}
			})
		})
	}
}
