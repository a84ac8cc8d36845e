// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Block is a resource block of a configuration.
type Block struct {
	Type, Name string
	Attributes map[string]any // each value is a Go value as in Stored, or a Reference
	// CreateBeforeDestroy is the lifecycle setting create_before_destroy.
	CreateBeforeDestroy bool
	// ImportID is the ID of an import block for this address, or "". The plan imports the resource if it is not in the
	// state, and does not refresh it again.
	ImportID string
}

// Address returns the block's address.
func (b Block) Address() string { return b.Type + "." + b.Name }

// Reference is the value of an attribute of another resource.
type Reference struct{ Address, Attribute string }

// Workspace holds a state and plans and applies configurations to it without the Terraform CLI. It runs hundreds of
// applies in the time that the CLI needs for one.
//
// It uses a provider as Terraform does: it starts one provider for the plan and another for the apply, and logs off
// each at the end. It refreshes, replaces in either order, plans each resource again when it applies it, keeps
// resources whose creation failed as tainted, imports, and rejects results that differ from the plan. It does not
// support modules or data sources.
type Workspace struct {
	// Provider holds attributes of the provider block in addition to those that Launch sets.
	Provider map[string]any
	// Parallelism is how many resources are planned or applied at once; 0 means 10, as in Terraform.
	Parallelism int
	// PlanOrder and ApplyOrder list nodes that are processed one after another although they may not depend on each other.
	// A node is the address of a resource or, in ApplyOrder, "delete " and the address of a resource to delete. The order
	// must not contradict the references between the resources. Nodes that do not exist are ignored.
	PlanOrder, ApplyOrder []string
	// BeforeApply is called between the plan and the apply. It may be nil.
	BeforeApply func()

	t      testing.TB
	launch Launch
	mu     sync.Mutex
	state  map[string]*instance
}

// Launch configures a provider with the given attributes in addition to the required ones. It returns the provider and
// a function that ends it.
type Launch func(more map[string]any) (p *Protocol, end func(context.Context) error)

// instance is a resource in the state.
type instance struct {
	Stored
	typeName  string
	dependsOn []string
	tainted   bool
}

// Outcome is the result of a command.
type Outcome struct {
	// Changes lists the planned changes in order, such as "create veeam_em_account.x". It is empty if there are errors.
	Changes []string
	// Drift lists the attributes whose refreshed value differs from the stored one, after the address of the resource, and
	// the addresses of the resources that no longer exist.
	Drift []string
	// Errors and Warnings are the diagnostics, as "error: summary: detail".
	Errors, Warnings []string
	// LogOff is the error from logging off, if any.
	LogOff error
}

// NewWorkspace returns a workspace with an empty state, whose providers come from launch.
func NewWorkspace(t testing.TB, launch Launch) *Workspace {
	return &Workspace{t: t, launch: launch, state: map[string]*instance{}}
}

// Copy returns a workspace with the same state, as if another configuration had imported everything.
func (w *Workspace) Copy() *Workspace {
	w.mu.Lock()
	defer w.mu.Unlock()
	return &Workspace{
		Provider: w.Provider, Parallelism: w.Parallelism, PlanOrder: w.PlanOrder, ApplyOrder: w.ApplyOrder,
		t: w.t, launch: w.launch, state: maps.Clone(w.state),
	}
}

// Addresses returns the addresses of the resources in the state, sorted.
func (w *Workspace) Addresses() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.state))
}

// Attributes returns the attributes of a resource in the state, or nil if the resource is not in the state.
func (w *Workspace) Attributes(address string) map[string]any {
	w.mu.Lock()
	defer w.mu.Unlock()
	if in := w.state[address]; in != nil {
		return in.State
	}
	return nil
}

// Tainted reports whether the next apply recreates the resource.
func (w *Workspace) Tainted(address string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	in := w.state[address]
	return in != nil && in.tainted
}

// Forget removes a resource from the state and leaves it on the server, as terraform state rm does.
func (w *Workspace) Forget(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.state, address)
}

// Import imports a resource to the address of b, as terraform import does: by ID or, if id is empty, by identity. The
// next plan refreshes the resource and compares it with b. If the import fails, the state does not change.
func (w *Workspace) Import(b Block, id string, identity map[string]any) Outcome {
	w.t.Helper()
	importing := w.walk([]Block{b})
	if imported := importing.imported(b, id, identity); imported != nil {
		importing.store(b.Address(), imported)
	}
	importing.end()
	return importing.outcome()
}

// imported returns an imported resource, or nil if the import fails.
func (k *walk) imported(b Block, id string, identity map[string]any) *instance {
	imported, said := k.p.startImport(b.Type, id, identity)
	if k.note(said) {
		return nil
	}
	read, said := k.p.read(b.Type, imported)
	if k.note(said) {
		return nil
	}
	if read.State == nil {
		k.note(inconsistent("Cannot import non-existent remote object", b.Address()))
		return nil
	}
	return &instance{Stored: read, typeName: b.Type, dependsOn: references(b)}
}

