// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

const lockedOut = "The provider would lock itself out"

var adminAndUser = []string{emsim.RolePortalAdministrator, emsim.RolePortalUser}

// guarded is a server, and a workspace that manages some of its accounts.
type guarded struct {
	*acctest.EM
	w *tfrun.Workspace
	t *testing.T
}

// startGuarded starts a server on which only this user can log on. The accounts are there from the start.
func startGuarded(t *testing.T, options emsim.Options, user emsim.User, accounts ...emsim.Account) *guarded {
	t.Helper()
	user.Password = emsim.DefaultPassword
	options.Users = []emsim.User{user}
	g := &guarded{EM: acctest.StartEM(t, options), t: t}
	for _, a := range accounts {
		g.Mutate(func(s *emsim.Store) { s.AddAccount(a) })
	}
	g.w = g.NewWorkspace()
	g.w.Provider = map[string]any{"username": user.Name}
	return g
}

// manage imports an account and returns its block.
func (g *guarded) manage(name string, a emsim.Account) tfrun.Block {
	g.t.Helper()
	b := withRoles(tfrun.Block{Type: listType, Name: name, Attributes: map[string]any{
		"account_type": a.Type, "account_name": a.Name, "allow_restore_all_vms": a.AllowRestoreAllVms,
	}}, a.Roles...)
	if out := g.w.Import(b, a.Type+"/"+a.Name, nil); len(out.Errors) > 0 {
		g.t.Fatal(out.Errors)
	}
	g.ResetJournal()
	return b
}

// refuses checks that an apply is refused with one of these errors for each, and that nothing is sent.
func (g *guarded) refuses(what string, config []tfrun.Block, details ...string) {
	g.t.Helper()
	before := g.Snapshot()
	out := g.w.Apply(config...)
	if len(out.Errors) == 0 {
		g.t.Fatalf("%s is not refused: %q", what, out.Changes)
	}
	for _, text := range out.Errors {
		if !strings.Contains(text, lockedOut) {
			g.t.Errorf("%s: %s", what, text)
		}
	}
	for _, detail := range details {
		if !slices.ContainsFunc(out.Errors, func(text string) bool { return strings.Contains(text, detail) }) {
			g.t.Errorf("%s: no error says %q: %q", what, detail, out.Errors)
		}
	}
	tfrun.Check(g.t, g.Unchanged(before), g.WritesExactly())
}

// allows checks that an apply makes these requests.
func (g *guarded) allows(what string, config []tfrun.Block, writes ...string) {
	g.t.Helper()
	if out := g.w.Apply(config...); len(out.Errors) > 0 {
		g.t.Errorf("%s: %q", what, out.Errors)
	}
	tfrun.Check(g.t, g.WritesExactly(writes...))
}

// id returns the ID of an account.
func (g *guarded) id(name string) string { return g.Account(name).ID }

func withRoles(b tfrun.Block, ids ...string) tfrun.Block {
	var roles []any
	for _, id := range ids {
		roles = append(roles, "urn:veeam:EnterpriseRole:"+id)
	}
	return with(b, "roles", roles)
}

func with(b tfrun.Block, attribute string, value any) tfrun.Block {
	attributes := map[string]any{attribute: value}
	for name, v := range b.Attributes {
		if name != attribute {
			attributes[name] = v
		}
	}
	b.Attributes = attributes
	return b
}

// admin returns an account that has the Portal Administrator role.
func admin(accountType, name string) emsim.Account {
	return emsim.Account{Type: accountType, Name: name, Roles: adminAndUser, AllowRestoreAllVms: true}
}

// viewer returns an account that has not.
func viewer(accountType, name string) emsim.Account {
	return emsim.Account{
		Type: accountType, Name: name, Roles: []string{emsim.RolePortalUser}, AllowRestoreAllVms: true,
	}
}

