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

// verifiedWrite is a write that must not be carried out twice, and whose effect can be read from the server.
type verifiedWrite struct {
	op, object string
	settle     time.Duration // how long after a lost response the effect may take to become visible

	// send sends the write, or the part of it that is still missing.
	send func() error
	// look reports whether the server has carried out the whole write. It looks at least once, and until wait has passed.
	look func(wait time.Duration) (bool, error)
	// refused is called if the server refuses the write before any response was lost. It returns the error of the write,
	// or nil if the wanted effect is there nevertheless. If refused is nil, the refusal itself is the error.
	refused func(error) error
	// contested says that another client can bring about what look would see. Then look counts only directly after a
	// lost response. If the server answers, with a 500 too, refused decides.
	contested bool
}

// sendVerified sends a write. If the response is lost, it checks whether the server has carried out the write, for long
// enough if the server may still be busy with it, and sends it again only if the effect is not there. seen reports
// whether the effect was seen on the server; if seen is false and err is nil, the server accepted the write. If err is
// uncertain, the server may have carried out the write.
func (c *Client) sendVerified(ctx context.Context, w verifiedWrite) (seen bool, err error) {
	lost := false // a response was lost, so that a visible effect may be that of an earlier request
	for attempt := 0; ; attempt++ {
		err := w.send()
		lost = lost || IsUncertain(err)
		switch {
		case err == nil:
			return false, nil
		case w.contested && isAnswer(err), !lost && w.refused != nil:
			err = w.refused(err)
			return err == nil, err
		case !lost, ctx.Err() != nil:
			return false, err
		}
		done, lookErr := w.look(c.settleTime(err, w.settle))
		switch {
		case done:
			return true, nil
		case lookErr != nil:
			message := "the response was lost (" + err.Error() + "), and checking the result failed"
			return false, &Error{Op: w.op, Object: w.object, Message: message, Err: lookErr, unknown: true}
		case !mayResend(err) || attempt >= c.maxRetries:
			return false, err
		}
	}
}

// writeAndVerify sends a write and waits until its effect is visible. reached reports whether it is.
func (c *Client) writeAndVerify(ctx context.Context, r *request, reached func() (bool, error)) error {
	look := func(wait time.Duration) (bool, error) { return pollUntil(ctx, wait, reached) }
	seen, err := c.sendVerified(ctx, verifiedWrite{
		op: r.op, object: r.object, settle: settleOthers,
		send: func() error { _, err := c.write(ctx, r); return err },
		look: look,
		refused: func(refusal error) error {
			// Another client may have made the same change at the same time.
			if IsConflict(refusal) {
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
	return &Error{Op: r.op, Object: r.object, Message: "the server accepted the change, but it did not take effect; " +
		"another client may be changing the same object"}
}

// isAnswer reports whether err is the error of a write that the server has processed and answered.
func isAnswer(err error) bool {
	return !mayResend(err) && anyError(err, func(e *Error) bool { return e.Status >= http.StatusBadRequest })
}

// mayResend reports whether an uncertain write may be sent again after a check that has not seen its effect. After a
// 500 it may not: the server has processed the request, and would fail again.
func mayResend(err error) bool {
	return IsUncertain(err) && !hasStatus(err, http.StatusInternalServerError)
}

// stillBusy reports whether err is the error of a write that the server may still be carrying out, because a time limit
// of the client or of a gateway ended the request.
func stillBusy(err error) bool {
	limit := errors.Is(err, context.DeadlineExceeded) ||
		hasStatus(err, http.StatusGatewayTimeout) || hasStatus(err, http.StatusRequestTimeout)
	return IsUncertain(err) && limit
}

// settleTime returns for how long to check for the effect of a write that ended with err. If the server has processed
// the request, one check is enough. If the server may still be busy with it, the time is at least the time limit of an
// attempt, because a write that is sent again too soon could take effect twice.
func (c *Client) settleTime(err error, usual time.Duration) time.Duration {
	switch {
	case !mayResend(err):
		return 0
	case stillBusy(err):
		return max(usual, c.sender.Timeout())
	}
	return usual
}

// pollUntil calls reached until it returns true or an error, or until wait has passed.
func pollUntil(ctx context.Context, wait time.Duration, reached func() (bool, error)) (bool, error) {
	pace := httpkit.Pace{Until: time.Now().Add(wait)}
	return httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) { return reached() })
}
