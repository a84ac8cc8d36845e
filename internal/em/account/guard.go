// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// The guard applies rule 12: a change must not take the right to change accounts from the logon of the provider. The
// plan refuses what it can know. The apply checks again what the server has by then, because roles may have been
// unknown in the plan, and other accounts may have changed since. The guard asks the server only if a change could lock
// the provider out.

// rightKey is the key in tfkit.EM.Locks for changes that may take the right to change accounts from the logon.
var rightKey = httpkit.Key{Rank: emapi.RankRight}

// losing are the groups that are planned to lose the Portal Administrator role in one run of Terraform.
type losing struct {
	mu     sync.Mutex
	groups []emapi.Account
}

// add adds a group and returns the others.
func (l *losing) add(group emapi.Account) []emapi.Account {
	l.mu.Lock()
	defer l.mu.Unlock()
	others := slices.DeleteFunc(slices.Clone(l.groups), func(a emapi.Account) bool { return a.Same(group) })
	l.groups = append(slices.Clone(others), group)
	return others
}

// guardPlan guards a planned change of an existing account; plan is nil if the account is to be deleted.
func (r *accountResource) guardPlan(ctx context.Context, state, plan *model) diag.Diagnostics {
	g := guard{em: r.EM, client: r.EM.Client, account: state.identified(), deletes: plan == nil || replaced(state, plan)}
	removed := stringsOf(state.Roles)
	if !g.deletes {
		removed = removedRoles(state, plan)
	}
	lost, err := g.losesRight(ctx, removed)
	if err != nil || !lost {
		return g.failure(err)
	}
	var others []emapi.Account
	if g.account.IsGroup() {
		others = tfkit.Of[losing](&r.EM.Run).add(g.account)
	}
	return g.check(ctx, others)
}

// guardApply guards a change of an existing account that is about to be made; plan is nil if the account is to be
// deleted. Two groups must not lose the role at the same time, each because the other has it: the caller makes the
// change, and then calls done.
func (r *accountResource) guardApply(
	ctx context.Context, client *emapi.Client, state, plan *model,
) (done func(), diags diag.Diagnostics) {
	g := guard{em: r.EM, client: client, account: state.identified(), deletes: plan == nil}
	done = func() {}
	var removed []string
	if plan != nil {
		removed = removedRoles(state, plan)
	} else if g.account.IsGroup() && !r.EM.AllowSelfLockout {
		roles, err := client.ListAccountRoles(ctx, g.account.ID)
		if err != nil && !emapi.IsNotFound(err) {
			return done, g.failure(err)
		}
		removed = uidsOf(roles)
	}
	lost, err := g.losesRight(ctx, removed)
	if err != nil || !lost {
		return done, g.failure(err)
	}
	unlock, err := r.EM.Locks.Lock(ctx, rightKey)
	if err != nil {
		return done, g.failure(err)
	}
	if diags = g.check(ctx, nil); diags.HasError() {
		unlock()
		return done, diags
	}
	return unlock, nil
}

// identified returns what identifies the account.
func (m *model) identified() emapi.Account {
	return emapi.Account{ID: m.ID.ValueString(), Type: m.AccountType.ValueString(), Name: m.AccountName.ValueString()}
}

// guard checks a change of an account.
type guard struct {
	em      *tfkit.EM
	client  *emapi.Client
	account emapi.Account
	deletes bool
	admin   string // UID of the Portal Administrator role, once losesRight has returned true for a group
}

// losesRight reports whether the change could take the right to change accounts from an account through which the
// logon may have it. removed are the UIDs of the roles that the account loses.
func (g *guard) losesRight(ctx context.Context, removed []string) (bool, error) {
	isUser := g.account.Type == "User"
	switch {
	case g.em.AllowSelfLockout || !isUser && !g.account.IsGroup():
		return false, nil
	case isUser && g.deletes:
		return true, nil
	case len(removed) == 0:
		return false, nil
	}
	roles, err := g.client.ListRoles(ctx)
	if err != nil {
		return false, err
	}
	g.admin = portalAdministrator(roles)
	return slices.Contains(removed, g.admin), nil
}