func TestLockout_AnAccountThatMayBeTheLogonsIsGuarded(t *testing.T) {
	for _, c := range []struct{ logon, shown, account, says string }{
		{
			`TECH\svc`, "", "svc@tech.local",
			`svc@tech.local may be the account that the provider is logged on as: TECH\svc can be another spelling of it, ` +
				"and no User account is called exactly like that. Without the Portal Administrator role",
		},
		{`TECH\svc`, "", `tech.local\SVC`, `tech.local\SVC may be the account`},
		{`TECH\svc`, "", `.\svc`, `.\svc may be the account`},
		{`TECH\svc`, "", "svc", "svc may be the account"},
		{`TECH\svc`, "", "svc@corp.example", "svc@corp.example may be the account"},
		{"svc", "", `TECH\svc`, `TECH\svc may be the account`},
		{`.\svc`, "", `SRV12\svc`, `SRV12\svc may be the account`},
		{
			"svc@tech.local", `TECH\SVC`, `TECH\svc`,
			`TECH\svc is the account that the provider is logged on as. Without the Portal Administrator role`,
		},
		{"svc@tech.local", `TECH\svc`, "SVC@tech.local", "SVC@tech.local is the account that the provider is logged on as."},
		{
			"svc@tech.local", `CORP\svc`, `tech\svc`,
			`tech\svc may be the account that the provider is logged on as: CORP\svc or svc@tech.local can be another ` +
				"spelling of it, and no User account is called exactly like one of them.",
		},
	} {
		for name, options := range map[string]emsim.Options{"": {}, ", references only": {ReferencesOnly: true}} {
			t.Run(c.logon+" "+c.shown+" "+c.account+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := startGuarded(t, options, emsim.User{
						Name: c.logon, UserName: c.shown, Account: c.account, Roles: adminAndUser,
					})
					own := g.manage("own", admin("User", c.account))
					g.refuses("taking the role away", []tfrun.Block{withRoles(own, emsim.RolePortalUser)}, c.says)
					g.refuses("deleting the account", nil, c.says)
					g.refuses("replacing the account", []tfrun.Block{
						with(own, "sql_settings", map[string]any{"deny_inplace_restore": true}),
					}, c.says)
					g.w.Provider["allow_self_lockout"] = true
					g.allows("deleting the account", nil, "DELETE /api/security/accounts/"+g.id(c.account))
				})
			})
		}
	}
}

func TestLockout_AnAccountThatIsNotTheLogonsIsNotGuarded(t *testing.T) {
	for name, c := range map[string]struct {
		user  emsim.User
		other string
	}{
		"another domain":     {emsim.User{Name: `TECH\svc`, Account: "svc@tech.local"}, `CORP\svc`},
		"another DNS domain": {emsim.User{Name: "svc@tech.local", Account: `TECH\svc`}, "svc@corp.example"},
		"another user":       {emsim.User{Name: `TECH\svc`, Account: "svc@tech.local"}, `TECH\svc2`},
		"another user, and an account that is called exactly like the logon": {
			emsim.User{Name: `TECH\svc`}, "svc@tech.local",
		},
		"an account that is called exactly like the configured name": {
			emsim.User{Name: "svc@tech.local", UserName: `TECH\svc`}, `tech.local\svc`,
		},
		"an account that is called exactly like the server's name": {
			emsim.User{Name: "svc", Account: `tech\SVC`, UserName: `TECH\svc`}, `SRV12\svc`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.user.Roles = adminAndUser
				g := startGuarded(t, emsim.Options{ListOrder: emsim.ListShuffled}, c.user, admin("User", c.other))
				other := g.manage("other", admin("User", c.other))
				url := "DELETE /api/security/accounts/" + g.id(c.other)
				g.allows("taking the role away", []tfrun.Block{withRoles(other, emsim.RolePortalUser)},
					url+"/roles/"+emsim.RolePortalAdministrator)
				g.allows("deleting the account", nil, url)
			})
		})
	}
}

// member is a user whose rights come through the group TECH\Admins.
var member = emsim.User{Name: `TECH\svc`, Groups: []string{`TECH\Admins`}}

const lastGroup = `TECH\Admins is the last group with the Portal Administrator role. No User account with this role ` +
	`can be the one that the provider is logged on as, TECH\svc, so the provider has the role through a group. ` +
	"Without it the provider could no longer change any account, including this one."

