// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

type strike = faultkit.Strike[*acctest.VB365, vb365sim.Options]

// product implements faultkit.Product for Backup for Microsoft 365.
type product struct{}

// Save implements faultkit.Product: it saves the roles.
func (product) Save(vb *acctest.VB365) (restore func()) {
	var saved func()
	vb.Mutate(func(s *vb365sim.Store) { saved = s.SaveRoles() })
	return func() { vb.Mutate(func(*vb365sim.Store) { saved() }) }
}

// Arm implements faultkit.Product: after some faults the server refuses the refresh token too.
func (product) Arm(vb *acctest.VB365, options vb365sim.Options, strikes []*strike) {
	for _, s := range strikes {
		if s.Fault.UnknownSession != 0 {
			options.RefreshLife, options.RefusedTokenStatus = time.Nanosecond, s.Fault.UnknownSession
		}
	}
	vb.Configure(func(o *vb365sim.Options) {
		o.RefreshLife, o.RefusedTokenStatus = options.RefreshLife, options.RefusedTokenStatus
	})
}

// UnknownSessions implements faultkit.Product: the response with the tokens of a session was lost, or the access tokens
// of the sessions of both commands, and of those that a logon has replaced, have ended and cannot be refreshed.
func (product) UnknownSessions(strikes []*strike) int {
	lost := 0
	for _, s := range strikes {
		switch {
		case s.On.Name == refreshing && s.Every:
			lost += 4
		case s.On.Name == refreshing && s.Fault.After, s.On.Name == logOn && s.Fault.After:
			lost++
		}
	}
	return lost
}

// Orphans implements faultkit.Product.
func (product) Orphans(vb *acctest.VB365, state *tfrun.Workspace) []string {
	return orphans(vb, state)
}

// Differences implements faultkit.Product.
func (p product) Differences(vb *acctest.VB365, w *tfrun.Workspace, configured []tfrun.Block) []string {
	var roles []role
	for _, b := range configured {
		roles = append(roles, roleOf(b))
	}
	out := differences(vb.Snapshot(), roles)
	if plan := p.Plan(w, configured); plan != "" {
		out = append(out, plan)
	}
	return out
}

// Holds implements faultkit.Product.
func (product) Holds(vb *acctest.VB365) any { return vb365sim.WithoutIDs(vb.Snapshot()) }

// Plan implements faultkit.Product.
func (product) Plan(w *tfrun.Workspace, config []tfrun.Block) string {
	return faultkit.PlanOf(w, config)
}

// MayImport implements faultkit.Product.
func (product) MayImport(o operation, strikes []*strike) bool {
	return o.Name == creating && slices.ContainsFunc(strikes, func(s *strike) bool {
		return strings.HasPrefix(s.Fault.Name, "500")
	})
}
