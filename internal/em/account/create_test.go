// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// inBubble runs a subtest in a bubble.
func inBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// restrictedBlock is the account of restricted as a block, modified by change.
func restrictedBlock(change func(attributes map[string]any)) tfrun.Block {
	b := tfrun.Block{Type: listType, Name: "test", Attributes: restricted()}
	if change != nil {
		change(b.Attributes)
	}
	return b
}

var accountIDs = regexp.MustCompile(`/accounts/[0-9a-f-]{36}`)

// sentExactly checks which requests that change something were sent, with {ID} for the ID of any account.
func sentExactly(t *testing.T, em *acctest.EM, want ...string) {
	t.Helper()
	got := em.Writes()
	for i := range got {
		got[i] = accountIDs.ReplaceAllString(got[i], "/accounts/{ID}")
	}
	em.ResetJournal()
	if !slices.Equal(got, want) {
		t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

const (
	create    = "POST /api/security/accounts"
	toggle    = "POST /api/security/accounts/{ID}"
	destroy   = "DELETE /api/security/accounts/{ID}"
	addRole   = "POST /api/security/accounts/{ID}/roles"
	dropRole  = "DELETE /api/security/accounts/{ID}/roles/"
	spelledAs = "warning: The server spells the name of "
)

func uids(ids ...string) []any {
	var out []any
	for _, id := range ids {
		out = append(out, emsim.RoleUID(id))
	}
	return out
}

func TestCreate_AnotherSpellingOfTheServerIsKeptOutOfTheStateAndPlansNothing(t *testing.T) {
	named := func(kind, name string) func(map[string]any) {
		return func(a map[string]any) { a["account_type"], a["account_name"] = kind, name }
	}
	for name, c := range map[string]struct {
		options emsim.Options
		change  func(map[string]any)
		warns   string // the server's spelling of the name
	}{
		"a NetBIOS name": {
			emsim.Options{AccountNames: emsim.AccountNamesNetBIOS}, named("User", `tech.local\svc`), `TECH\svc`,
		},
		"a NetBIOS name, no Location": {
			emsim.Options{AccountNames: emsim.AccountNamesNetBIOS, OmitLocation: true, ReferencesOnly: true},
			named("User", `tech.local\svc`), `TECH\svc`,
		},
		"a DNS name": {
			emsim.Options{AccountNames: emsim.AccountNamesDNS, AccountNameCase: emsim.CaseUpper},
			named("Group", `TECH\svc`), `TECH.LOCAL\SVC`,
		},
		"a trimmed name": {
			emsim.Options{AccountNames: emsim.AccountNamesTrimmed}, named("ExternalGroup", " the group "), "the group",
		},
		"a trimmed name, no Location": {
			emsim.Options{AccountNames: emsim.AccountNamesTrimmed, OmitLocation: true},
			named("ExternalGroup", " the group "), "the group",
		},
		"another case of the name":   {emsim.Options{AccountNameCase: emsim.CaseUpper}, nil, ""},
		"extensions in upper case":   {emsim.Options{Extensions: emsim.ExtensionsUpper}, nil, ""},
		"extensions with dots":       {emsim.Options{Extensions: emsim.ExtensionsDots}, nil, ""},
		"extensions with semicolons": {emsim.Options{Extensions: emsim.ExtensionsSemicolons}, nil, ""},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, c.options)
			w := em.NewWorkspace()
			block := restrictedBlock(c.change)
			out := w.Apply(block)
			if len(out.Errors) > 0 {
				t.Fatalf("errors %q", out.Errors)
			}
			var want []string
			if c.warns != "" {
				want = []string{fmt.Sprintf("%s%s differently: The state and plans keep the configured spelling. "+
					"Enterprise Manager calls the account %s.", spelledAs, block.Attributes["account_name"], c.warns)}
			}
			if !slices.Equal(out.Warnings, want) {
				t.Errorf("warnings %q, want %q", out.Warnings, want)
			}
			sentExactly(t, em, create)
			for range 2 {
				if out := w.Apply(block); len(out.Errors)+len(out.Warnings)+len(out.Changes)+len(out.Drift) > 0 {
					t.Errorf("the next apply has %+v", out)
				}
			}
			more := restrictedBlock(c.change)
			more.Attributes["roles"] = uids(emsim.RoleVMRestoreOperator, emsim.RolePortalUser)
			w.MustApply(more)
			sentExactly(t, em, addRole)
			state := w.Attributes(address)
			if got, want := state["account_name"], block.Attributes["account_name"]; got != want {
				t.Errorf("the state has the name %q, want %q", got, want)
			}
			if got, want := state["flr_settings"], block.Attributes["flr_settings"]; !reflect.DeepEqual(got, want) {
				t.Errorf("the state has the settings %v, want %v", got, want)
			}
		})
	}
}

