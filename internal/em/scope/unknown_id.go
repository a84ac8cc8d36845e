// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

// A scope that the server accepted, or may have accepted, but does not list yet has no known ID. The state then stores
// an empty ID, and the private state (scopeset.Owned) identifies the scope when it appears.

// markUnlisted turns m into the state of a scope without an ID.
func (m *model) markUnlisted() {
	m.ID = types.StringValue("")
	for _, v := range []*types.String{&m.Platform, &m.HierarchyObjectType, &m.HierarchyRootName, &m.State} {
		*v = types.StringValue("")
	}
}

// awaitListed waits for a while until the scope of a state without an ID appears, and copies it into m. If the scope
// does not appear, m keeps its empty ID.
func (r *scopeResource) awaitListed(
	ctx context.Context, client *emapi.Client, m *model, owned scopeset.Owned,
) (diags diag.Diagnostics) {
	if m.ID.ValueString() != "" {
		return nil
	}
	account, err := m.account(r.EM, client)
	if err != nil {
		return nil
	}
	_, listed, err := account.AwaitListed(ctx, owned, m.toItem())
	if err != nil {
		diags.Append(m.failure(ctx, client, "find the restore scope "+m.name()+" of the account", err))
	}
	if listed.ID != "" {
		m.fromScope(listed)
	}
	return diags
}
