// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// A plan and its apply are two processes. A resource without a planned change does not take part in the apply, so only
// the plan can see that one resource gives up a scope that another one keeps. Terraform plans independent resources in
// any order. Therefore each resource records what it plans, and whichever is planned second adapts:
//
//   - A scope resource or an exclusive list that has a scope which another resource gives up is replaced, so that it
//     adds the scope again or takes it over during the apply.
//   - A scope resource that is destroyed leaves its scope alone if another resource has it. The planned private state
//     tells the apply so.
//   - An account cannot be replaced, and Terraform plans its update again in the apply, without the private state of
//     the first plan. What does reach the apply is the private state of the refresh. So the account takes note of the
//     other owners when it is read, and an owner that is planned between the read and the plan of its account waits.

// plans records what the resources of one plan do with the scopes of each account.
type plans struct {
	init   sync.Once
	mu     sync.Mutex
	of     map[string][]*Planned // by the ID of the account
	visits map[string]*visit     // by the ID of the account
}

// visit is the time from the beginning of the read of an account to the end of its plan.
type visit struct {
	read, done chan struct{} // closed at the end of each
	endRead    sync.Once
}

// maxVisit is how long an owner of scopes waits for the plan of the account after its read. The plan follows the read
// immediately, unless an error prevents it.
const maxVisit = 10 * time.Second

// Planned is what one resource plans to do with the scopes of an account.
type Planned struct {
	Kind Kind
	// Only says that the resource removes every scope of the account that it does not list.
	Only bool
	// Has lists the scopes that the resource has before and after the apply.
	Has []Holding
	// Takes lists the scopes that it adds or adopts.
	Takes []Holding
	// Drops lists the scopes that it gives up and removes, unless another resource takes them over.
	Drops []Holding

	token string
	// settled says that the resource no longer adapts to what others plan later.
	settled bool
}

// Holding is a scope that a resource has or will have. The item has no reference if it is not known, after an import.
// The scope is zero if it is not known.
type Holding struct {
	Item  emapi.ScopeItem
	Scope emapi.Scope
}

// differs reports whether two holdings are certainly different scopes.
func (h Holding) differs(o Holding) bool {
	return h.Scope.ID != "" && o.Scope.ID != "" && h.Scope.ID != o.Scope.ID
}

func (a Account) plans() *plans {
	p := tfkit.Of[plans](&a.em.Run)
	p.init.Do(func() { p.of, p.visits = map[string][]*Planned{}, map[string]*visit{} })
	return p
}

// Visit marks the beginning of the read of an account. EndRead marks its end, and EndVisit the end of the plan, or of a
// read that failed.
func (a Account) Visit() {
	p := a.plans()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visits[a.id] == nil {
		p.visits[a.id] = &visit{read: make(chan struct{}), done: make(chan struct{})}
	}
}

// EndRead marks the end of the read that Visit began.
func (a Account) EndRead() {
	p := a.plans()
	p.mu.Lock()
	defer p.mu.Unlock()
	if v := p.visits[a.id]; v != nil {
		v.endRead.Do(func() { close(v.read) })
	}
}

// EndVisit ends what Visit began. It does nothing if there is no visit.
func (a Account) EndVisit() {
	p := a.plans()
	p.mu.Lock()
	defer p.mu.Unlock()
	if v := p.visits[a.id]; v != nil {
		close(v.done)
		delete(p.visits, a.id)
	}
}

// settle waits until the account itself is planned if it has been read. From then on, the account has to adapt to what
// planned says. The plan of an account is settled from the beginning.
func (a Account) settle(ctx context.Context, planned *Planned) {
	p := a.plans()
	for !planned.settled {
		p.mu.Lock()
		v := p.visits[a.id]
		planned.settled = v == nil || ctx.Err() != nil
		p.mu.Unlock()
		if !planned.settled && !v.wait(ctx) {
			a.EndVisit()
		}
	}
}

// wait waits until the visit ends. It reports false if the plan does not follow the read.
func (v *visit) wait(ctx context.Context) bool {
	read, late := v.read, (<-chan time.Time)(nil)
	for {
		select {
		case <-v.done:
			return true
		case <-ctx.Done():
			return true
		case <-read:
			read, late = nil, time.After(maxVisit)
		case <-late:
			return false
		}
	}
}

// Plan records what a resource plans. It replaces what the same resource has planned before in this run: Terraform
// plans a resource twice if it is replaced. An account has one resource of each kind, except for kind Single, where the
// token of the former plan identifies the resource. The token is "" if there is no former plan.
func (a Account) Plan(planned Planned, token string) *Planned {
	p := a.plans()
	p.mu.Lock()
	defer p.mu.Unlock()
	planned.token = rand.Text()
	planned.settled = planned.Kind == Inline // an account adapts only to what was planned before its read
	all := p.of[a.id]
	i := slices.IndexFunc(all, func(o *Planned) bool {
		return o.Kind == planned.Kind && (o.Kind != Single || o.token == token)
	})
	if i >= 0 {
		*all[i] = planned
		return all[i]
	}
	p.of[a.id] = append(all, &planned)
	return &planned
}