func TestLockout_TheLastGroupWithTheRoleIsGuarded(t *testing.T) {
	for name, others := range map[string][]emsim.Account{
		"no other account":            nil,
		"groups without the role":     {viewer("Group", `TECH\Users`), viewer("ExternalGroup", "x")},
		"another user with the role":  {admin("User", `TECH\fox`), admin("User", `CORP\svc`)},
		"external user with the role": {admin("ExternalUser", "svc@tech.local")},
		"the logon's account has not": {viewer("User", `tech\svc`), admin("User", "svc@tech.local")},
		"one that may be it has not":  {viewer("User", "svc@tech.local")},
	} {
		for _, accountType := range []string{"Group", "ExternalGroup"} {
			for form, options := range map[string]emsim.Options{
				"": {ListOrder: emsim.ListShuffled}, ", references only": {ReferencesOnly: true},
			} {
				t.Run(accountType+", "+name+form, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						admins := admin(accountType, `TECH\Admins`)
						g := startGuarded(t, options, member, append(others, admins)...)
						group := g.manage("group", admins)
						says := accountType + " account " + lastGroup
						g.refuses("taking the role away", []tfrun.Block{withRoles(group, emsim.RolePortalUser)}, says)
						g.refuses("deleting the group", nil, says)
						g.refuses("replacing the group", []tfrun.Block{
							with(group, "sql_settings", map[string]any{"deny_inplace_restore": true}),
						}, says)
						g.w.Provider["allow_self_lockout"] = true
						g.allows("deleting the group", nil, "DELETE /api/security/accounts/"+g.id(`TECH\Admins`))
					})
				})
			}
		}
	}
}

func TestLockout_AGroupThatIsNotNeededIsNotGuarded(t *testing.T) {
	admins := admin("Group", `TECH\Admins`)
	for name, others := range map[string][]emsim.Account{
		"another group has the role":                       {admin("Group", `TECH\Backup`)},
		"an external group has the role":                   {admin("ExternalGroup", "Backup")},
		"the logon's account has the role":                 {admin("User", `tech\SVC`)},
		"an account that may be the logon's has the role":  {admin("User", `svc@tech.local`)},
		"several may be the logon's, and one has the role": {admin("User", `.\svc`), viewer("User", "svc")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := startGuarded(t, emsim.Options{ListOrder: emsim.ListShuffled}, member, append(others, admins)...)
				g.Configure(func(o *emsim.Options) { // the right remains after the change
					o.Users[0].Groups = append(o.Users[0].Groups, others[0].Name)
					o.Users[0].Account = others[0].Name
				})
				group := g.manage("group", admins)
				url := "DELETE /api/security/accounts/" + g.id(`TECH\Admins`)
				g.allows("taking the role away", []tfrun.Block{withRoles(group, emsim.RolePortalUser)},
					url+"/roles/"+emsim.RolePortalAdministrator)
				g.allows("deleting the group", nil, url)
			})
		})
	}
}

func TestLockout_GroupsThatLoseTheRoleInOneRunDoNotCountForEachOther(t *testing.T) {
	backup := admin("Group", `TECH\Backup`)
	admins := admin("Group", `TECH\Admins`)
	for _, parallelism := range []int{1, 10} {
		for name, change := range map[string]func(a, b tfrun.Block) []tfrun.Block{
			"both deleted": func(_, _ tfrun.Block) []tfrun.Block { return nil },
			"one deleted, one changed": func(_, b tfrun.Block) []tfrun.Block {
				return []tfrun.Block{withRoles(b, emsim.RolePortalUser)}
			},
			"one replaced, one deleted": func(a, _ tfrun.Block) []tfrun.Block {
				return []tfrun.Block{with(a, "sql_settings", map[string]any{"deny_inplace_restore": true})}
			},
		} {
			t.Run(fmt.Sprintf("%s, %d at once", name, parallelism), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					g := startGuarded(t, emsim.Options{Latency: time.Second}, member, admins, backup)
					g.w.Parallelism = parallelism
					a, b := g.manage("a", admins), g.manage("b", backup)
					g.refuses(name, change(a, b), "is the last group with the Portal Administrator role",
						"This run also takes the role from ")
				})
			})
		}
	}
}

