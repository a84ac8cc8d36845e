// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// parallelReads limits the requests that one call sends in parallel.
const parallelReads = 8

// ReadEach calls read for each item, up to eight at once, and returns the results in the same order, without those that
// are nil. If a call fails, it cancels the others and returns the error.
func ReadEach[T, R any](ctx context.Context, items []T, read func(context.Context, T) (*R, error)) ([]R, error) {
	results := make([]*R, len(items))
	reads, ctx := errgroup.WithContext(ctx)
	reads.SetLimit(parallelReads)
	for i, item := range items {
		reads.Go(func() (err error) {
			results[i], err = read(ctx, item)
			return err
		})
	}
	if err := reads.Wait(); err != nil {
		return nil, err
	}
	out := make([]R, 0, len(items))
	for _, r := range results {
		if r != nil {
			out = append(out, *r)
		}
	}
	return out, nil
}

// listEntry is an entry in a list: a whole object, or a reference, of which only the ID and the name are known.
type listEntry[T any] struct {
	object T
	whole  bool
}

// completeList returns the objects of a list. It reads those of which the list contains only references, and omits
// those that no longer exist.
func completeList[T any](
	ctx context.Context, list []listEntry[T], read func(context.Context, T) (*T, error),
) ([]T, error) {
	return ReadEach(ctx, list, func(ctx context.Context, entry listEntry[T]) (*T, error) {
		if entry.whole {
			return &entry.object, nil
		}
		object, err := read(ctx, entry.object)
		if IsNotFound(err) {
			return nil, nil
		}
		return object, err
	})
}

// referenceEntries returns the entries of the references to objects in a collection.
func referenceEntries[T any](refs []refXML, collection string, of func(id, name string) T) ([]listEntry[T], error) {
	list := make([]listEntry[T], 0, len(refs))
	for _, ref := range refs {
		id, err := ref.id(collection)
		if err != nil {
			return nil, err
		}
		list = append(list, listEntry[T]{object: of(id, ref.Name)})
	}
	return list, nil
}
