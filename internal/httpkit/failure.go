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
