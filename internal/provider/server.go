// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// framework is what the framework's server serves. It manages no state, so that state stores are missing.
type framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server is the framework's server of the provider. The framework keeps the context of each call until the process
// ends, to cancel it if Terraform stops the provider. A context holds the loggers and the message of the call: after
// the plan of 1,000 resources, three quarters of the memory. The calls whose number grows with the configuration
// therefore get a context that lets go of all that when the call ends.
type server struct{ framework }

// NewServer returns the server of a provider.
func NewServer(version string, options ...Option) (tfprotov6.ProviderServer, error) {
	inner := providerserver.NewProtocol6(New(version, options...)())()
	complete, ok := inner.(framework)
	if !ok {
		return nil, fmt.Errorf("the framework's server %T does not serve list resources and actions", inner)
	}
	return server{complete}, nil
}

// call does one call of the framework.
func call[Q, P any](ctx context.Context, request Q, do func(context.Context, Q) (P, error)) (P, error) {
	own := &callContext{}
	own.while.Store(&ctx)
	defer own.while.Store(&ended)
	return do(own, request)
}

// ended is the context of a call that has ended.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// callContext is the context of a call and, after it has ended, a canceled context without values.
type callContext struct {
	while atomic.Pointer[context.Context]
}

// Deadline implements [context.Context].
func (c *callContext) Deadline() (time.Time, bool) { return (*c.while.Load()).Deadline() }

// Done implements [context.Context].
func (c *callContext) Done() <-chan struct{} { return (*c.while.Load()).Done() }

// Err implements [context.Context].
func (c *callContext) Err() error { return (*c.while.Load()).Err() }

// Value implements [context.Context].
func (c *callContext) Value(key any) any { return (*c.while.Load()).Value(key) }

// ValidateResourceConfig implements [tfprotov6.ProviderServer].
func (s server) ValidateResourceConfig(
	ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return call(ctx, r, s.framework.ValidateResourceConfig)
}

// UpgradeResourceState implements [tfprotov6.ProviderServer].
func (s server) UpgradeResourceState(
	ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return call(ctx, r, s.framework.UpgradeResourceState)
}

// UpgradeResourceIdentity implements [tfprotov6.ProviderServer].
func (s server) UpgradeResourceIdentity(
	ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return call(ctx, r, s.framework.UpgradeResourceIdentity)
}

// ReadResource implements [tfprotov6.ProviderServer].
func (s server) ReadResource(
	ctx context.Context, r *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	return call(ctx, r, s.framework.ReadResource)
}

// PlanResourceChange implements [tfprotov6.ProviderServer].
func (s server) PlanResourceChange(
	ctx context.Context, r *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return call(ctx, r, s.framework.PlanResourceChange)
}

// ApplyResourceChange implements [tfprotov6.ProviderServer].
func (s server) ApplyResourceChange(
	ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return call(ctx, r, s.framework.ApplyResourceChange)
}

// ImportResourceState implements [tfprotov6.ProviderServer].
func (s server) ImportResourceState(
	ctx context.Context, r *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return call(ctx, r, s.framework.ImportResourceState)
}

// ValidateDataResourceConfig implements [tfprotov6.ProviderServer].
func (s server) ValidateDataResourceConfig(
	ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return call(ctx, r, s.framework.ValidateDataResourceConfig)
}

// ReadDataSource implements [tfprotov6.ProviderServer].
func (s server) ReadDataSource(
	ctx context.Context, r *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	return call(ctx, r, s.framework.ReadDataSource)
}

// CallFunction implements [tfprotov6.ProviderServer].
func (s server) CallFunction(
	ctx context.Context, r *tfprotov6.CallFunctionRequest,
) (*tfprotov6.CallFunctionResponse, error) {
	return call(ctx, r, s.framework.CallFunction)
}
