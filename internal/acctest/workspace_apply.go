// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// deletion marks the node of a resource's end; its create or update has a node of its own.
const deletion = "delete "

// apply is the walk of an apply: the ends of resources from the leaves inwards, the rest the other way round.
func (k *walk) apply() {
	var nodes []string
	for address, c := range k.changes {
		if c.action == actionDelete || c.action == actionReplace {
			nodes = append(nodes, deletion+address)
		}
		if c.action == actionCreate || c.action == actionUpdate || c.action == actionReplace {
			nodes = append(nodes, address)
		}
	}
	slices.Sort(nodes)
	k.each(nodes, k.before, func(node string) bool {
		if len(node) > len(deletion) && node[:len(deletion)] == deletion {
			return k.remove(node[len(deletion):])
		}
		return k.make(node)
	})
}

// before are the nodes that come before one.
func (k *walk) before(node string) []string {
	if len(node) <= len(deletion) || node[:len(deletion)] != deletion {
		return append(references(k.blocks[node]), deletion+node)
	}
	ended := node[len(deletion):]
	var first []string
	for address, c := range k.changes {
		if c.prior != nil && slices.Contains(c.prior.dependsOn, ended) {
			first = append(first, deletion+address)
		}
	}
	return first
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
		k.store(address, nil)
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
