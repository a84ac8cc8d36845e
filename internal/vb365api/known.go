// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"errors"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// known is what a client has read of organizations and their objects. It reads none of it twice.
type known struct {
	allOrganizations httpkit.Cached[[]Organization]
	organizations    httpkit.CachedMap[string, answer[Organization]] // by ID
	objects          httpkit.CachedMap[objectKey, answer[Object]]
	searches         httpkit.CachedMap[searchKey, []Object]
	directories      httpkit.CachedMap[directoryKey, []Object]
}

// answer is an object, or the error that says that it does not exist.
type answer[T any] struct {
	val T
	err error
}

type objectKey struct {
	organization string
	Key
}

type searchKey struct {
	organization string
	by           Property
	Key
}

type directoryKey struct {
	organization string
	kind         ObjectType
}

// readOnce reads an object that no request has read before. An object that does not exist is remembered too.
func readOnce[K comparable, T any](
	ctx context.Context, c *Client, m *httpkit.CachedMap[K, answer[T]], key K, r *request, parse func([]byte) (T, error),
) (T, error) {
	a, err := m.Get(ctx, key, func(ctx context.Context) (answer[T], error) {
		val, err := read(ctx, c, r, parse)
		if IsNotFound(err) {
			return answer[T]{err: err}, nil
		}
		return answer[T]{val: val}, err
	})
	if err != nil {
		return a.val, callerError(ctx, r, err)
	}
	return a.val, a.err
}

// callerError adds the operation of the caller to an error of a shared request if the request did not fail itself, but
// the context of the caller ended.
func callerError(ctx context.Context, r *request, err error) error {
	var e *Error
	if ctx.Err() != nil && !errors.As(err, &e) {
		return r.fail(err)
	}
	return err
}
