// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// stopTimeout is how long a request may go on after the server was told to stop.
const stopTimeout = 2 * time.Second

// run serves until ctx ends. It returns 0 then, 1 where it could not serve, 2 for wrong arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if err := serve(ctx, s, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "simulator: %s\n", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, s settings, stdout, stderr io.Writer) (err error) {
	files := &written{}
	if s.cleanup {
		defer func() { err = errors.Join(err, files.remove()) }()
	}
	logger, err := newRequestLog(s, files, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, logger.close()) }()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // closed by the server already, unless something failed
	host, port, err := reachable(listener.Addr(), s.listen)
	if err != nil {
		return err
	}
	caPEM, certificate, err := newCertificate(host)
	if err != nil {
		return err
	}
	if s.caFile, err = files.writeCA(s.caFile, caPEM); err != nil {
		return err
	}

	s.options.OnRequest = logger.record
	simulated := emsim.New(s.options)
	server := &http.Server{
		Handler:           simulated,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	if !s.quiet {
		server.ErrorLog = log.New(logger, "", 0)
	}
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(listener, "", "") }()

	access := newAccess("https://"+net.JoinHostPort(host, port), s)
	access.print(stdout)
	if s.envFile != "" {
		err = files.write(s.envFile, access.environment())
	}
	if err == nil {
		select {
		case err = <-served:
		case <-ctx.Done():
		}
	}
	stop(ctx, server)
	fmt.Fprintf(stdout, "\nStopped. Sessions left open: %d\n", simulated.OpenSessions())
	return err
}

// stop lets requests end, for a short while.
func stop(ctx context.Context, server *http.Server) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		_ = server.Close() // nothing more can be done for what is still open
	}
}

// reachable is the host and port under which a client on this machine reaches the listener.
func reachable(address net.Addr, listen string) (host, port string, err error) {
	if _, port, err = net.SplitHostPort(address.String()); err != nil {
		return "", "", err
	}
	if host, _, err = net.SplitHostPort(listen); err != nil {
		return "", "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return host, port, nil
}

// written remembers the files and folders that were made, to remove them again.
type written struct{ paths []string }

// write puts a whole file in place at once: whoever waits for it never sees half of it.
func (w *written) write(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	w.paths = append(w.paths, path)
	return nil
}

// writeCA writes the certificate authority, into a new temporary folder where no file is named.
func (w *written) writeCA(path string, caPEM []byte) (string, error) {
	if path == "" {
		dir, err := os.MkdirTemp("", "veeam-em-simulator-")
		if err != nil {
			return "", err
		}
		w.paths = append(w.paths, dir)
		path = filepath.Join(dir, "ca.pem")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return path, w.write(path, caPEM)
}

// remove takes away what was made last first, so that folders are empty by then.
func (w *written) remove() error {
	var failures []error
	for i := len(w.paths) - 1; i >= 0; i-- {
		if err := os.Remove(w.paths[i]); err != nil && !errors.Is(err, os.ErrNotExist) {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}
