// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package processtest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// transcript is what a command has printed so far.
type transcript struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{} // closed when the command prints more; nil if no caller waits
}

// Write appends output of the command.
func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
	return o.text.Write(p)
}

func (o *transcript) String() string {
	text, _ := o.watch()
	return text
}

// watch returns the text and a channel that is closed when more text is written.
func (o *transcript) watch() (string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed == nil {
		o.changed = make(chan struct{})
	}
	return o.text.String(), o.changed
}

// await waits until a complete line contains all of the words.
func (o *transcript) await(ctx context.Context, words []string) error {
	for {
		text, changed := o.watch()
		for line := range strings.Lines(text) {
			if strings.HasSuffix(line, "\n") && containsAll(line, words) {
				return nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func TestTranscript_AwaitsALineThatContainsAllWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o transcript
		done := make(chan error, 1)
		go func() { done <- o.await(t.Context(), []string{"Served", "Plan"}) }()
		for _, part := range []string{"Served\n", "Plan\n", "Served ", "a Plan"} {
			_, _ = o.Write([]byte(part))
			synctest.Wait()
			if len(done) > 0 {
				t.Fatalf("await returned after %q", o.String())
			}
		}
		_, _ = o.Write([]byte("\n"))
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
