// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

type strike = faultkit.Strike[*acctest.EM, emsim.Options]

// product implements faultkit.Product for Enterprise Manager.
type product struct{}

// Save implements faultkit.Product: it saves the accounts.
func (product) Save(em *acctest.EM) (restore func()) {
	var accounts []emsim.Account
	em.Mutate(func(store *emsim.Store) {
		for _, a := range store.Accounts() {
			accounts = append(accounts, clone(a))
		}
	})
	return func() {
		em.Mutate(func(store *emsim.Store) {
			for _, a := range store.Accounts() {
				store.RemoveAccount(a.ID)
			}
			for _, a := range accounts {
				store.AddAccount(clone(&a))
			}
		})
	}
}

func clone(a *emsim.Account) emsim.Account {
	copied := *a
	copied.Scopes = nil
	for _, sc := range a.Scopes {
		one := *sc
		copied.Scopes = append(copied.Scopes, &one)
	}
	return copied
}

// Arm implements faultkit.Product: some faults need another status for an unknown session.
func (product) Arm(em *acctest.EM, options emsim.Options, strikes []*strike) {
	unknown := options.UnknownSessionStatus
	for _, strike := range strikes {
		unknown = cmp.Or(strike.Fault.UnknownSession, unknown)
	}
	em.Configure(func(o *emsim.Options) { o.UnknownSessionStatus = unknown })
}

// UnknownSessions implements faultkit.Product: the server opened a session, but no response had its ID.
func (product) UnknownSessions(strikes []*strike) int {
	for _, s := range strikes {
		hasHeader := s.Fault.Is.Kind == emsim.FaultTruncated || s.Fault.Is.Kind == emsim.FaultWrongNamespace
		if s.On.Name == logOn && s.Fault.After && !hasHeader {
			return 1
		}
	}
	return 0
}

// Orphans implements faultkit.Product.
func (product) Orphans(em *acctest.EM, state *tfrun.Workspace) []string {
	return orphans(em, state)
}

// Differences implements faultkit.Product.
func (product) Differences(em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block) []string {
	return differences(em, w, config)
}

// Holds implements faultkit.Product.
func (product) Holds(em *acctest.EM) any { return em.Holds() }

// Plan implements faultkit.Product.
func (product) Plan(w *tfrun.Workspace, config []tfrun.Block) string { return planned(w, config) }

// MayImport implements faultkit.Product: after an answer of 500, or if the answer was lost and the account is not as
// requested, an account of the requested name may be another client's.
func (product) MayImport(o operation, strikes []*strike) bool {
	differs := o.Options.AddedRole != ""
	return (o.Name == "create an account" || differs) && slices.ContainsFunc(strikes, func(s *strike) bool {
		return s.Fault.Name == "500 after" || differs && s.Fault.After
	})
}

// differences returns the differences between the configuration and the server, and those that a plan finds.
func differences(em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block) []string {
	var out []string
	if got, want := em.Holds(), configured(config); !reflect.DeepEqual(got, want) {
		out = append(out, fmt.Sprintf("the server holds\n  %+v\nconfigured\n  %+v", got, want))
	}
	if plan := planned(w, config); plan != "" {
		out = append(out, plan)
	}
	return out
}

// planned returns what a plan finds, or "" if it is empty. It ignores that an account shows the scopes that other
// resources have changed since it was read.
func planned(w *tfrun.Workspace, config []tfrun.Block) string {
	return faultkit.PlanOf(w, config, "unlisted_scope_names")
}
