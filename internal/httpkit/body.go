// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"fmt"
	"io"
)

// maxBody is how many bytes of an answer are read at most.
const maxBody = 16 << 20

var errTooLarge = errors.New("the answer is larger than 16 MiB")

// readBody reads an answer whole and closes it.
func readBody(body io.ReadCloser) ([]byte, error) {
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", UnexpectedEOF(err))
	}
	if len(data) > maxBody {
		return nil, errTooLarge
	}
	return data, nil
}

// UnexpectedEOF returns [io.ErrUnexpectedEOF] for an end of file, and any other
// error as it is. An answer that ends too early is no regular end.
func UnexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