func TestRefresh_ShowsANameThatIsNeitherTheConfiguredNorThatOfTheServerAtCreate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{AccountNames: emsim.AccountNamesNetBIOS})
		w := em.NewWorkspace()
		block := restrictedBlock(func(a map[string]any) { a["account_name"] = `tech.local\svc` })
		w.MustApply(block)
		em.Mutate(func(s *emsim.Store) { s.FindAccount("User", `tech.local\svc`).Name = `TECH\fox` })
		if plan := w.Plan(block); !slices.Equal(plan.Changes, []string{"replace " + address}) {
			t.Errorf("planned %q, errors %q", plan.Changes, plan.Errors)
		}
	})
}

func TestPlan_TheSpellingThatTheServerHasPlansNoReplacement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{AccountNames: emsim.AccountNamesNetBIOS})
		w := em.NewWorkspace()
		named := func(name string) tfrun.Block {
			return restrictedBlock(func(a map[string]any) { a["account_name"] = name })
		}
		w.MustApply(named(`tech.local\svc`))
		for name, want := range map[string][]string{
			`TECH\svc`: nil, `tech\SVC`: nil, `TECH.local\svc`: nil, `other\svc`: {"replace " + address},
		} {
			if plan := w.Plan(named(name)); len(plan.Errors) > 0 || !slices.Equal(plan.Changes, want) {
				t.Errorf("%s plans %q, errors %q; want %q", name, plan.Changes, plan.Errors, want)
			}
		}
	})
}

func TestCreate_MendsWhatTheServerMadeDifferentlyAndRestrictsFirst(t *testing.T) {
	const user = emsim.RolePortalUser
	for name, c := range map[string]struct {
		options emsim.Options
		sent    []string
	}{
		"all VMs allowed": {options: emsim.Options{AllVMs: emsim.AllVMsOn}, sent: []string{toggle}},
		"all VMs allowed, last scope stays": {
			options: emsim.Options{AllVMs: emsim.AllVMsOn, LastScope: emsim.LastScopeRefuse, ScopeDelay: time.Minute},
			sent:    []string{toggle},
		},
		"a surplus role": {options: emsim.Options{AddedRole: user}, sent: []string{dropRole + user}},
		"a surplus role and all VMs": {
			options: emsim.Options{AddedRole: user, AllVMs: emsim.AllVMsOn}, sent: []string{dropRole + user, toggle},
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, c.options)
			w := em.NewWorkspace()
			block := restrictedBlock(nil)
			out := w.Apply(block)
			if len(out.Errors)+len(out.Warnings) > 0 {
				t.Fatalf("errors %q, warnings %q", out.Errors, out.Warnings)
			}
			sentExactly(t, em, append([]string{create}, c.sent...)...)
			w.MustApply(block)
			sentExactly(t, em)
			if got := em.Holds(); len(got) != 1 || got[0].AllowRestoreAllVms || len(got[0].Roles) != 1 {
				t.Errorf("the server holds %+v", got)
			}
		})
	}
}

// The server drops a role when it creates the account, and accepts it afterwards.
func TestCreate_AddsAMissingRoleAfterItHasRemovedASurplusOneUnlessThatIsTheLast(t *testing.T) {
	const user, operator = emsim.RolePortalUser, emsim.RoleVMRestoreOperator
	for name, c := range map[string]struct {
		roles []any
		sent  []string
	}{
		"another role instead": {uids(operator), []string{create, addRole, dropRole + user}},
		"one role kept, one replaced": {
			uids(emsim.RoleSQLRestoreOperator, operator), []string{create, dropRole + user, addRole},
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{AddedRole: user, DroppedRole: operator})
			em.Inject(emsim.Fault{Match: func(r emsim.Request) bool {
				if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/roles") {
					em.Configure(func(o *emsim.Options) { o.DroppedRole = "" })
				}
				return false
			}})
			w := em.NewWorkspace()
			block := restrictedBlock(func(a map[string]any) { a["roles"] = c.roles })
			if out := w.Apply(block); len(out.Errors)+len(out.Warnings) > 0 {
				t.Fatalf("errors %q, warnings %q", out.Errors, out.Warnings)
			}
			sentExactly(t, em, c.sent...)
			w.MustApply(block)
			sentExactly(t, em)
		})
	}
}

