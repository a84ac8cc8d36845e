// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// configureVB365 is configureEM for Veeam Backup for Microsoft 365.
func (p *veeamProvider) configureVB365(ctx context.Context, configured types.Object) (*tfkit.VB365, diag.Diagnostics) {
	var m connectionModel
	s := newSettings(tfkit.BackupFor365)
	if !s.open(ctx, configured, &m) {
		return unfinished[tfkit.VB365](s)
	}
	config := vb365api.Config(s.client(m, p.version))
	if !s.check(config.Check()) {
		return unfinished[tfkit.VB365](s)
	}
	client, err := vb365api.New(config)
	if err != nil {
		s.invalid(err)
		return nil, s.diags
	}
	p.clients.Add(client)
	return &tfkit.VB365{Client: client}, s.diags
}
