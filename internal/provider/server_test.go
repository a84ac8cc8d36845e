// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func TestServer_KeepsNothingOfACallThatHasEnded(t *testing.T) {
	server, err := NewServer("test")
	if err != nil {
		t.Fatal(err)
	}
	type key struct{}
	// The memory of the value can be reused only if nothing leads to the context any more.
	kept := func(call func(context.Context) error) bool {
		value := new([1 << 16]byte)
		pointer := weak.Make(value)
		ctx, end := context.WithCancel(context.WithValue(t.Context(), key{}, value))
		if err := call(ctx); err != nil {
			t.Fatal(err)
		}
		end()
		runtime.GC()
		return pointer.Value() != nil
	}
	request := &tfprotov6.ReadResourceRequest{TypeName: "veeam_em_account"}
	for name, call := range map[string]func(context.Context) error{
		"validate": func(ctx context.Context) error {
			_, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: request.TypeName})
			return err
		},
		"upgrade": func(ctx context.Context) error {
			_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: request.TypeName})
			return err
		},
		"read": func(ctx context.Context) error { _, err := server.ReadResource(ctx, request); return err },
		"plan": func(ctx context.Context) error {
			_, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: request.TypeName})
			return err
		},
	} {
		if kept(call) {
			t.Errorf("%s: the context of the call is kept", name)
		}
	}
	runtime.KeepAlive(server)
}

func TestCall_PassesTheContextOnUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		until := time.Now().Add(time.Hour)
		ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, "value"), until)
		defer cancel()
		var own, child context.Context
		_, _ = call(ctx, 0, func(ctx context.Context, _ int) (int, error) {
			own = ctx
			var stop context.CancelFunc
			child, stop = context.WithCancel(ctx)
			t.Cleanup(stop)
			if deadline, ok := ctx.Deadline(); !ok || deadline != until || ctx.Value(key{}) != "value" || ctx.Err() != nil {
				t.Errorf("the call has another context: %v", ctx)
			}
			return 0, nil
		})
		if own.Err() == nil || own.Value(key{}) != nil {
			t.Errorf("after the call, the error is %v and the value %v", own.Err(), own.Value(key{}))
		}
		if _, ok := own.Deadline(); ok {
			t.Error("after the call, there still is a deadline")
		}
		<-own.Done()
		cancel()
		<-child.Done() // an operation that outlives the call is canceled as before
	})
}