// Created forgets the plan to create a resource of kind Single for the item. What the resource has from now on, it
// claims.
func (a Account) Created(item emapi.ScopeItem) {
	p := a.plans()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of[a.id] = slices.DeleteFunc(p.of[a.id], func(o *Planned) bool {
		takes := slices.ContainsFunc(o.Takes, func(h Holding) bool { return h.Item.Same(item) })
		return o.Kind == Single && takes
	})
}

// others returns what other resources plan for the account of p.
func (a Account) others(planned *Planned) []Planned {
	p := a.plans()
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []Planned
	for _, o := range p.of[a.id] {
		if o != planned {
			found = append(found, *o)
		}
	}
	return found
}

// Dropped returns those of the holdings that another resource gives up in this plan. It waits until the account itself
// is planned if the account has been read.
func (a Account) Dropped(ctx context.Context, planned *Planned, holdings []Holding) ([]Holding, error) {
	a.settle(ctx, planned)
	return a.among(ctx, holdings, a.others(planned), func(o Planned) []Holding { return o.Drops })
}

// Held returns those of the holdings that another resource has before and after the apply, and does not add again. It
// waits like Dropped.
func (a Account) Held(ctx context.Context, planned *Planned, holdings []Holding) ([]Holding, error) {
	a.settle(ctx, planned)
	return a.among(ctx, holdings, a.others(planned), func(o Planned) []Holding {
		if o.settled {
			return o.Has
		}
		return nil
	})
}

// Agree returns owned with the scopes that other resources have for the same items according to this plan. If the name
// of an item is ambiguous, an exclusive list may have added a scope of its own, which it then gives up.
func (a Account) Agree(owned Owned, items []emapi.ScopeItem) Owned {
	for _, o := range a.others(nil) {
		for _, h := range o.Has {
			other := h.Scope.ID != "" && h.Scope.ID != owned.ID(h.Item)
			if o.Kind != Exclusive && other && Contains(items, h.Item) {
				owned = owned.With(h.Item, h.Scope.ID)
			}
		}
	}
	return owned
}

// among returns the holdings that are among those of others that list returns. Another scope for the same object is not
// the same holding: the two owners may have added one each.
func (a Account) among(ctx context.Context, holdings []Holding, others []Planned, list func(Planned) []Holding) (
	[]Holding, error,
) {
	var found []Holding
	for _, h := range holdings {
		for _, o := range others {
			same, err := a.contains(ctx, slices.DeleteFunc(slices.Clone(list(o)), h.differs), h)
			if err != nil {
				return nil, err
			}
			if same {
				found = append(found, h)
				break
			}
		}
	}
	return found, nil
}

