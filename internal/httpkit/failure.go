// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
)

// WrongServiceError is the error of a response that does not come from the service that is expected at the address.
type WrongServiceError struct {
	Service string // the expected service
	Server  string // the Server header of the response; may be empty
	Err     error  // what else is wrong with the response; may be nil
}

// Error names the expected service and what answered instead.
func (e *WrongServiceError) Error() string {
	text := "this response does not come from " + e.Service
	if e.Server != "" {
		text += fmt.Sprintf(" (its Server header is %q)", e.Server)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns what else is wrong with the response.
func (e *WrongServiceError) Unwrap() error { return e.Err }

// why returns the cause of a failed attempt. If the time limit of the attempt ended it, the text says so: the two texts
// that net/http has for this say less.
func (s *Sender) why(err error) error {
	var connecting *net.OpError // a dial has its own time limit
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &connecting) {
		text := fmt.Sprintf("no complete response within %s, the time limit of one attempt", s.config.AttemptTimeout)
		return &scrubbedError{text: text, err: err}
	}
	return cause(err)
}

// cause returns an error of net/http without its URL: the operation that failed already names the object.
func cause(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
