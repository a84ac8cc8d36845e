// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Command idleprovider serves a provider that does nothing, for make bench: its resources and data sources have the
// schemas of the provider, but nothing validates, modifies, reads or sends anything. What Terraform needs for this
// provider, it needs for any provider of these resources.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

func main() {
	options := providerserver.ServeOpts{Address: provider.Address}
	if err := providerserver.Serve(context.Background(), newIdle, options); err != nil {
		log.Fatal(err)
	}
}