// check applies rule 12. others are the other groups that lose the role.
func (g *guard) check(ctx context.Context, others []emapi.Account) diag.Diagnostics {
	names, err := g.client.LogonNames(ctx)
	if err != nil {
		return g.failure(err)
	}
	if g.account.IsGroup() {
		return g.checkGroup(ctx, names, others)
	}
	logon := rules.LogonOf(names, []emapi.Account{g.account})
	if logon.Has(g.account) && !logon.Exact {
		related, err := g.accounts(ctx, func(a emapi.Account) bool {
			return slices.ContainsFunc(names, func(name string) bool { return emapi.MayBeSameUser(name, a.Name) })
		})
		if err != nil {
			return g.failure(err)
		}
		logon = rules.LogonOf(names, related)
	}
	return rules.SelfLockout(path.Root("account_name"), logon, g.account)
}

func (g *guard) checkGroup(ctx context.Context, names []string, others []emapi.Account) diag.Diagnostics {
	accounts, err := g.accounts(ctx, func(emapi.Account) bool { return true })
	if err != nil {
		return g.failure(err)
	}
	logon := rules.LogonOf(names, accounts)
	giving := slices.DeleteFunc(accounts, func(a emapi.Account) bool { return !logon.Has(a) && !a.IsGroup() })
	holders, err := g.holders(ctx, giving)
	if err != nil {
		return g.failure(err)
	}
	return rules.GroupLockout(path.Root("account_name"), logon, g.account, others, holders)
}

// accounts returns the accounts that match, with their types.
func (g *guard) accounts(ctx context.Context, matches func(emapi.Account) bool) ([]emapi.Account, error) {
	listed, err := g.client.ListAccounts(ctx)
	if err != nil {
		return nil, err
	}
	return complete(ctx, g.client, slices.DeleteFunc(listed, func(a emapi.Account) bool { return !matches(a) }))
}

// holders returns those of the accounts that have the Portal Administrator role.
func (g *guard) holders(ctx context.Context, accounts []emapi.Account) ([]emapi.Account, error) {
	return emapi.ReadEach(ctx, accounts, func(ctx context.Context, a emapi.Account) (*emapi.Account, error) {
		roles, err := g.client.RolesOf(ctx, a)
		holds := slices.ContainsFunc(roles, func(r emapi.Role) bool { return r.UID() == g.admin })
		switch {
		case emapi.IsNotFound(err): // deleted since the accounts were listed
			return nil, nil
		case err != nil || !holds:
			return nil, err
		}
		return &a, nil
	})
}

// failure returns the error of a check that could not be made, or nothing if err is nil.
func (g *guard) failure(err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	what := "check whether the change of the account " + g.account.Name + " would lock out the provider"
	return diag.Diagnostics{tfkit.Failure(what, err)}
}

// replaced reports whether the plan deletes and recreates the account.
func replaced(state, plan *model) bool {
	return rules.AccountReplace(state.AccountType, plan.AccountType) ||
		rules.AccountReplace(state.AccountName.StringValue, plan.AccountName.StringValue) ||
		rules.FLRSettingsReplace(state.FLRSettings, plan.FLRSettings) ||
		rules.SQLSettingsReplace(state.SQLSettings, plan.SQLSettings)
}

// removedRoles returns the UIDs of the roles that the plan certainly removes.
func removedRoles(state, plan *model) []string {
	if plan.Roles.IsUnknown() {
		return nil
	}
	for _, e := range plan.Roles.Elements() {
		if e.IsUnknown() {
			return nil // it may be any of the current roles
		}
	}
	return tfkit.Minus(stringsOf(state.Roles), stringsOf(plan.Roles))
}
