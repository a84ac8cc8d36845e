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

// deletion is the prefix of a node that deletes a resource. A node that creates or updates a resource has no prefix.
const deletion = "delete "

// apply applies the planned changes. It deletes a resource after those that depend on it, and creates or updates a
// resource before those that depend on it.
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
	k.each(nodes, k.w.ApplyOrder, k.before, func(node string) bool {
		if address, ok := strings.CutPrefix(node, deletion); ok {
			return k.remove(address)
		}
		return k.createOrUpdate(node)
	})
}

// before returns the nodes that must be done before the given one.
func (k *walk) before(node string) []string {
	deleted, ok := strings.CutPrefix(node, deletion)
	if !ok {
		return append(references(k.blocks[node]), deletion+node)
	}
	var first []string
	for address, c := range k.changes {
		if c.prior != nil && slices.Contains(c.prior.dependsOn, deleted) {
			first = append(first, deletion+address)
		}
	}
	if replaced := k.changes[deleted].replacing; replaced != "" {
		first = append(first, replaced)
		for address, b := range k.blocks { // what referred to the old resource must refer to the new one first
			if slices.Contains(references(b), replaced) {
				first = append(first, address)
			}
		}
	}
	return first
}

// freeDeposed returns an unused address for the old resource at this address while its replacement takes the address.
func (k *walk) freeDeposed(address string) string {
	for n := 1; ; n++ {
		free := fmt.Sprintf("%s (deposed %d)", address, n)
		if k.changes[free] == nil && k.w.Attributes(free) == nil {
			return free
		}
	}
}

// remove deletes a resource. If that fails, the state keeps the resource.
func (k *walk) remove(address string) bool {
	c := k.changes[address]
	typeName, planned := c.prior.typeName, c.deletion
	if c.replacing != "" {
		var said []*tfprotov6.Diagnostic
		if planned, said = k.p.Plan(typeName, c.prior.Stored, nil); k.note(said) {
			return false
		}
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

// createOrUpdate plans a resource again with the values that are known by now, and then creates or updates it.
func (k *walk) createOrUpdate(address string) bool {
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
		k.store(address, &instance{
			Stored: after, typeName: b.Type, dependsOn: references(b), tainted: failed && prior == nil,
		})
	case !failed:
		failed = k.note(inconsistent("Provider returned no state after apply", address))
	case prior == nil:
		k.store(address, replaced)
		k.store(c.deposed, nil)
	}
	return !failed
}

// store puts a resource into the state, or removes it from the state if in is nil.
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
