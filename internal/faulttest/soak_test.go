// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// The seed is fixed, so that two runs of one commit do the same; another one is tried with -soak.seed.
var (
	soakSeed   = flag.Uint64("soak.seed", 20240917, "seed of the soak")
	soakWorlds = flag.Int("soak.worlds", 20, "servers of the soak, each with operations of its own")
	soakSteps  = flag.Int("soak.steps", 25, "operations on each server of the soak")
)

func TestSoak_RandomChangesAndFaultsEndAsConfigured(t *testing.T) {
	worlds := *soakWorlds
	if raceDetector || testing.Short() {
		worlds = min(worlds, 6)
	}
	t.Logf("-soak.seed=%d -soak.worlds=%d -soak.steps=%d", *soakSeed, worlds, *soakSteps)
	tests := map[string]func(*testing.T){}
	for n := range worlds {
		tests[fmt.Sprint(n)] = func(t *testing.T) { newSoak(t, *soakSeed, n).run(*soakSteps) }
	}
	sideBySide(t, tests)
}

// soak is one server with a configuration that changes at random.
type soak struct {
	t        *testing.T
	random   *rand.Rand
	em       *acctest.EM
	w        *acctest.Workspace
	accounts []account
	scopes   []extraScope
	byHand   []handMade
}

// extraScope is a veeam_em_account_scope.
type extraScope struct {
	name, of string
	object   object
}

// handMade is a scope that somebody gave to an account behind Terraform's back, and that no block has.
type handMade struct {
	account string // name
	object  object
}

var (
	soakRoles   = []string{emsim.RoleVMRestoreOperator, emsim.RolePortalUser, emsim.RoleSQLRestoreOperator, emsim.RoleFileRestoreOperator}
	soakObjects = []object{vm01, sql, web01, web02, db01, dupA, dupB}
)

func newSoak(t *testing.T, seed uint64, world int) *soak {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, uint64(world)))
	pick := func(durations ...time.Duration) time.Duration { return durations[random.IntN(len(durations))] }
	em := acctest.StartEM(t, emsim.Options{
		OmitLocation: random.IntN(3) == 0, ReferencesOnly: random.IntN(4) == 0, OmitSettings: random.IntN(4) == 0,
		RefuseDuplicateRole: random.IntN(2) == 0, SharedScopeIDs: random.IntN(4) == 0,
		ScopeDelay: pick(0, 0, 150*time.Millisecond), RemovingDelay: pick(0, 0, 100*time.Millisecond),
		RootNames: []emsim.RootNames{emsim.RootNamesID, emsim.RootNamesUniqueID, emsim.RootNamesName, emsim.RootNamesMixed}[random.IntN(4)],
	})
	return &soak{t: t, random: random, em: em, w: workspace(em)}
}

func (s *soak) run(steps int) {
	for step := range steps {
		before := s.em.Holds()
		var done []string
		if s.random.IntN(10) < 8 {
			done = append(done, s.reconfigure())
		}
		if s.random.IntN(10) < 3 {
			done = append(done, s.meddle())
		}
		s.forget()
		meddled := s.em.Holds()
		faulty, late := s.arm(&done)
		config := s.config()
		out := s.w.Apply(config...)
		s.em.ClearFaults()
		hits := len(slices.DeleteFunc(s.em.Journal(), func(r emsim.Request) bool { return r.Fault == "" }))
		s.em.ResetJournal()
		s.t.Logf("%2d: %s: %d changes, %d requests met a fault, errors %q", step, strings.Join(done, "; "), len(out.Changes), hits, out.Errors)
		if late {
			time.Sleep(tooLong) // until what the server was asked for has been done
		}
		s.check(config, append(before, meddled...), out, faulty)
		if s.t.Failed() {
			s.t.Fatalf("at step %d", step)
		}
	}
	must(s.t, s.w, s.config())
	s.exactly(s.config())
	must(s.t, s.w, nil)
	if left := s.em.Holds(); len(left) > 0 {
		s.t.Errorf("destroyed, the server still holds %+v", left)
	}
}

func (s *soak) config() []acctest.Block {
	var config []acctest.Block
	for _, a := range s.accounts {
		config = append(config, a.block())
	}
	for _, e := range s.scopes {
		config = append(config, scope(e.name, e.of, e.object))
	}
	return config
}

// reconfigure changes the configuration.
func (s *soak) reconfigure() string {
	if len(s.accounts) == 0 || len(s.accounts) < 4 && s.random.IntN(6) == 0 {
		label := fmt.Sprintf("a%d", s.random.IntN(1000))
		if slices.ContainsFunc(s.accounts, func(a account) bool { return a.label == label }) {
			return "nothing"
		}
		s.accounts = append(s.accounts, account{label: label, name: `TECH\` + label, scope: s.objects(nil)})
		return "account " + label
	}
	i := s.random.IntN(len(s.accounts))
	a := &s.accounts[i]
	switch s.random.IntN(8) {
	case 0:
		label := a.label
		s.scopes = slices.DeleteFunc(s.scopes, func(e extraScope) bool { return e.of == label })
		s.accounts = slices.Delete(s.accounts, i, i+1)
		return "no account " + label
	case 1:
		a.roles = slices.Clone(soakRoles[:0])
		for _, role := range soakRoles {
			if s.random.IntN(2) == 0 {
				a.roles = append(a.roles, role)
			}
		}
		return "roles of " + a.label
	case 2:
		a.all = !a.all
		return "all VMs of " + a.label
	case 3:
		a.deny = !a.deny
		return "replaced " + a.label
	case 4:
		a.name = fmt.Sprintf(`TECH\%s-%d`, a.label, s.random.IntN(1000))
		return "renamed " + a.label
	case 5:
		a.scope = s.objects(a)
		return "restore_scope of " + a.label
	case 6:
		if len(s.scopes) > 0 {
			n := s.random.IntN(len(s.scopes))
			s.scopes = slices.Delete(s.scopes, n, n+1)
			return "a scope less"
		}
	}
	if free := s.free(a); len(free) > 0 {
		e := extraScope{fmt.Sprintf("s%d", s.random.IntN(1_000_000)), a.label, free[s.random.IntN(len(free))]}
		s.scopes = append(s.scopes, e)
		return "scope " + e.object.name + " of " + a.label
	}
	return "nothing"
}

// objects are some that no account_scope of the account has, of each name one.
func (s *soak) objects(a *account) []object {
	var out []object
	for _, n := range s.random.Perm(len(soakObjects)) {
		o := soakObjects[n]
		taken := a != nil && slices.ContainsFunc(s.scopes, func(e extraScope) bool { return e.of == a.label && e.object == o })
		if !taken && !slices.ContainsFunc(out, func(other object) bool { return other.name == o.name }) && len(out) < 1+s.random.IntN(4) {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return []object{soakObjects[0]}
	}
	return out
}

// free are the objects that the configuration does not give to the account.
func (s *soak) free(a *account) []object {
	return slices.DeleteFunc(slices.Clone(soakObjects), func(o object) bool {
		return slices.Contains(a.scope, o) || slices.ContainsFunc(s.scopes, func(e extraScope) bool { return e.of == a.label && e.object == o })
	})
}