// unkept are servers that do not create the account of restrictedBlock as requested, and do not let it be mended.
var unkept = map[string]struct {
	options emsim.Options
	fault   emsim.Fault
	roles   []any // empty: those of restricted
	sent    []string
	says    []string
}{
	"all VMs": {
		options: emsim.Options{AllVMs: emsim.AllVMsFixed},
		sent:    []string{create, toggle, toggle, toggle, toggle, toggle, toggle, destroy},
		says:    []string{"allow_restore_all_vms was requested as false, and the server has true", "it did not take effect"},
	},
	"the file-level restore settings": {
		options: emsim.Options{DroppedSettings: emsim.SettingsFLR}, sent: []string{create, destroy},
		says: []string{
			"flr_settings.inplace_only was requested as true, and the server has false",
			`flr_settings.extension_restrictions was requested as ["Pdf", "doc"], and the server has []`,
		},
	},
	"the SQL restore settings": {
		options: emsim.Options{DroppedSettings: emsim.SettingsSQL}, sent: []string{create, destroy},
		says: []string{"sql_settings.deny_inplace_restore was requested as true, and the server has false"},
	},
	"a surplus role": {
		options: emsim.Options{AddedRole: emsim.RolePortalUser},
		fault: emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusBadRequest, Method: http.MethodDelete,
			PathPattern: "/api/security/accounts/*/roles/*",
		},
		sent: []string{create, dropRole + emsim.RolePortalUser, destroy},
		says: []string{fmt.Sprintf("roles was requested as [%q], and the server has [%q, %q]",
			emsim.RoleUID(emsim.RoleVMRestoreOperator), emsim.RoleUID(emsim.RoleVMRestoreOperator),
			emsim.RoleUID(emsim.RolePortalUser))},
	},
	"a missing role": {
		options: emsim.Options{DroppedRole: emsim.RolePortalUser},
		roles:   uids(emsim.RoleVMRestoreOperator, emsim.RolePortalUser),
		sent:    []string{create, addRole, destroy},
		says: []string{
			fmt.Sprintf("roles was requested as [%q, %q], and the server has [%q]",
				emsim.RoleUID(emsim.RoleVMRestoreOperator), emsim.RoleUID(emsim.RolePortalUser),
				emsim.RoleUID(emsim.RoleVMRestoreOperator)),
			`The role "Portal User" cannot be assigned.`,
		},
	},
}

func TestCreate_DeletesAnAccountThatDoesNotKeepWhatWasRequested(t *testing.T) {
	for name, c := range unkept {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, c.options)
			w := em.NewWorkspace()
			if c.fault.Method != "" {
				em.Inject(c.fault)
			}
			block := restrictedBlock(func(a map[string]any) {
				if c.roles != nil {
					a["roles"] = c.roles
				}
			})
			for range 2 { // nothing is left that the second apply would replace
				out := w.Apply(block)
				for _, says := range append(c.says, "The new account was deleted again") {
					if !strings.Contains(strings.Join(out.Errors, "\n"), says) {
						t.Errorf("errors %q, want one that says %q", out.Errors, says)
					}
				}
				if !slices.Equal(out.Changes, []string{"create " + address}) || len(w.Addresses()) > 0 {
					t.Errorf("planned %q, the state has %q", out.Changes, w.Addresses())
				}
				tfrun.Check(t, em.HoldsExactly())
				sentExactly(t, em, c.sent...)
			}
		})
	}
}

