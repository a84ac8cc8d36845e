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
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// stopTimeout is how long a request may continue after the server is asked to stop.
const stopTimeout = 2 * time.Second

// run serves until ctx ends and returns the exit code: 0 on success, 1 if the server failed, 2 for invalid arguments.
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
	defer func() { err = errors.Join(err, files.remove()) }()
	em, err := listen(ctx, s.listen)
	if err != nil {
		return err
	}
	defer em.close()
	vb365, err := listen(ctx, s.vb365Listen)
	if err != nil {
		return err
	}
	defer vb365.close()
	caPEM, certificate, err := simkit.NewCertificate("Simulated Veeam server", em.host, vb365.host)
	if err != nil {
		return err
	}
	if s.caFile, err = files.writeCA(s.caFile, caPEM); err != nil {
		return err
	}
	logger, err := newRequestLog(s, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, logger.close()) }()

	s.options.OnRequest, s.vb365.OnRequest = logger.of("em"), logger.of("vb365")
	emServer, vb365Server := emsim.New(s.options), vb365sim.New(s.vb365)
	served := make(chan error, 2)
	stopEM := em.serve(emServer, certificate, logger, served)
	stopVB365 := vb365.serve(vb365Server, certificate, logger, served)
	all := []access{emAccess(em.url(), s), vb365Access(vb365.url(), s)}
	printAll(stdout, all)
	if s.envFile != "" {
		err = files.write(s.envFile, environment(all))
	}
	if err == nil {
		select {
		case err = <-served:
		case <-ctx.Done():
		}
	}
	stopEM(ctx)
	stopVB365(ctx)
	fmt.Fprintf(stdout, "\nStopped. Sessions left open: %d\n", emServer.OpenSessions()+vb365Server.OpenSessions())
	return err
}

// listening is the address of a server.
type listening struct {
	net.Listener
	host, port string // that a client on this machine can connect to
}

func listen(ctx context.Context, address string) (*listening, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	l := &listening{Listener: listener}
	if l.host, l.port, err = reachable(listener.Addr(), address); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *listening) close() { _ = l.Close() } // only needed if the server was not started

func (l *listening) url() string { return "https://" + net.JoinHostPort(l.host, l.port) }

// serve starts a server, which reports its end to served. It returns a function that stops the server.
func (l *listening) serve(
	handler http.Handler, certificate tls.Certificate, logger *requestLog, served chan<- error,
) func(context.Context) {
	server := &http.Server{
		Handler:           handler,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(logger, "", 0),
	}
	go func() { served <- server.ServeTLS(l.Listener, "", "") }()
	return func(ctx context.Context) { stop(ctx, server) }
}

// stop waits a short time for open requests, then closes the server.
func stop(ctx context.Context, server *http.Server) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		_ = server.Close() // an error changes nothing: the process ends
	}
}

// reachable returns the host and port that a client on this machine can connect to.
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

// written records the files and folders that are of no use without the server, so that they can be removed.
type written struct{ paths []string }

// write creates a file atomically, so that a process that waits for it never reads an incomplete file.
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

// writeCA writes the CA certificate and returns the absolute path of the file. If the path is empty, it creates a
// temporary folder for the file.
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

// remove removes everything in reverse order of creation, so that folders are empty when they are removed.
func (w *written) remove() error {
	var failures []error
	for i := len(w.paths) - 1; i >= 0; i-- {
		if err := os.Remove(w.paths[i]); err != nil && !errors.Is(err, os.ErrNotExist) {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}
