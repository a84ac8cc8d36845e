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

// Block is a resource of a configuration.
type Block struct {
	Type, Name string
	Attributes map[string]any // values as Stored has them, or a Reference
	// CreateBeforeDestroy has a replacement made before what it replaces is destroyed, as the lifecycle setting of that name.
	CreateBeforeDestroy bool
}

// Address is the block's address.
func (b Block) Address() string { return b.Type + "." + b.Name }

// Reference is the value of an attribute of another resource.
type Reference struct{ Address, Attribute string }

// Workspace is a state that configurations are planned and applied to, without a Terraform CLI: hundreds of applies in the
// time that the CLI needs for one. It does what Terraform does with a provider: a provider of its own for the plan and for the
// apply, each logged off at its end; refresh; replacement in either order; a second plan of each resource when it is applied;
// resources that failed to be created kept as tainted; imports; results that differ from the plan refused.
// What it lacks: modules and data sources.
type Workspace struct {
	// Provider has attributes of the provider block beside those that Launch gives it.
	Provider map[string]any
	// Parallelism is how many resources are planned or applied at once; 0 means 10, as in Terraform.
	Parallelism int
	// BeforeApply is called between the plan and the apply; may be nil.
	BeforeApply func()

	t      testing.TB
	launch Launch
	mu     sync.Mutex
	state  map[string]*instance
}

// Launch configures a provider, with attributes beside those that it needs, and returns the function that ends it.
type Launch func(more map[string]any) (p *Protocol, end func(context.Context) error)

// instance is a resource in the state.
type instance struct {
	Stored
	typeName  string
	dependsOn []string
	tainted   bool
}

// Outcome is what a command came to.
type Outcome struct {
	// Changes are what is planned, as "create veeam_em_account.x", sorted. Nothing is planned where there are errors.
	Changes []string
	// Drift are the addresses of resources of which the refresh did not find what the state says.
	Drift []string
	// Errors and Warnings are the diagnostics, as "error: summary: detail".
	Errors, Warnings []string
	// LogOff is the error of logging off.
	LogOff error
}

// NewWorkspace makes a workspace with an empty state, whose providers come from launch.
func NewWorkspace(t testing.TB, launch Launch) *Workspace {
	return &Workspace{t: t, launch: launch, state: map[string]*instance{}}
}

// Copy makes a workspace with the same state, as if another configuration had imported everything.
func (w *Workspace) Copy() *Workspace {
	w.mu.Lock()
	defer w.mu.Unlock()
	return &Workspace{Provider: w.Provider, Parallelism: w.Parallelism, t: w.t, launch: w.launch, state: maps.Clone(w.state)}
}

// Addresses are the addresses of the resources in the state, sorted.
func (w *Workspace) Addresses() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.state))
}

// Attributes are those of a resource in the state; nil where there is none.
func (w *Workspace) Attributes(address string) map[string]any {
	w.mu.Lock()
	defer w.mu.Unlock()
	if in := w.state[address]; in != nil {
		return in.State
	}
	return nil
}

// Tainted tells whether the next apply makes the resource anew.
func (w *Workspace) Tainted(address string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	in := w.state[address]
	return in != nil && in.tainted
}

// Forget takes a resource out of the state and leaves it on the server, as terraform state rm does.
func (w *Workspace) Forget(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.state, address)
}

// Import takes what an import block of b names into the state: by its ID or, if id is empty, its identity. The next plan compares
// it with b. If it fails the state stays as it is.
func (w *Workspace) Import(b Block, id string, identity map[string]any) Outcome {
	w.t.Helper()
	importing := w.walk([]Block{b})
	importing.importBlock(b, id, identity)
	importing.end()
	return importing.outcome()
}

func (k *walk) importBlock(b Block, id string, identity map[string]any) {
	imported, said := k.p.startImport(b.Type, id, identity)
	if k.note(said) {
		return
	}
	read, said := k.p.read(b.Type, imported)
	if k.note(said) {
		return
	}
	if read.State == nil {
		k.note(inconsistent("Cannot import non-existent remote object", b.Address()))
		return
	}
	k.store(b.Address(), &instance{Stored: read, typeName: b.Type, dependsOn: references(b)})
}

// Invoke runs an action in a provider of its own and returns what its end said.
func (w *Workspace) Invoke(actionType string, config map[string]any) []string {
	w.t.Helper()
	invoking := w.walk(nil)
	defer invoking.end()
	return invoking.p.Invoke(w.t.Context(), actionType, config, func(string) {})
}

// Plan refreshes and plans; the state stays as it is.
func (w *Workspace) Plan(config ...Block) Outcome {
	w.t.Helper()
	planning := w.walk(config)
	planning.refreshAndPlan()
	planning.end()
	return planning.outcome()
}

// Apply plans a configuration and applies it where the plan has no error. No block at all destroys everything.
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
	for _, warning := range done.Warnings { // the second plan of a resource repeats those of the first
		if !slices.Contains(out.Warnings, warning) {
			out.Warnings = append(out.Warnings, warning)
		}
	}
	return out
}

// walk is one run of a provider.
type walk struct {
	w        *Workspace
	p        *Protocol
	close    func(context.Context) error
	blocks   map[string]Block
	slots    chan struct{}
	loggedOf error

	mu        sync.Mutex
	refreshed map[string]*instance
	drift     []string
	changes   map[string]*change
	said      []*tfprotov6.Diagnostic
}

func (w *Workspace) walk(config []Block) *walk {
	w.t.Helper()
	parallelism := w.Parallelism
	if parallelism == 0 {
		parallelism = 10
	}
	k := &walk{w: w, blocks: map[string]Block{}, slots: make(chan struct{}, parallelism), refreshed: map[string]*instance{}, changes: map[string]*change{}}
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

// createFirst passes create_before_destroy on to what a block refers to: Terraform could not order the steps otherwise.
func (k *walk) createFirst(b Block) {
	b.CreateBeforeDestroy = true
	k.blocks[b.Address()] = b
	for _, address := range references(b) {
		if other, ok := k.blocks[address]; ok && !other.CreateBeforeDestroy {
			k.createFirst(other)
		}
	}
}

// end ends the provider. It may take longer than the moment that a process has, so that a busy machine fails no test.
func (k *walk) end() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	k.loggedOf = k.close(ctx)
}

func (k *walk) outcome() Outcome {
	out := Outcome{LogOff: k.loggedOf, Drift: slices.Sorted(slices.Values(k.drift))}
	for _, text := range Texts(k.said) {
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

func (k *walk) note(diagnostics []*tfprotov6.Diagnostic) (failed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.said = append(k.said, diagnostics...)
	return hasError(diagnostics)
}

func hasError(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// compatible tells whether a result is as planned: everything that the plan knew.
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
