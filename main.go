// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-veeam serves the provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// version is set by the release build.
var version = "dev"

// logoffTime limits how long logging off may delay the end of the process. The user waits for it, and Terraform kills a
// provider about two seconds after it has stopped serving.
const logoffTime = 1200 * time.Millisecond

func main() {
	var debug bool
	flag.BoolVar(&debug, "debug", false, "run under a debugger: print the value for TF_REATTACH_PROVIDERS")
	flag.Parse()

	log.SetFlags(0) // Terraform expects the level at the start of a line, and adds the time itself
	quietSDK()
	clients := &tfkit.Clients{}
	newProvider := provider.New(version, provider.WithClients(clients))
	err := providerserver.Serve(context.Background(), newProvider, providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   debug,
	})

	ctx, cancel := context.WithTimeout(context.Background(), logoffTime)
	if closeErr := clients.Close(ctx); closeErr != nil {
		log.Printf("[WARN] An Enterprise Manager session was not logged off. "+
			"The server ends it after 15 minutes without requests: %v", closeErr)
	}
	cancel()
	if err != nil {
		log.Fatal(err)
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