func TestLockout_TheApplyChecksAgain(t *testing.T) {
	admins, backup := admin("Group", `TECH\Admins`), admin("Group", `TECH\Backup`)
	third := admin("Group", `TECH\Third`)
	takeFromThird := func(g *guarded) {
		g.Mutate(func(s *emsim.Store) { s.SetRoles(s.FindAccount("Group", third.Name).ID, emsim.RolePortalUser) })
	}
	for name, keep := range map[string]func(a, b tfrun.Block) []tfrun.Block{
		"two deletions": func(_, _ tfrun.Block) []tfrun.Block { return nil },
		"a deletion and a replacement": func(_, b tfrun.Block) []tfrun.Block {
			return []tfrun.Block{with(b, "sql_settings", map[string]any{"deny_inplace_restore": true})}
		},
		"two changes": func(a, b tfrun.Block) []tfrun.Block {
			return []tfrun.Block{withRoles(a, emsim.RolePortalUser), withRoles(b, emsim.RolePortalUser)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := startGuarded(t, emsim.Options{Latency: time.Second}, member, admins, backup, third)
				g.Configure(func(o *emsim.Options) { o.Users[0].Groups = []string{admins.Name, backup.Name, third.Name} })
				a, b := g.manage("a", admins), g.manage("b", backup)
				g.w.BeforeApply = func() { takeFromThird(g) }
				out := g.w.Apply(keep(a, b)...)
				if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], lockedOut) {
					t.Errorf("the apply reports %q", out.Errors)
				}
				deletions := slices.DeleteFunc(g.Writes(), func(w string) bool { return !strings.HasPrefix(w, "DELETE") })
				if len(deletions) != 1 {
					t.Errorf("sent %q, want one of the changes", deletions)
				}
				if !slices.ContainsFunc(g.Snapshot(), func(a emsim.AccountSnapshot) bool {
					return slices.Contains(a.Roles, emsim.RolePortalAdministrator)
				}) {
					t.Error("no account has the role any longer")
				}
			})
		})
	}
}

func TestLockout_AReadThatFailsIsAnError(t *testing.T) {
	admins := admin("Group", `TECH\Admins`)
	others := []emsim.Account{admin("Group", `TECH\Backup`), admin("User", "svc@tech.local")}
	for name, fault := range map[string]emsim.Fault{
		"the accounts": {PathPattern: "/api/security/accounts"},
		"their roles":  {PathPattern: "/api/security/accounts/*/roles", Skip: 1}, // the first read is the refresh
		"the roles":    {PathPattern: "/api/security/roles"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := startGuarded(t, emsim.Options{}, member, append(others, admins)...)
				g.manage("group", admins)
				fault.Method, fault.Kind, fault.Status = http.MethodGet, emsim.FaultStatus, http.StatusForbidden
				g.Inject(fault)
				before := g.Snapshot()
				out := g.w.Apply()
				const want = `check whether the change of the account TECH\Admins would lock out the provider`
				if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], want) {
					t.Errorf("the plan reports %q", out.Errors)
				}
				tfrun.Check(t, g.Unchanged(before), g.WritesExactly())
			})
		})
	}
}

func TestLockout_OtherAccountsCostNoFurtherRequest(t *testing.T) {
	for name, a := range map[string]emsim.Account{
		"a user":           admin("User", `TECH\fox`),
		"an external user": admin("ExternalUser", "svc@tech.local"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := startGuarded(t, emsim.Options{}, emsim.User{Name: `TECH\svc`, Roles: adminAndUser}, a)
				g.manage("other", a)
				url := "/api/security/accounts/" + g.id(a.Name)
				if out := g.w.Apply(); len(out.Errors) > 0 {
					t.Error(out.Errors)
				}
				var sent []string
				for _, r := range g.Journal() {
					if !strings.HasPrefix(r.Path, "/api/sessionMngr") && !strings.HasPrefix(r.Path, "/api/logonSessions") {
						sent = append(sent, r.Method+" "+r.Path)
					}
				}
				slices.Sort(sent)
				if want := []string{"DELETE " + url, "GET " + url, "GET " + url + "/roles"}; !slices.Equal(sent, want) {
					t.Errorf("sent %q, want %q", sent, want)
				}
			})
		})
	}
}

