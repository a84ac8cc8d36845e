// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// SetAllowRestoreAllVMs sets whether an account may restore all VMs or only those in its scopes. The API can only
// toggle this setting. Two clients that read the same value and toggle it cancel each other out, and so do two toggles
// of one client if the first one is carried out late. Therefore each toggle follows a read, and the value must settle
// after it. If it settles on the wrong value, it is toggled again, a few times, unless a toggle may still be pending.
// Nothing is sent if the setting has the wanted value. If the setting does not end with the wanted value, the error
// contains the value that it has.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts/{ID}.
func (c *Client) SetAllowRestoreAllVMs(ctx context.Context, id string, want bool) error {
	const op = "switch the restore of all VMs of"
	id, path, err := accountPath(op, id)
	if err != nil {
		return err
	}
	unlock, err := c.changing.Lock(ctx, changeKey("toggle", id))
	if err != nil {
		return &Error{Op: op, Object: c.accountObject(id), Err: err}
	}
	defer unlock()
	r := post(op, c.accountObject(id), path, nil)
	r.abandoned = func() bool { return true } // a retry needs a new read
	t := &toggler{client: c, request: r, account: id, want: want}
	return t.run(ctx)
}

// toggler sets AllowRestoreAllVMs of an account.
type toggler struct {
	client  *Client
	request *request
	account string
	want    bool

	value    bool          // as last read
	asked    time.Time     // when that read began
	trip     time.Duration // the longest time from such a read to the response to the toggle
	accepted int           // toggles
	lost     int           // toggles whose response was lost
	unsent   int           // toggles that the server did not accept
	until    time.Time     // when the server has certainly carried out the toggles, if a response was lost
	changes  int           // of the value that were seen while it should settle
	reached  bool          // the value was the wanted one after the last toggle
	disputed bool          // another client seems to toggle the value too
}

func (t *toggler) run(ctx context.Context) error {
	if err := t.read(ctx); err != nil {
		return err
	}
	if t.value == t.want {
		// The caller expected the other value. Another client has just toggled it, and a third one may do so now.
		if err := t.settle(ctx, nil); err != nil {
			return err
		}
	}
	for t.value != t.want {
		if err := t.toggle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// toggle toggles the value and waits until it settles. If it settles on the wrong value, toggle returns when it may be
// toggled again, or an error if it may not.
func (t *toggler) toggle(ctx context.Context) error {
	cause := t.send(ctx)
	switch {
	case cause == nil, IsUncertain(cause) && ctx.Err() == nil:
		if err := t.settle(ctx, cause); err != nil || t.value == t.want {
			return err
		}
	case !notAccepted(cause), ctx.Err() != nil:
		return cause
	}
	if err := t.mayRepeat(cause); err != nil {
		return err
	}
	if err := t.pause(ctx); err != nil {
		return t.unclear(cause, err)
	}
	if t.value == t.want { // another client was first
		return t.settle(ctx, cause)
	}
	return nil
}

func (t *toggler) send(ctx context.Context) error {
	t.reached = false
	_, err := t.client.write(ctx, t.request)
	switch {
	case err == nil:
		t.accepted++
		t.trip = max(t.trip, time.Since(t.asked))
	case IsUncertain(err):
		t.lost++
	case notAccepted(err):
		t.unsent++
	}
	if t.lost > 0 {
		wait := settleLostToggle
		if stillBusy(err) {
			wait = max(wait, t.client.sender.Timeout())
		}
		t.until = time.Now().Add(wait)
	}
	return err
}

// notAccepted reports whether the server cannot have carried out a write but may accept it later.
func notAccepted(err error) bool {
	return hasStatus(err, http.StatusTooManyRequests) || anyError(err, func(e *Error) bool { return e.unsent })
}

func (t *toggler) read(ctx context.Context) error {
	t.asked = time.Now()
	a, err := t.client.GetAccount(ctx, t.account)
	if err == nil {
		t.value = a.AllowRestoreAllVMs
	}
	return err
}

// settle reads the value until it has not changed for a while. cause is the error of the last toggle, if any.
func (t *toggler) settle(ctx context.Context, cause error) error {
	var since time.Time
	pace := httpkit.Pace{Min: settleToggle, Exact: true}
	_, err := httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) {
		before := t.value
		if err := t.read(ctx); err != nil {
			return false, err
		}
		if since.IsZero() || t.value != before {
			if !since.IsZero() {
				t.changes++
			}
			t.disputed = t.disputed || t.changes > 0 || t.value != t.want || t.accepted+t.lost == 0
			since = time.Now()
		}
		t.reached = t.reached || t.value == t.want
		quiet := t.asked.Sub(since) >= t.quiet() && !t.asked.Before(t.until)
		return quiet || t.changes > maxChanges, nil
	})
	switch {
	case err != nil:
		return t.unclear(cause, err)
	case t.changes > maxChanges:
		return t.failure("another client keeps changing it", nil)
	}
	return nil
}

// quiet returns how long the value must not change before it counts as settled. Another client that has read the former
// value did so before the toggle of this one, and then takes about as long as this one to toggle it. Once there is a
// sign of another client, it may be a slower one.
func (t *toggler) quiet() time.Duration {
	quiet := min(max(settleToggle, 2*t.trip), settleToggleMax)
	if t.disputed {
		return 5 * quiet
	}
	return quiet
}

// pause waits for a random time and reads the value: another client that has seen the same wrong value must not toggle
// it at the same moment.
func (t *toggler) pause(ctx context.Context) error {
	longest := 2 * t.quiet()
	pace := httpkit.Pace{Min: longest, Max: longest, PauseFirst: true}
	_, err := httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) { return true, t.read(ctx) })
	return err
}

// mayRepeat returns an error unless the value, which is the wrong one, may be toggled again. cause is the error of the
// last toggle, if any.
func (t *toggler) mayRepeat(cause error) error {
	switch {
	case notAccepted(cause) && t.unsent <= t.client.maxRetries:
		return nil
	case stillBusy(cause) && !t.reached:
		// If the server carried out the toggle after the next one, it would undo it.
		return t.failure("the server may still carry out the change", cause)
	case cause != nil && !t.reached && (!mayResend(cause) || t.lost > maxLostToggles):
		return t.failure("", cause)
	case t.accepted+t.lost >= maxToggles:
		return t.failure(fmt.Sprintf("the server accepted the change %d times, but it did not take effect, "+
			"or another client undid it", t.accepted), nil)
	}
	return nil
}

// failure returns an error that contains the value.
func (t *toggler) failure(why string, cause error) error {
	e := Error{Op: t.request.op, Object: t.request.object}
	if failed := (*Error)(nil); errors.As(cause, &failed) {
		e = *failed
	}
	for _, text := range []string{why, fmt.Sprintf("AllowRestoreAllVms is now %t, not %t", t.value, t.want)} {
		if e.Message != "" && text != "" {
			e.Message += "; "
		}
		e.Message += text
	}
	return &e
}

// unclear returns the error of a toggle after which reading the value failed.
func (t *toggler) unclear(cause, err error) error {
	e := &Error{Op: t.request.op, Object: t.request.object, Err: err, unknown: t.lost > 0}
	switch {
	case IsUncertain(cause):
		e.Message = "the response was lost (" + cause.Error() + "), and checking the result failed"
	case t.accepted > 0:
		e.Message = "the server accepted the change, and checking the result failed"
	}
	return e
}