func TestCreate_AnAccountThatIsNotKeptAndCannotBeDeletedStaysInTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{DroppedSettings: emsim.SettingsSQL})
		w := em.NewWorkspace()
		em.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusForbidden, Method: http.MethodDelete,
			PathPattern: "/api/security/accounts/*",
		})
		out := w.Apply(restrictedBlock(nil))
		id := em.Account(`TECH\william.fox`).ID
		if len(out.Errors) != 1 ||
			!strings.Contains(out.Errors[0], "sql_settings.deny_inplace_restore was requested as true") ||
			!strings.Contains(out.Errors[0], "The new account "+id+" could not be deleted again") {
			t.Errorf("errors %q", out.Errors)
		}
		if w.Attributes(address)["id"] != id || !w.Tainted(address) {
			t.Errorf("the state has %v, tainted %t", w.Attributes(address), w.Tainted(address))
		}
		em.ClearFaults()
		em.Configure(func(o *emsim.Options) { o.DroppedSettings = emsim.SettingsNone })
		w.MustApply(restrictedBlock(nil))
	})
}

func TestCreate_DeletesAnAccountThatIsNotKeptEvenAfterTheTimeout(t *testing.T) {
	for during, method := range map[string]string{"the read": http.MethodGet, "the change": http.MethodPost} {
		inBubble(t, during, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{AllVMs: emsim.AllVMsOn})
			w := em.NewWorkspace()
			em.Inject(emsim.Fault{
				Kind: emsim.FaultDelayBeforeCommit, Delay: time.Hour, Method: method,
				PathPattern: "/api/security/accounts/*", Times: 1,
			})
			block := restrictedBlock(func(a map[string]any) { a["timeouts"] = map[string]any{"create": "10s"} })
			out := w.Apply(block)
			if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "allow_restore_all_vms was requested as false") ||
				!strings.Contains(out.Errors[0], "deadline exceeded") {
				t.Errorf("errors %q", out.Errors)
			}
			if got := w.Addresses(); len(got) > 0 {
				t.Errorf("the state has %q", got)
			}
			tfrun.Check(t, em.HoldsExactly())
			time.Sleep(2 * time.Hour) // until the server has carried out the delayed request
		})
	}
}

func TestCreate_AnAccountThatCannotBeReadBackStaysInTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		w := em.NewWorkspace()
		em.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Method: http.MethodGet,
			PathPattern: "/api/security/accounts/*",
		})
		out := w.Apply(restrictedBlock(nil))
		if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "Could not read the new account") {
			t.Errorf("errors %q", out.Errors)
		}
		if got, want := w.Attributes(address)["id"], em.Account(`TECH\william.fox`).ID; got != want || !w.Tainted(address) {
			t.Errorf("the state has the ID %v, want %s; tainted %t", got, want, w.Tainted(address))
		}
		sentExactly(t, em, create)
		em.ClearFaults()
	})
}

func TestUpdate_ReportsAnyOtherAttributeThatWasChangedDuringTheUpdate(t *testing.T) {
	for name, change := range map[string]func(*emsim.Account){
		"the name":                        func(a *emsim.Account) { a.Name = `TECH\renamed` },
		"the file-level restore settings": func(a *emsim.Account) { a.FlrExtensions = "exe" },
		"the SQL restore settings":        func(a *emsim.Account) { a.DenyInPlaceRestore = false },
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{})
			w := em.NewWorkspace()
			w.MustApply(restrictedBlock(nil))
			w.BeforeApply = func() {
				em.Mutate(func(s *emsim.Store) { change(s.FindAccount("User", `TECH\william.fox`)) })
			}
			more := restrictedBlock(func(a map[string]any) {
				a["roles"] = uids(emsim.RoleVMRestoreOperator, emsim.RolePortalUser)
			})
			out := w.Apply(more)
			if len(out.Errors) != 1 ||
				!strings.Contains(out.Errors[0], "was changed outside Terraform during the update") {
				t.Errorf("errors %q", out.Errors)
			}
		})
	}
}

