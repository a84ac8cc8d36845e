// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package httpkit

import (
	"errors"
	"fmt"
	"io"
)

// The size limits of a response body, in bytes: of one that is kept in memory, and of one that is decoded while it is
// received.
const (
	maxBody   = 16 << 20
	maxStream = 256 << 20
)

// tooLargeError is the error of a response body with more bytes than the limit.
type tooLargeError int64

func (e tooLargeError) Error() string {
	return fmt.Sprintf("the response is larger than %d MiB", int64(e)>>20)
}

// readBody reads a whole response body and closes it.
func readBody(body io.ReadCloser) ([]byte, error) {
	defer func() { _ = body.Close() }()
	s := stream{body: body, limit: maxBody}
	return io.ReadAll(&s)
}

// decodeBody closes a response body after decode has read it, and returns how it begins. err is the error of reading
// the body, and decoded that of decode.
func decodeBody(body io.ReadCloser, decode func(io.Reader) error) (beginning []byte, decoded, err error) {
	defer func() { _ = body.Close() }()
	s := stream{body: body, limit: maxStream}
	var kept beginningOf
	decoded = decode(io.TeeReader(&s, &kept))
	return kept, decoded, s.err
}

// stream reads a response body up to a limit, and remembers why it could not be read to its end.
type stream struct {
	body        io.Reader
	limit, read int64 // in bytes
	err         error
}

func (s *stream) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.body.Read(p)
	s.read += int64(n)
	switch {
	case s.read > s.limit:
		s.err = tooLargeError(s.limit)
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	default:
		s.err = fmt.Errorf("reading the response: %w", err)
	}
	return 0, s.err
}

// beginningOf keeps the first bytes that are written to it.
type beginningOf []byte

func (b *beginningOf) Write(p []byte) (int, error) {
	const size = 4 << 10
	*b = append(*b, p[:min(len(p), size-len(*b))]...)
	return len(p), nil
}

// UnexpectedEOF returns [io.ErrUnexpectedEOF] if err is [io.EOF], and err itself otherwise. It is for a response that
// ends too early, which is not a regular end.
func UnexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