// Terraform plans each change again before it applies it, so only a change of the server in between gets this far.
func TestLockout_AnUpdateChecksAgain(t *testing.T) {
	admins, backup := admin("Group", `TECH\Admins`), admin("Group", `TECH\Backup`)
	for name, c := range map[string]struct {
		managed emsim.Account
		before  func(*emsim.Store)
		says    string
	}{
		"of the last group": {
			admins, func(s *emsim.Store) { s.RemoveAccount(s.FindAccount("Group", backup.Name).ID) },
			`TECH\Admins is the last group`,
		},
		"of an account that may be the logon's since the exact one is gone": {
			admin("User", "svc@tech.local"),
			func(s *emsim.Store) { s.RemoveAccount(s.FindAccount("User", `TECH\svc`).ID) },
			"svc@tech.local may be the account",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				accounts := []emsim.Account{c.managed, backup, viewer("User", `TECH\svc`)}
				if c.managed.Name != admins.Name {
					accounts = append(accounts, admins)
				}
				g := startGuarded(t, emsim.Options{}, emsim.User{
					Name: emsim.DefaultUser, UserName: `TECH\svc`, Groups: []string{admins.Name},
				}, accounts...)
				p := g.Protocol()
				stored := imported(t, p, c.managed)
				config := map[string]any{
					"account_type": c.managed.Type, "account_name": c.managed.Name, "allow_restore_all_vms": true,
					"roles": []any{"urn:veeam:EnterpriseRole:" + emsim.RolePortalUser},
				}
				planned, problems := p.Plan(listType, stored, config)
				if len(problems) > 0 {
					t.Fatal(tfrun.Texts(problems))
				}
				g.ResetJournal()
				g.Mutate(c.before)
				before := g.Snapshot()
				after, problems := p.ApplyPlanned(listType, stored, planned, config)
				if got := tfrun.Texts(problems); len(got) != 1 || !strings.Contains(got[0], c.says) {
					t.Errorf("the apply reports %q", got)
				}
				if roles, _ := after.State["roles"].([]any); len(roles) != 2 {
					t.Errorf("the state has the roles %v", roles)
				}
				tfrun.Check(t, g.Unchanged(before), g.WritesExactly())
			})
		})
	}
}

// Terraform does not plan a deletion again before it applies it.
func TestLockout_OfSeveralDeletionsAtOnceOneIsRefused(t *testing.T) {
	groups := []emsim.Account{
		admin("Group", `TECH\Admins`), admin("ExternalGroup", "Backup"),
		admin("Group", `TECH\Others`),
	}
	synctest.Test(t, func(t *testing.T) {
		g := startGuarded(t, emsim.Options{Latency: time.Second}, emsim.User{
			Name: emsim.DefaultUser, Groups: []string{`TECH\Admins`, "Backup", `TECH\Others`},
		}, groups...)
		plan, apply := g.Protocol(), g.Protocol()
		var prior []tfrun.Stored
		var planned []tfrun.Planned
		for _, a := range groups[:2] {
			stored, deletion := planDeletion(t, plan, a)
			prior, planned = append(prior, stored), append(planned, deletion)
		}
		g.ResetJournal()
		g.Mutate(func(s *emsim.Store) { s.SetRoles(s.FindAccount("Group", `TECH\Others`).ID, emsim.RolePortalUser) })
		g.Inject(emsim.Fault{Kind: emsim.FaultDelayBeforeCommit, Delay: time.Minute / 2, Method: http.MethodDelete})
		said := make([][]string, len(prior))
		var all sync.WaitGroup
		for i := range prior {
			all.Go(func() {
				_, problems := apply.ApplyPlanned(listType, prior[i], planned[i], nil)
				said[i] = tfrun.Texts(problems)
			})
		}
		all.Wait()
		refused := slices.Concat(said...)
		if len(refused) != 1 || !strings.Contains(refused[0], "is the last group") {
			t.Errorf("the apply reports %q", refused)
		}
		if got := g.Writes(); len(got) != 1 {
			t.Errorf("sent %q, want one deletion", got)
		}
	})
}

