// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type action string

const (
	actionNone    action = ""
	actionCreate  action = "create"
	actionUpdate  action = "update"
	actionReplace action = "replace" // delete, then create
	actionDelete  action = "delete"
)

// change is what is planned for one resource.
type change struct {
	action  action
	prior   *instance // refreshed; nil if there is none
	planned map[string]any
	// deletion is the plan that deletes prior. Terraform does not plan a deletion again when it applies it, unless the
	// resource is deposed in the same apply.
	deletion Planned
	// deposed is the address that prior moves to when a replacement that is created first takes its address. No block has
	// such an address, so a later plan destroys whatever is still there.
	deposed string
	// replacing is the address of the replacement, in the change that deletes the deposed resource.
	replacing string
}

// refreshAndPlan refreshes and plans each resource after those that it refers to.
func (k *walk) refreshAndPlan() {
	k.w.mu.Lock()
	prior := maps.Clone(k.w.state)
	k.w.mu.Unlock()
	addresses := slices.Sorted(maps.Keys(prior))
	for address := range k.blocks {
		if prior[address] == nil {
			addresses = append(addresses, address)
		}
	}
	k.each(addresses, k.w.PlanOrder, func(address string) []string {
		if b, ok := k.blocks[address]; ok {
			return references(b)
		}
		return prior[address].dependsOn
	}, func(address string) bool {
		before, ok := prior[address], true
		if before != nil {
			before, ok = k.refresh(address, before)
		} else if b := k.blocks[address]; b.ImportID != "" {
			before = k.imported(b, b.ImportID, nil)
			ok = before != nil
			k.mu.Lock()
			k.refreshed[address] = before
			k.mu.Unlock()
		}
		return ok && k.plan(address, before)
	})
}

// refresh reads a resource. Before that it passes the state through JSON and the provider's upgrade, as Terraform does.
func (k *walk) refresh(address string, in *instance) (*instance, bool) {
	k.w.t.Helper()
	raw, err := json.Marshal(in.State)
	if err != nil {
		k.w.t.Fatal(err)
	}
	schema := k.p.Schemas.ResourceSchemas[in.typeName]
	upgraded, err := k.p.Server.UpgradeResourceState(k.w.t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: in.typeName, Version: schema.Version, RawState: &tfprotov6.RawState{JSON: raw},
	})
	if err != nil {
		k.w.t.Fatal(err)
	}
	if k.note(upgraded.Diagnostics) {
		return nil, false
	}
	stored := in.Stored
	stored.State = k.p.decode(schema.ValueType(), upgraded.UpgradedState)
	read, said := k.p.read(in.typeName, stored)
	if k.note(said) {
		return nil, false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if read.State == nil {
		k.drift = append(k.drift, address)
		return nil, true
	}
	for name, value := range read.State {
		if !reflect.DeepEqual(value, in.State[name]) {
			k.drift = append(k.drift, address+"."+name)
		}
	}
	after := *in
	after.Stored = read
	k.refreshed[address] = &after
	return &after, true
}

// plan plans one resource.
func (k *walk) plan(address string, prior *instance) bool {
	b, wanted := k.blocks[address]
	c := &change{prior: prior}
	switch {
	case !wanted && prior == nil:
		return true
	case !wanted:
		c.action = actionDelete
		var said []*tfprotov6.Diagnostic
		if c.deletion, said = k.p.Plan(prior.typeName, prior.Stored, nil); k.note(said) {
			return false
		}
	default:
		config := k.resolve(b, func(r Reference) any { return k.plannedValue(r) })
		validated, err := k.p.Server.ValidateResourceConfig(k.w.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: b.Type,
			Config:   k.p.encode(k.p.Schemas.ResourceSchemas[b.Type].ValueType(), config),
		})
		if err != nil {
			k.w.t.Fatal(err)
		}
		if k.note(validated.Diagnostics) {
			return false
		}
		act, planned, said := k.decide(b, prior, config)
		if k.note(said) {
			return false
		}
		c.action, c.planned = act, planned.State
		c.deletion.private = planned.private
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes[address] = c
	return true
}

// decide plans a configured resource and returns the action to take. A tainted resource is recreated: it is planned as
// if it did not exist.
func (k *walk) decide(b Block, prior *instance, config map[string]any) (action, Planned, []*tfprotov6.Diagnostic) {
	before := Stored{}
	if prior != nil && !prior.tainted {
		before = prior.Stored
	}
	planned, said := k.p.Plan(b.Type, before, config)
	switch {
	case hasError(said):
		return actionNone, planned, said
	case prior == nil:
		return actionCreate, planned, said
	case prior.tainted:
		return actionReplace, planned, said
	case planned.Replaces:
		recreated, more := k.p.Plan(b.Type, Stored{Private: planned.private}, config)
		return actionReplace, recreated, append(said, more...)
	case reflect.DeepEqual(planned.State, before.State):
		return actionNone, planned, said
	}
	return actionUpdate, planned, said
}

// plannedValue returns the planned value of an attribute, or Unknown if its resource has no planned change.
func (k *walk) plannedValue(r Reference) any {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c := k.changes[r.Address]; c != nil {
		return c.planned[r.Attribute]
	}
	return Unknown
}

// resolve returns the configuration of a block with its references replaced by values.
func (k *walk) resolve(b Block, value func(Reference) any) map[string]any {
	config := map[string]any{}
	for name, v := range b.Attributes {
		if r, ok := v.(Reference); ok {
			v = value(r)
		}
		config[name] = v
	}
	return config
}

func references(b Block) []string {
	var out []string
	for _, v := range b.Attributes {
		if r, ok := v.(Reference); ok {
			out = append(out, r.Address)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// each calls do for every node after the nodes that it depends on, and after those before it in order, with as many
// calls at once as there are slots. If do fails for a node, the nodes that depend on it are skipped.
func (k *walk) each(nodes, order []string, dependsOn func(string) []string, do func(string) bool) {
	done := map[string]chan struct{}{}
	for _, n := range nodes {
		done[n] = make(chan struct{})
	}
	var mu sync.Mutex
	failed := map[string]bool{}
	var all sync.WaitGroup
	for _, n := range nodes {
		all.Go(func() {
			defer close(done[n])
			for _, earlier := range order[:max(0, slices.Index(order, n))] {
				if c, exists := done[earlier]; exists {
					<-c
				}
			}
			ok := true
			for _, other := range dependsOn(n) {
				if c, exists := done[other]; exists {
					<-c
					mu.Lock()
					ok = ok && !failed[other]
					mu.Unlock()
				}
			}
			if ok {
				k.slots <- struct{}{}
				ok = do(n)
				<-k.slots
			}
			mu.Lock()
			failed[n] = !ok
			mu.Unlock()
		})
	}
	all.Wait()
}