func TestCreate_GrantsARightThatTheServerDroppedAfterEverythingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		em.Configure(func(o *emsim.Options) {
			o.OnRequest = func(r emsim.Request) {
				if r.Method == http.MethodPost && r.Path == "/api/security/accounts" {
					em.Mutate(func(s *emsim.Store) {
						a := s.FindAccount("User", `TECH\william.fox`)
						a.AllowRestoreAllVms, a.Roles = false, []string{emsim.RolePortalUser}
					})
				}
			}
		})
		w := em.NewWorkspace()
		block := restrictedBlock(func(a map[string]any) { a["allow_restore_all_vms"] = true })
		if out := w.Apply(block); len(out.Errors) > 0 {
			t.Fatalf("errors %q", out.Errors)
		}
		sentExactly(t, em, create, addRole, dropRole+emsim.RolePortalUser, toggle)
		w.MustApply(block)
	})
}

// The server takes the name for that of an account that it lists with another domain.
func TestCreate_ARefusalNamesTheAccountOfThatNameInAnotherDomain(t *testing.T) {
	inBubble(t, "refused", func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{AccountNames: emsim.AccountNamesDNS, OmitLocation: true})
		earlier, w := em.NewWorkspace(), em.NewWorkspace()
		block := restrictedBlock(nil)
		earlier.MustApply(block)
		existing := fmt.Sprint(earlier.Attributes(address)["id"])
		em.ResetJournal()
		out := w.Apply(block)
		said := strings.Join(out.Errors, "\n")
		for _, part := range []string{"The account may already exist", "already exists", existing, "It was left unchanged"} {
			if !strings.Contains(said, part) {
				t.Errorf("errors %q, want one that says %q", out.Errors, part)
			}
		}
		sentExactly(t, em, create)
	})
}

// The ID of an account could not be determined, and the server calls it by another name: it is reported, not forgotten.
func TestCreate_AnAccountWithoutAnIDThatTheServerRenamesIsReported(t *testing.T) {
	for _, destroys := range []bool{false, true} {
		inBubble(t, fmt.Sprint("destroys ", destroys), func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{AccountNames: emsim.AccountNamesDNS, OmitLocation: true})
			w := em.NewWorkspace()
			block := restrictedBlock(nil)
			em.Inject(emsim.Fault{
				Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Method: http.MethodGet,
				PathPattern: "/api/security/accounts", Skip: 1,
			})
			if out := w.Apply(block); len(out.Errors) == 0 {
				t.Fatal("no error")
			}
			em.ClearFaults()
			var out tfrun.Outcome
			if destroys {
				out = w.Apply()
			} else {
				out = w.Plan(block)
			}
			var id string
			for _, a := range em.Snapshot() {
				if !acctest.IsSeeded(a.Name) {
					id = a.ID
				}
			}
			said := strings.Join(out.Warnings, "\n")
			if id == "" || !strings.Contains(said, id) || !strings.Contains(said, "It was left unchanged") {
				t.Errorf("warnings %q, want one with the ID %q", out.Warnings, id)
			}
		})
	}
}

func TestCreate_NamesServerPlatformIfTheServerMayRefuseTheName(t *testing.T) {
	const hint = "server_platform in em (VEEAM_EM_SERVER_PLATFORM) is "
	for name, c := range map[string]struct {
		server      emsim.Platform
		kind        string
		accountName string
		status      int // of a fault; 0: none
		want        string
	}{
		"Windows form on Linux": {
			emsim.PlatformLinux, "User", `TECH\fox`, 0,
			hint + `"windows", where the form is Domain\Name. If Enterprise Manager runs on the other platform, set ` +
				`server_platform = "linux", where the form is Name@Domain`,
		},
		"a group":          {emsim.PlatformWindows, "Group", `TECH\ops`, 400, hint},
		"another failure":  {emsim.PlatformWindows, "User", `TECH\fox`, 503, ""},
		"an external user": {emsim.PlatformWindows, "ExternalUser", "fox@tech.com", 400, ""},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{Platform: c.server})
			if c.status != 0 {
				em.Inject(emsim.Fault{
					Method: http.MethodPost, PathPattern: "/api/security/accounts", Kind: emsim.FaultStatus, Status: c.status,
				})
			}
			out := em.NewWorkspace().Apply(restrictedBlock(func(a map[string]any) {
				a["account_type"], a["account_name"] = c.kind, c.accountName
			}))
			if len(out.Errors) != 1 || strings.Contains(out.Errors[0], hint) != (c.want != "") ||
				!strings.Contains(out.Errors[0], c.want) {
				t.Errorf("errors %q, want %q", out.Errors, c.want)
			}
		})
	}
}
