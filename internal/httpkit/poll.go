// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"time"
)

// Sleep waits for d. If ctx ends before that, it returns ctx's error at once.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Pause waits for a time between half of d and d, so that goroutines that look
// at the same server spread. If ctx ends before that, it returns ctx's error at
// once.
func Pause(ctx context.Context, d time.Duration) error { return Sleep(ctx, jitter(d)) }
