// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// Root returns the ID of the hierarchy root that a scope is listed with, by the root's ID, unique ID or name; a GUID of no
// known root is taken for an ID (file shares are no hierarchy roots). It is empty where the server knows no such root.
func Root(ctx context.Context, client *emapi.Client, listedName string) (string, error) {
	roots, err := client.HierarchyRoots(ctx)
	if err != nil {
		return "", err
	}
	for _, root := range roots {
		if root.Named(listedName) {
			return root.ID, nil
		}
	}
	if id, err := emapi.ParseGUID(listedName); err == nil {
		return id, nil
	}
	return "", nil
}
