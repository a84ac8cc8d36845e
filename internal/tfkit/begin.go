// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// The default timeouts. The schemas document them.
const (
	changeTimeout = 5 * time.Minute
	readTimeout   = 2 * time.Minute
)

// afterTimeout is the time limit of [After].
const afterTimeout = 10 * time.Second

// After returns a context for what has to follow a change even if the change was interrupted or timed out: reading what
// the server then has, or undoing a part of the change.
func After(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), afterTimeout)
}

// Product is a product that the provider is configured for. C is the type of its client.
type Product[C any] interface {
	// Connected returns the client, or an error if the product's configuration is not fully known yet.
	Connected() (C, diag.Diagnostics)
}

// Timed is the model of a resource with timeouts.
type Timed interface {
	// Limits returns the value of the timeouts attribute.
	Limits() timeouts.Value
}

// BeginCreate starts a Create method. It reads the plan into m, and returns the product's client and a context with the
// planned create timeout. It adds errors to resp. The caller always defers the returned function, and returns if resp
// has an error:
//
//	var m model
//	ctx, client, end := tfkit.BeginCreate(ctx, r.EM, req, resp, &m)
//	defer end()
//	if resp.Diagnostics.HasError() {
//		return
//	}
func BeginCreate[C any](
	ctx context.Context, p Product[C], req resource.CreateRequest, resp *resource.CreateResponse, m Timed,
) (context.Context, C, context.CancelFunc) {
	return begin(ctx, p, req.Plan, m, timeouts.Value.Create, changeTimeout, &resp.Diagnostics)
}

// BeginRead starts a Read method as [BeginCreate] starts Create. It reads the state into m.
func BeginRead[C any](
	ctx context.Context, p Product[C], req resource.ReadRequest, resp *resource.ReadResponse, m Timed,
) (context.Context, C, context.CancelFunc) {
	return begin(ctx, p, req.State, m, timeouts.Value.Read, readTimeout, &resp.Diagnostics)
}

// BeginUpdate starts an Update method as [BeginCreate] starts Create. It reads both the state and the plan. state is
// nil if the method does not need it.
func BeginUpdate[C any](
	ctx context.Context, p Product[C], req resource.UpdateRequest, resp *resource.UpdateResponse, state, plan Timed,
) (context.Context, C, context.CancelFunc) {
	if state != nil {
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	return begin(ctx, p, req.Plan, plan, timeouts.Value.Update, changeTimeout, &resp.Diagnostics)
}

// BeginDelete starts a Delete method as [BeginCreate] starts Create. It reads the state into m.
func BeginDelete[C any](
	ctx context.Context, p Product[C], req resource.DeleteRequest, resp *resource.DeleteResponse, m Timed,
) (context.Context, C, context.CancelFunc) {
	return begin(ctx, p, req.State, m, timeouts.Value.Delete, changeTimeout, &resp.Diagnostics)
}

// BeginDataSource starts the Read method of a data source. It reads the configuration into m and returns the product's
// client. The caller returns if resp has an error.
func BeginDataSource[M, C any](
	ctx context.Context, p Product[C], req datasource.ReadRequest, resp *datasource.ReadResponse, m *M,
) C {
	return Open(ctx, p, req.Config, m, &resp.Diagnostics)
}

// Open reads the configuration of a list resource or an action into m and returns the product's client. If the
// configuration has no block, m remains unchanged.
func Open[M, C any](ctx context.Context, p Product[C], config tfsdk.Config, m *M, diags *diag.Diagnostics) C {
	if !config.Raw.IsNull() {
		diags.Append(config.Get(ctx, m)...)
	}
	client, more := p.Connected()
	diags.Append(more...)
	return client
}

// source is a plan or a state.
type source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// timeoutOf is a method of timeouts.Value, which returns the timeout of one operation.
type timeoutOf func(timeouts.Value, context.Context, time.Duration) (time.Duration, diag.Diagnostics)

func begin[C any](
	ctx context.Context, p Product[C], from source, m Timed, of timeoutOf, byDefault time.Duration,
	diags *diag.Diagnostics,
) (context.Context, C, context.CancelFunc) {
	diags.Append(from.Get(ctx, m)...)
	timeout, more := of(m.Limits(), ctx, byDefault)
	diags.Append(more...)
	client, more := p.Connected()
	diags.Append(more...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	inProgress.RLock()
	return ctx, client, func() { cancel(); inProgress.RUnlock() }
}

// inProgress is locked for reading by each operation of a resource, from its beginning to its end.
var inProgress sync.RWMutex

// Drain waits until no operation of a resource is in progress, or until ctx ends.
func Drain(ctx context.Context) {
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		inProgress.Lock() // meanwhile, no operation can begin
		defer inProgress.Unlock()
	}()
	select {
	case <-drained:
	case <-ctx.Done():
	}
}
