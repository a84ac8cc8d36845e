// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"fmt"
	"io"
)

// maxBody is the size limit of a response body, in bytes.
const maxBody = 16 << 20

var errTooLarge = errors.New("the response is larger than 16 MiB")

// readBody reads a whole response body and closes it.
func readBody(body io.ReadCloser) ([]byte, error) {
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the response: %w", UnexpectedEOF(err))
	}
	if len(data) > maxBody {
		return nil, errTooLarge
	}
	return data, nil
}

// UnexpectedEOF returns [io.ErrUnexpectedEOF] if err is [io.EOF], and err itself otherwise. It is for a response that
// ends too early, which is not a regular end.
func UnexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
