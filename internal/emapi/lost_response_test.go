// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestSendVerified_ChecksTheServerBeforeItSendsAgain(t *testing.T) {
	lost := &Error{Op: "change", Status: 503, unknown: true}
	busy := &Error{Op: "change", Err: context.DeadlineExceeded, unknown: true}
	failed := &Error{Op: "change", Status: 500, unknown: true}
	refusal := &Error{Op: "change", Status: 409}
	blind := errors.New("the check failed")
	type times = []time.Duration
	const sec = time.Second
	for name, tc := range map[string]struct {
		sent      []error // the results of the sends; the last one is that of all further sends too
		seenOn    int     // the number of the look that sees the effect; 0 means none
		looksErr  error
		refused   func(error) error
		contested bool

		seen      bool
		err       error
		uncertain bool
		sends     int
		waits     times // of the looks
	}{
		"accepted": {sent: []error{nil}, sends: 1},
		"refused":  {sent: []error{refusal}, err: refusal, sends: 1},
		"refused, but the effect is there": {
			sent: []error{refusal}, refused: func(error) error { return nil }, seen: true, sends: 1,
		},
		"lost, carried out":       {sent: []error{lost}, seenOn: 1, seen: true, sends: 1, waits: times{sec}},
		"lost, not carried out":   {sent: []error{lost, nil}, sends: 2, waits: times{sec}},
		"lost, server still busy": {sent: []error{busy, nil}, sends: 2, waits: times{time.Minute}},
		"lost each time": {
			sent: []error{lost}, err: lost, uncertain: true, sends: 3,
			waits: times{sec, sec, sec},
		},
		"500, not carried out": {sent: []error{failed}, err: failed, uncertain: true, sends: 1, waits: times{0}},
		"500, carried out":     {sent: []error{failed}, seenOn: 1, seen: true, sends: 1, waits: times{0}},
		"lost, then refused":   {sent: []error{lost, refusal}, err: refusal, sends: 2, waits: times{sec, 0}},
		"lost, then refused because it was carried out": {
			sent: []error{lost, refusal}, seenOn: 2, seen: true, sends: 2, waits: times{sec, 0},
			refused: func(err error) error { return err },
		},
		"contested: lost, carried out": {
			sent: []error{lost}, seenOn: 1, seen: true, sends: 1, waits: times{sec}, contested: true,
			refused: func(error) error { return blind },
		},
		"contested: 500": {
			sent: []error{failed}, err: blind, sends: 1, contested: true, refused: func(error) error { return blind },
		},
		"contested: lost, then 500": {
			sent: []error{lost, failed}, err: blind, sends: 2, waits: times{sec}, contested: true,
			refused: func(error) error { return blind },
		},
		"contested: lost, then refused": {
			sent: []error{lost, refusal}, err: blind, sends: 2, waits: times{sec}, contested: true,
			refused: func(error) error { return blind },
		},
		"lost, and the check fails": {
			sent: []error{lost}, looksErr: blind, err: blind, uncertain: true, sends: 1, waits: times{sec},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, listsNoAccounts)
			sends, looks := 0, 0
			seen, err := f.client().sendVerified(t.Context(), verifiedWrite{
				op: "change", object: "x", settle: sec, refused: tc.refused, contested: tc.contested,
				send: func() error {
					sends++
					return tc.sent[min(sends, len(tc.sent))-1]
				},
				look: func(wait time.Duration) (bool, error) {
					if looks++; looks > len(tc.waits) || wait != tc.waits[looks-1] {
						t.Errorf("look %d has the wait %s, want the waits %v", looks, wait, tc.waits)
					}
					return looks == tc.seenOn, tc.looksErr
				},
			})
			equal(t, "seen", seen, tc.seen)
			if !errors.Is(err, tc.err) {
				t.Errorf("got %v, want %v", err, tc.err)
			}
			equal(t, "uncertain", IsUncertain(err), tc.uncertain)
			equal(t, "the number of sends", sends, tc.sends)
			equal(t, "the number of looks", looks, len(tc.waits))
			if tc.looksErr != nil && !strings.Contains(err.Error(), "the response was lost (change: HTTP 503") {
				t.Errorf("the error %v does not describe how the response was lost", err)
			}
		})
	}
}

func TestSendVerified_DoesNotLookAfterTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	lost := &Error{Op: "change", Err: context.Canceled, unknown: true}
	_, err := newFake(t, listsNoAccounts).client().sendVerified(ctx, verifiedWrite{
		send: func() error { cancel(); return lost },
		look: func(time.Duration) (bool, error) { t.Error("look was called"); return false, nil },
	})
	if !errors.Is(err, lost) {
		t.Errorf("got %v, want %v", err, lost)
	}
}
