// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfkit

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestReadAhead_KeepsTheOrderAndReadsSixteenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		begun := time.Now()
		var got []int
		for item, o := range ReadAhead(t.Context(), numbers(160), 0, func(_ context.Context, n int) (int, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(time.Duration(n%2+1) * time.Second)
			return 2 * n, nil
		}) {
			got = append(got, item)
			if o.Result != 2*item {
				t.Errorf("%d has the result of %d", item, o.Result/2)
			}
		}
		if !slices.Equal(got, numbers(160)) {
			t.Errorf("the order is %v", got)
		}
		if took := time.Since(begun); most.Load() != readAhead || took > 20*time.Second {
			t.Errorf("%d at once, in %s", most.Load(), took)
		}
	})
}

func TestReadAhead_StopsWithTheConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun, canceled atomic.Int64
		for item, o := range ReadAhead(t.Context(), numbers(100), 0, func(ctx context.Context, n int) (int, error) {
			begun.Add(1)
			if n > 0 {
				<-ctx.Done()
				canceled.Add(1)
			}
			return n, ctx.Err()
		}) {
			if item != 0 || o.Err != nil {
				t.Errorf("%d was yielded, with the error %v", item, o.Err)
			}
			synctest.Wait()
			break
		}
		if begun.Load() != readAhead || canceled.Load() != readAhead-1 {
			t.Errorf("%d begun, %d canceled", begun.Load(), canceled.Load())
		}
	})
}

func TestReadAhead_ReadsNotMoreThanWanted(t *testing.T) {
	var read []int
	for range ReadAhead(t.Context(), numbers(100), 1, func(_ context.Context, n int) (int, error) {
		read = append(read, n)
		return n, nil
	}) {
		break
	}
	if !slices.Equal(read, []int{0}) {
		t.Errorf("read %v", read)
	}
	for range ReadAhead(t.Context(), nil, 0, func(_ context.Context, n int) (int, error) { return n, nil }) {
		t.Error("there is nothing to yield")
	}
}