// Invoke runs an action in a new provider and returns the diagnostics of the completed action.
func (w *Workspace) Invoke(actionType string, config map[string]any) []string {
	w.t.Helper()
	invoking := w.walk(nil)
	defer invoking.end()
	return invoking.p.Invoke(w.t.Context(), actionType, config, func(string) {})
}

// Plan refreshes and plans. It does not change the state.
func (w *Workspace) Plan(config ...Block) Outcome {
	w.t.Helper()
	planning := w.walk(config)
	planning.refreshAndPlan()
	planning.end()
	return planning.outcome()
}

// Apply plans a configuration and applies it if the plan has no errors. Without any block it destroys everything.
func (w *Workspace) Apply(config ...Block) Outcome {
	w.t.Helper()
	planning := w.walk(config)
	planning.refreshAndPlan()
	planning.end()
	out := planning.outcome()
	if len(out.Errors) > 0 {
		return out
	}
	w.mu.Lock()
	w.state = planning.refreshed
	w.mu.Unlock()
	if w.BeforeApply != nil {
		w.BeforeApply()
	}
	if len(out.Changes) == 0 {
		return out
	}
	applying := w.walk(config)
	applying.changes = planning.changes
	applying.apply()
	applying.end()
	done := applying.outcome()
	out.Errors, out.LogOff = done.Errors, errors.Join(out.LogOff, done.LogOff)
	for _, warning := range done.Warnings { // the second plan of a resource repeats the warnings of the first
		if !slices.Contains(out.Warnings, warning) {
			out.Warnings = append(out.Warnings, warning)
		}
	}
	return out
}

// walk is one run of a provider. As in Terraform, it walks the graph of the resources.
type walk struct {
	w         *Workspace
	p         *Protocol
	close     func(context.Context) error
	blocks    map[string]Block
	slots     chan struct{} // limits how many resources are processed at once
	logOffErr error

	mu          sync.Mutex
	refreshed   map[string]*instance
	drift       []string
	changes     map[string]*change
	diagnostics []*tfprotov6.Diagnostic
}

func (w *Workspace) walk(config []Block) *walk {
	w.t.Helper()
	parallelism := w.Parallelism
	if parallelism == 0 {
		parallelism = 10
	}
	k := &walk{
		w: w, blocks: map[string]Block{}, slots: make(chan struct{}, parallelism),
		refreshed: map[string]*instance{}, changes: map[string]*change{},
	}
	for _, b := range config {
		k.blocks[b.Address()] = b
	}
	for _, b := range config {
		if b.CreateBeforeDestroy {
			k.createFirst(b)
		}
	}
	k.p, k.close = w.launch(w.Provider)
	return k
}

// createFirst sets create_before_destroy for a block and for the blocks that it refers to, as Terraform does: otherwise
// the steps would depend on each other in a cycle.
func (k *walk) createFirst(b Block) {
	b.CreateBeforeDestroy = true
	k.blocks[b.Address()] = b
	for _, address := range references(b) {
		if other, ok := k.blocks[address]; ok && !other.CreateBeforeDestroy {
			k.createFirst(other)
		}
	}
}

// end ends the provider. Its time limit is longer than the one that Terraform gives a process, so that a busy machine
// does not fail a test.
func (k *walk) end() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	k.logOffErr = k.close(ctx)
}

func (k *walk) outcome() Outcome {
	out := Outcome{LogOff: k.logOffErr, Drift: slices.Sorted(slices.Values(k.drift))}
	for _, text := range Texts(k.diagnostics) {
		if strings.HasPrefix(text, "error") {
			out.Errors = append(out.Errors, text)
		} else {
			out.Warnings = append(out.Warnings, text)
		}
	}
	for address, c := range k.changes {
		if c.action != actionNone && len(out.Errors) == 0 {
			out.Changes = append(out.Changes, string(c.action)+" "+address)
		}
	}
	slices.Sort(out.Changes)
	return out
}

// note records diagnostics and reports whether there is an error among them.
func (k *walk) note(diagnostics []*tfprotov6.Diagnostic) (failed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.diagnostics = append(k.diagnostics, diagnostics...)
	return hasError(diagnostics)
}

func hasError(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError
	})
}

// compatible reports whether the actual value agrees with every planned value that was known.
func compatible(planned, actual any) bool {
	if planned == Unknown {
		return true
	}
	before, isObject := planned.(map[string]any)
	after, ok := actual.(map[string]any)
	if !isObject || !ok {
		return reflect.DeepEqual(planned, actual)
	}
	for name := range before {
		if !compatible(before[name], after[name]) {
			return false
		}
	}
	return true
}
