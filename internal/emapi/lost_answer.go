// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// verifiedWrite is a write that must not be done twice, and whose effect can be
// seen on the server.
type verifiedWrite struct {
	op, object string
	settle     time.Duration // how long after a lost answer the effect may take to be seen

	// send sends the write, or what is still missing of it.
	send func() error
	// look reports whether the server has done the whole write. It looks at least once, and for as long as wait says.
	look func(wait time.Duration) (bool, error)
	// refused returns what a refusal means, given that the server has not done the write: nil if its effect is there
	// nevertheless. If refused is nil, a refusal is an error.
	refused func(error) error
}

// sendVerified sends a write. If the answer is lost, it looks whether the server
// has done the write, long enough for one that is still busy with it, and sends
// it again only if there is no trace of it. It reports whether it is done because
// a look has seen it; otherwise, without an error, the server has agreed. After
// an error that is uncertain, the server may have done it.
func (c *Client) sendVerified(ctx context.Context, w verifiedWrite) (seen bool, err error) {
	lost := false // an earlier answer: what is seen may be what that request did
	for attempt := 0; ; attempt++ {
		err := w.send()
		lost = lost || uncertain(err)
		switch {
		case err == nil:
			return false, nil
		case !lost && w.refused != nil:
			err = w.refused(err)
			return err == nil, err
		case !lost, ctx.Err() != nil:
			return false, err
		}
		done, lookErr := w.look(c.patience(err, w.settle))
		switch {
		case done:
			return true, nil
		case lookErr != nil:
			message := "the answer was lost (" + err.Error() + "), and looking at what the server has failed"
			return false, &Error{Op: w.op, Object: w.object, Message: message, Err: lookErr, unknown: true}
		case !mayResend(err) || attempt >= c.maxRetries:
			return false, err
		}
	}
}

// untilDone sends a write whose effect reached reports. It reads back what the
// server agreed to.
func (c *Client) untilDone(ctx context.Context, r *request, reached func() (bool, error)) error {
	look := func(wait time.Duration) (bool, error) { return settled(ctx, wait, reached) }
	seen, err := c.sendVerified(ctx, verifiedWrite{
		op: r.op, object: r.object, settle: settleOthers,
		send: func() error { _, err := c.write(ctx, r); return err },
		look: look,
		refused: func(refusal error) error {
			// Another client may have done the same at the same time.
			if conflicts(refusal) {
				if done, err := reached(); err == nil && done {
					return nil
				}
			}
			return refusal
		},
	})
	if seen || err != nil {
		return err
	}
	done, err := look(settleOthers)
	if done || err != nil {
		return err
	}
	return &Error{Op: r.op, Object: r.object, Message: "the server agreed, but reading back shows no change; " +
		"something else may be changing it at the same time"}
}

func conflicts(err error) bool {
	return hasStatus(err, http.StatusBadRequest) || hasStatus(err, http.StatusConflict)
}

// mayResend reports whether an uncertain write may be sent again once a look at
// the server has shown no trace of it. After a 500 it may not: the server did
// deal with the request, and would fail again.
func mayResend(err error) bool {
	return uncertain(err) && !hasStatus(err, http.StatusInternalServerError)
}

// stillBusy reports whether err is that of a write that the server may still be
// carrying out: what ended it was a time limit, the client's or a gateway's.
func stillBusy(err error) bool {
	limit := errors.Is(err, context.DeadlineExceeded) ||
		hasStatus(err, http.StatusGatewayTimeout) || hasStatus(err, http.StatusRequestTimeout)
	return uncertain(err) && limit
}

// patience is how long the effect of a write is looked for, given the error that
// it ended with: not at all beyond one look if the server has dealt with it, and
// for as long as another attempt may take if the server may still be at it. Sent
// again too soon, such a write could take effect twice.
func (c *Client) patience(err error, usual time.Duration) time.Duration {
	switch {
	case !mayResend(err):
		return 0
	case stillBusy(err):
		return max(usual, c.sender.Timeout())
	}
	return usual
}

// settled looks until reached reports true or wait is over.
func settled(ctx context.Context, wait time.Duration, reached func() (bool, error)) (bool, error) {
	pace := httpkit.Pace{Min: pollMin, Max: pollMax, Until: time.Now().Add(wait)}
	return httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) { return reached() })
}
