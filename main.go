// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-veeam serves the provider to Terraform.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/veeam-community/terraform-provider-veeam/internal/parent"
	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// version and commit are set by the release build.
var version, commit = "dev", "unknown"

// gcPercent lets the heap grow by more than usual between two garbage collections, which took a quarter of the time of
// a plan: what the provider keeps is small, and most of what it allocates ends with a call. GOGC overrides it.
const gcPercent = 400

// logoffTime limits how long logging off may delay the end of the process. The user waits for it, and Terraform kills a
// provider about two seconds after it has stopped serving.
const logoffTime = 1200 * time.Millisecond

// orphanTime limits how long a provider without Terraform may take to finish its operations, and then to log off.
const orphanTime = 30 * time.Second

func main() {
	var managed bool
	flag.BoolVar(&managed, "debug", false, "run under a debugger: print the value for TF_REATTACH_PROVIDERS")
	show := flag.Bool("version", false, "print the version and the commit, and exit")
	flag.Parse()
	if *show {
		_, _ = fmt.Fprintf(os.Stdout, "terraform-provider-veeam %s, commit %s, %s %s/%s\n",
			version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return
	}

	log.SetFlags(0) // Terraform expects the level at the start of a line, and adds the time itself
	quietSDK()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	clients := &tfkit.Clients{}
	if !managed { // a debugged provider may outlive the shell that started it
		endWithParent(clients)
	}
	server, err := provider.NewServer(version, provider.WithClients(clients))
	if err != nil {
		log.Fatal(err)
	}
	var options []tf6server.ServeOpt
	if managed {
		options = append(options, tf6server.WithManagedDebug())
	}
	err = tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer { return server }, options...)
	logOff(clients, logoffTime)
	if err != nil {
		log.Fatal(err)
	}
}

// endWithParent lets Terraform decide when the provider ends: like an interrupt, which go-plugin ignores, a signal to
// the whole process group does not end the provider before Terraform has recorded its results. When Terraform has died
// and cannot end the provider, the provider ends itself. By then, the connection is lost and has canceled all requests.
func endWithParent(clients *tfkit.Clients) {
	parent.IgnoreSignals()
	go func() {
		parent.AwaitEnd()
		ctx, cancel := context.WithTimeout(context.Background(), orphanTime)
		defer cancel()
		tfkit.Drain(ctx)
		logOff(clients, orphanTime)
		os.Exit(1)
	}()
}

func logOff(clients *tfkit.Clients, limit time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := clients.Close(ctx); err != nil {
		log.Printf("[WARN] A session was not logged off. Enterprise Manager ends it after 15 minutes without requests, and "+
			"Veeam Backup for Microsoft 365 when its tokens expire: %v", err)
	}
}

// quietSDK disables the framework's own logging unless a TF_LOG variable is set. Otherwise the framework formats every
// trace line although Terraform discards it, which took 45 % of the time of a plan of 1,000 resources.
func quietSDK() {
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "TF_LOG") && value != "" {
			return
		}
	}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"} {
		if err := os.Setenv(name, "OFF"); err != nil {
			return
		}
	}
}
