// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"time"
)

// GracePeriod is how much longer than the context of its caller an interrupted create or logon may take.
const GracePeriod = 2 * time.Second

// WithGrace returns a context that ends later than ctx by the given time. It is for a request that should finish even
// if its caller is interrupted while it is in progress. The caller calls cancel when the request has ended.
func WithGrace(ctx context.Context, grace time.Duration) (own context.Context, cancel context.CancelFunc) {
	own, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, end) })
	return own, func() {
		stop()
		end()
	}
}
