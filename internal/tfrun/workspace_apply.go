// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// deletion marks the node of a resource's end; its create or update has a node of its own.
const deletion = "delete "

// apply is the walk of an apply: the ends of resources from the leaves inwards, the rest the other way round.
func (k *walk) apply() {
	for address, c := range maps.Clone(k.changes) {
		if c.action == actionReplace && k.blocks[address].CreateBeforeDestroy {
			c.deposed = k.freeDeposed(address)
			k.changes[c.deposed] = &change{action: actionDelete, prior: c.prior, replacing: address}
		}
	}
	var nodes []string
	for address, c := range k.changes {
		if c.action == actionDelete || c.action == actionReplace && c.deposed == "" {
			nodes = append(nodes, deletion+address)
		}
		if c.action == actionCreate || c.action == actionUpdate || c.action == actionReplace {
			nodes = append(nodes, address)
		}
	}
	slices.Sort(nodes)
	k.each(nodes, k.before, func(node string) bool {
		if ended, ok := strings.CutPrefix(node, deletion); ok {
			return k.remove(ended)
		}
		return k.make(node)
	})
}

// before are the nodes that come before one.
func (k *walk) before(node string) []string {
	ended, ok := strings.CutPrefix(node, deletion)
	if !ok {
		return append(references(k.blocks[node]), deletion+node)
	}
	var first []string
	for address, c := range k.changes {
		if c.prior != nil && slices.Contains(c.prior.dependsOn, ended) {
			first = append(first, deletion+address)
		}
	}
	if made := k.changes[ended].replacing; made != "" {
		first = append(first, made)
		for address, b := range k.blocks { // what referred to the old one refers to the new one by then
			if slices.Contains(references(b), made) {
				first = append(first, address)
			}
		}
	}
	return first
}

// freeDeposed is an address for what a replacement of the address leaves to be destroyed.
func (k *walk) freeDeposed(address string) string {
	for n := 1; ; n++ {
		free := fmt.Sprintf("%s (deposed %d)", address, n)
		if k.changes[free] == nil && k.w.Attributes(free) == nil {
			return free
		}
	}
}

// remove deletes a resource. Where that fails the state keeps it.
func (k *walk) remove(address string) bool {
	c := k.changes[address]
	typeName := c.prior.typeName
	planned, said := k.p.Plan(typeName, c.prior.Stored, nil)
	if k.note(said) {
		return false
	}
	after, said := k.p.ApplyPlanned(typeName, c.prior.Stored, planned, nil)
	failed := k.note(said)
	kept := *c.prior
	if after.State != nil {
		kept.Stored = after
	}
	if failed {
		k.store(address, &kept)
		return false
	}
	k.store(address, nil)
	return true
}

// make creates or updates a resource, after it has been planned again with what is known by now.
func (k *walk) make(address string) bool {
	c, b := k.changes[address], k.blocks[address]
	config := k.resolve(b, func(r Reference) any { return k.w.Attributes(r.Address)[r.Attribute] })
	var prior *instance
	before := Stored{}
	if c.action == actionUpdate {
		prior, before = c.prior, c.prior.Stored
	}
	act, planned, said := k.decide(b, prior, config)
	if k.note(said) {
		return false
	}
	if act == actionNone {
		return true
	}
	if (act == actionUpdate) != (c.action == actionUpdate) || !compatible(c.planned, planned.State) {
		return !k.note(inconsistent("Provider produced inconsistent final plan", address))
	}
	var replaced *instance
	if c.deposed != "" {
		replaced = c.prior
		k.store(c.deposed, replaced)
	}
	after, said := k.p.ApplyPlanned(b.Type, before, planned, config)
	failed := k.note(said)
	if !failed && !compatible(planned.State, after.State) {
		failed = k.note(inconsistent("Provider produced inconsistent result after apply", address))
	}
	switch {
	case after.State != nil:
		k.store(address, &instance{Stored: after, typeName: b.Type, dependsOn: references(b), tainted: failed && prior == nil})
	case !failed:
		failed = k.note(inconsistent("Provider returned no state after apply", address))
	case prior == nil:
		k.store(address, replaced)
		k.store(c.deposed, nil)
	}
	return !failed
}

func (k *walk) store(address string, in *instance) {
	k.w.mu.Lock()
	defer k.w.mu.Unlock()
	if in == nil {
		delete(k.w.state, address)
		return
	}
	k.w.state[address] = in
}

func inconsistent(summary, address string) []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: address}}
}