func (a Account) contains(ctx context.Context, list []Holding, h Holding) (bool, error) {
	for _, o := range list {
		if same, err := a.sameObject(ctx, o, h); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// sameObject reports whether two holdings stand for the same object.
func (a Account) sameObject(ctx context.Context, x, y Holding) (bool, error) {
	if x.Item.HierarchyObjRef.IsZero() {
		x, y = y, x
	}
	switch {
	case !y.Item.HierarchyObjRef.IsZero():
		return x.Item.HierarchyObjRef.Same(y.Item.HierarchyObjRef), nil
	case x.Item.HierarchyObjRef.IsZero():
		return x.Scope.Key() == y.Scope.Key(), nil
	case x.Scope.ID != y.Scope.ID:
		return false, nil
	}
	return a.client.ScopeMatches(ctx, y.Scope, x.Item.HierarchyObjRef, y.Scope.Name)
}

// conflictError says that the plans of two resources contradict each other.
type conflictError struct{ text string }

func (e *conflictError) Error() string { return e.text }

// PlanFailure returns the diagnostic for an error of Conflict, Dropped or Held. what names the scope in the middle of a
// sentence, for example "the restore scope VM01".
func PlanFailure(at path.Path, what string, err error) diag.Diagnostic {
	var conflict *conflictError
	if errors.As(err, &conflict) {
		return diag.NewAttributeErrorDiagnostic(at, strings.ToUpper(what[:1])+what[1:]+" has several owners", conflict.text)
	}
	return tfkit.Failure("compare the owners of "+what, err)
}

// Conflict returns an error if what a resource plans contradicts what another one plans: two of them would have the
// same scope, or an exclusive list would remove a scope of another resource in every apply.
func (a Account) Conflict(ctx context.Context, planned *Planned) error {
	for _, o := range a.others(planned) {
		for _, pair := range [][2]Planned{{*planned, o}, {o, *planned}} {
			lacking, err := a.lacking(ctx, pair[0], pair[1])
			if err != nil {
				return err
			}
			if lacking != nil {
				return removes(pair[0].Kind, lacking.Item)
			}
		}
		clash, err := a.clash(ctx, *planned, o)
		if err != nil {
			return err
		}
		if clash != nil {
			return &conflictError{fmt.Sprintf("Another resource of this configuration also manages the restore scope of %s in "+
				"the account. An object can be in restore_scope or in one veeam_em_account_scope, not in both. Remove one of "+
				"them; to move the object, remove it from one and add it to the other in the same apply.", clash.Item)}
		}
	}
	return nil
}

// removes returns the error that a resource which lists all scopes of the account would remove that of another one.
func removes(kind Kind, item emapi.ScopeItem) error {
	if kind == Exclusive {
		return &conflictError{fmt.Sprintf("Another resource of this configuration manages a restore scope of %s in the "+
			"account, which veeam_em_account_scopes_exclusive does not list and would remove. Add the object to scopes, or "+
			"remove it from the other resource.", item)}
	}
	return &conflictError{fmt.Sprintf("Another resource of this configuration manages a restore scope of %s in the "+
		"account, which restore_scope does not list and unlisted_scopes = \"remove\" would remove. Set unlisted_scopes to "+
		"\"ignore\", or move the object to restore_scope.", item)}
}

// lacking returns a scope of a resource that another one, which lists all scopes of the account, does not list, or nil.
func (a Account) lacking(ctx context.Context, list, o Planned) (*Holding, error) {
	if !list.Only {
		return nil, nil
	}
	listed := append(slices.Clone(list.Has), list.Takes...)
	for _, h := range append(slices.Clone(o.Has), o.Takes...) {
		if in, err := a.contains(ctx, listed, h); !in || err != nil {
			return &h, err
		}
	}
	return nil, nil
}

// clash returns the object of which both resources would be the owner, or nil. The exclusive list can have the scopes
// of other resources.
func (a Account) clash(ctx context.Context, x, y Planned) (*Holding, error) {
	if x.Kind == Exclusive || y.Kind == Exclusive {
		return nil, nil
	}
	both := func(takes, other []Holding) (*Holding, error) {
		for _, h := range takes {
			if in, err := a.contains(ctx, other, h); in || err != nil {
				return &h, err
			}
		}
		return nil, nil
	}
	// Two resources that have a scope already are left alone, so that one of them can be removed.
	if h, err := both(x.Takes, append(slices.Clone(y.Has), y.Takes...)); h != nil || err != nil {
		return h, err
	}
	return both(y.Takes, x.Has)
}

const (
	tokenKey  = "planned"
	othersKey = "other_owners"
)

// LoadToken returns the token of the previous plan of the same resource in this run, or "".
func LoadToken(ctx context.Context, private tfkit.PrivateReader) (token string, diags diag.Diagnostics) {
	diags = tfkit.LoadPrivate(ctx, private, tokenKey, &token)
	return token, diags
}

// SaveToken writes the token of the plan into the planned private state.
func (p *Planned) SaveToken(ctx context.Context, private tfkit.PrivateWriter) diag.Diagnostics {
	return tfkit.SavePrivate(ctx, private, tokenKey, p.token)
}

// Others are the items of a resource that other resources have or give up according to the same plan.
type Others struct{ Have, Drop []emapi.ScopeItem }

// storedOthers is Others as the private state stores it.
type storedOthers struct {
	Have []storedScope `json:"have,omitempty"`
	Drop []storedScope `json:"drop,omitempty"`
}

// OtherOwners returns what other resources plan so far for the items of this one.
func (a Account) OtherOwners(ctx context.Context, owned Owned, items []emapi.ScopeItem) (Others, error) {
	holdings := owned.Holdings(items)
	planning := a.others(nil)
	have, err := a.among(ctx, holdings, planning, func(o Planned) []Holding { return o.Has })
	if err != nil {
		return Others{}, err
	}
	drop, err := a.among(ctx, holdings, planning, func(o Planned) []Holding { return o.Drops })
	return Others{itemsIn(have), itemsIn(drop)}, err
}

// Holdings returns the items with the IDs of their scopes.
func (o Owned) Holdings(items []emapi.ScopeItem) []Holding {
	holdings := make([]Holding, 0, len(items))
	for _, item := range items {
		holdings = append(holdings, Holding{item, emapi.Scope{ID: o.ID(item)}})
	}
	return holdings
}

func itemsIn(holdings []Holding) []emapi.ScopeItem {
	var items []emapi.ScopeItem
	for _, h := range holdings {
		items = append(items, h.Item)
	}
	return items
}

// LoadOthers reads what Save has written.
func LoadOthers(ctx context.Context, private tfkit.PrivateReader) (Others, diag.Diagnostics) {
	var stored storedOthers
	diags := tfkit.LoadPrivate(ctx, private, othersKey, &stored)
	items := func(list []storedScope) (items []emapi.ScopeItem) {
		for _, s := range list {
			items = append(items, newItem(s.Ref, s.Name))
		}
		return items
	}
	return Others{items(stored.Have), items(stored.Drop)}, diags
}

// Save writes o into the private state.
func (o Others) Save(ctx context.Context, private tfkit.PrivateWriter) diag.Diagnostics {
	store := func(items []emapi.ScopeItem) (list []storedScope) {
		for _, item := range items {
			list = append(list, storedScope{Ref: item.HierarchyObjRef.String(), Name: item.ObjectName})
		}
		return list
	}
	return tfkit.SavePrivate(ctx, private, othersKey, storedOthers{store(o.Have), store(o.Drop)})
}
