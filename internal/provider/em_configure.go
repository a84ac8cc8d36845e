// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// configureEM creates the client of Enterprise Manager from the configuration and the environment. It returns nil if
// neither of them configures a server, and an EM without a client if a value is not known yet.
func (p *veeamProvider) configureEM(ctx context.Context, configured types.Object) (*tfkit.EM, diag.Diagnostics) {
	var m emModel
	s := newSettings(tfkit.EnterpriseManager)
	if !s.open(ctx, configured, &m) {
		return unfinished[tfkit.EM](s)
	}
	config := s.client(m.connectionModel, p.version)
	em := &tfkit.EM{
		ServerPlatform: s.platform(m.ServerPlatform), AllowSelfLockout: s.flag(m.AllowSelfLockout, "allow_self_lockout"),
	}
	if !s.check(config.Check()) {
		return unfinished[tfkit.EM](s)
	}
	client, err := emapi.New(config)
	if err != nil {
		s.invalid(err)
		return nil, s.diags
	}
	p.clients.Add(client)
	em.Client = client
	return em, s.diags
}

func (s *settings) platform(v types.String) string {
	platform := s.text(v, "server_platform")
	if platform == "" {
		return tfkit.PlatformWindows
	}
	if !slices.Contains(tfkit.Platforms, platform) {
		s.refuse("server_platform", "Unknown platform",
			fmt.Sprintf("%q is not a platform. Use one of %s.", platform, strings.Join(tfkit.Platforms, ", ")))
	}
	return platform
}