func TestLockout_ADeletedGroupMayHaveGotTheRoleSinceThePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		admins, group := admin("Group", `TECH\Admins`), viewer("Group", `TECH\Backup`)
		g := startGuarded(t, emsim.Options{}, emsim.User{
			Name: emsim.DefaultUser, Groups: []string{`TECH\Admins`, `TECH\Backup`},
		}, admins, group)
		p := g.Protocol()
		stored, deletion := planDeletion(t, p, group)
		g.Mutate(func(s *emsim.Store) {
			s.SetRoles(s.FindAccount("Group", admins.Name).ID, emsim.RolePortalUser)
			s.SetRoles(s.FindAccount("Group", group.Name).ID, adminAndUser...)
		})
		before := g.Snapshot()
		for range 2 { // a refused deletion does not keep another one waiting
			_, problems := p.ApplyPlanned(listType, stored, deletion, nil)
			said := tfrun.Texts(problems)
			if len(said) != 1 || !strings.Contains(said[0], `TECH\Backup is the last group`) {
				t.Errorf("the apply reports %q", said)
			}
		}
		tfrun.Check(t, g.Unchanged(before), g.WritesExactly())
	})
}

// planDeletion imports an account and plans to delete it.
func planDeletion(t *testing.T, p *tfrun.Protocol, a emsim.Account) (tfrun.Stored, tfrun.Planned) {
	t.Helper()
	stored := imported(t, p, a)
	planned, problems := p.Plan(listType, stored, nil)
	if len(problems) > 0 {
		t.Fatal(tfrun.Texts(problems))
	}
	return stored, planned
}

func imported(t *testing.T, p *tfrun.Protocol, a emsim.Account) tfrun.Stored {
	t.Helper()
	found, said := p.Import(listType, a.Type+"/"+a.Name, nil)
	stored, more := p.Read(listType, found)
	if said = append(said, more...); len(said) > 0 {
		t.Fatal(said)
	}
	return stored
}

func TestLockout_RolesThatAreUnknownInThePlanAreCheckedInTheApply(t *testing.T) {
	for name, c := range map[string]struct {
		user    emsim.User
		managed emsim.Account
		says    string
	}{
		"of the last group": {
			emsim.User{Name: emsim.DefaultUser, Groups: []string{`TECH\Admins`}},
			admin("Group", `TECH\Admins`),
			`TECH\Admins is the last group`,
		},
		"of the logon's account": {
			emsim.User{Name: emsim.DefaultUser, Account: "administrator@tech.local", Roles: adminAndUser},
			admin("User", "administrator@tech.local"), "administrator@tech.local may be the account",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := startGuarded(t, emsim.Options{}, c.user)
				if c.managed.Type == "Group" {
					g.Mutate(func(s *emsim.Store) { s.AddAccount(c.managed) })
				}
				p := g.Protocol()
				stored := imported(t, p, c.managed)
				config := map[string]any{
					"account_type": c.managed.Type, "account_name": c.managed.Name, "allow_restore_all_vms": true,
					"roles": tfrun.Unknown,
				}
				planned, problems := p.Plan(listType, stored, config)
				if len(problems) > 0 {
					t.Fatal(tfrun.Texts(problems))
				}
				g.ResetJournal()
				before := g.Snapshot()
				known := []any{"urn:veeam:EnterpriseRole:" + emsim.RolePortalUser}
				config["roles"], planned.State["roles"] = known, known
				_, problems = p.ApplyPlanned(listType, stored, planned, config)
				if got := tfrun.Texts(problems); len(got) != 1 || !strings.Contains(got[0], c.says) {
					t.Errorf("the apply reports %q", got)
				}
				tfrun.Check(t, g.Unchanged(before), g.WritesExactly())
			})
		})
	}
}
