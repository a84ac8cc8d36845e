// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// The creates of one apply share a list of the accounts. These tests are about what the list does not say: what has
// happened on the server since it was requested.

// user returns the settings of an account that a client creates.
func user(name string) emapi.AccountSpec {
	return emapi.AccountSpec{
		Type: "User", Name: name, RoleUIDs: []string{emsim.RoleUID(emsim.RoleVMRestoreOperator)}, AllowRestoreAllVMs: true,
	}
}

// lists returns the number of lists of accounts since the last call, and the bytes of all responses.
func lists(em *acctest.EM) (n, bytes int) {
	for _, r := range em.Journal() {
		bytes += r.Sent
		if r.Method == http.MethodGet && r.Path == "/api/security/accounts" {
			n++
		}
	}
	em.ResetJournal()
	return n, bytes
}

// listed checks how often the accounts have been listed since the last call.
func listed(t *testing.T, em *acctest.EM, want int) {
	t.Helper()
	if n, _ := lists(em); n != want {
		t.Errorf("the accounts were listed %d times, want %d", n, want)
	}
}

func created(t *testing.T, c *emapi.Client, name string) string {
	t.Helper()
	id, err := c.CreateAccount(t.Context(), user(name))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// addUser creates the account as another client does.
func addUser(em *acctest.EM, name string) (id string) {
	em.Mutate(func(s *emsim.Store) {
		id = s.AddAccount(emsim.Account{
			Type: "User", Name: name, Roles: []string{emsim.RoleVMRestoreOperator}, AllowRestoreAllVms: true,
		}).ID
	})
	return id
}

func TestSharedList_TwentyCreatesAmongFiveThousandAccountsListThemOnce(t *testing.T) {
	inBubble(t, "in one apply", func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		for n := range 5_000 {
			addUser(em, fmt.Sprintf(`TECH\user%d`, n))
		}
		var config []tfrun.Block
		for n := range 20 {
			config = append(config, restrictedBlock(func(attributes map[string]any) {
				attributes["account_name"] = fmt.Sprintf(`TECH\new%d`, n)
			}))
			config[n].Name = fmt.Sprint("new", n)
		}
		if out := em.NewWorkspace().Apply(config...); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		if n, bytes := lists(em); n != 1 || bytes > 3_000_000 {
			t.Errorf("the accounts were listed %d times, %d bytes in all", n, bytes)
		}
	})
}

func TestSharedList_IsRequestedAgainAfterTenSeconds(t *testing.T) {
	inBubble(t, "creates", func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		c := em.Client(nil)
		created(t, c, `TECH\one`)
		time.Sleep(9 * time.Second)
		created(t, c, `TECH\two`)
		listed(t, em, 1)
		time.Sleep(time.Second)
		created(t, c, `TECH\three`)
		listed(t, em, 1)
	})
}

func TestSharedList_AnAccountThatIsDeletedMeanwhileCanBeCreated(t *testing.T) {
	for name, remove := range map[string]func(t *testing.T, em *acctest.EM, c *emapi.Client, id string){
		"by another client": func(_ *testing.T, em *acctest.EM, _ *emapi.Client, id string) {
			em.Mutate(func(s *emsim.Store) { s.RemoveAccount(id) })
		},
		"by this client": func(t *testing.T, _ *acctest.EM, c *emapi.Client, id string) {
			if err := c.DeleteAccount(t.Context(), id); err != nil {
				t.Error(err)
			}
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{})
			c := em.Client(nil)
			before := addUser(em, `TECH\fox`)
			own := created(t, c, `TECH\one`)
			time.Sleep(time.Second)
			remove(t, em, c, before)
			remove(t, em, c, own)
			if id := created(t, c, `TECH\fox`); id == before {
				t.Error("the ID is that of the deleted account")
			}
			if id := created(t, c, `TECH\one`); id == own {
				t.Error("the ID is that of the deleted account")
			}
			listed(t, em, 1) // the accounts that the list contains are read
		})
	}
}

func TestSharedList_AnAccountThatAppearsMeanwhileIsReportedAndLeftAlone(t *testing.T) {
	inBubble(t, "of another client", func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		c := em.Client(nil)
		created(t, c, `TECH\one`)
		time.Sleep(time.Second)
		id := addUser(em, `TECH\fox`)
		before := em.Snapshot()
		_, err := c.CreateAccount(t.Context(), user(`tech\FOX`))
		var exists *emapi.AccountExistsError
		if !errors.As(err, &exists) || exists.ID != id {
			t.Errorf("the error is %v, want that the account exists", err)
		}
		tfrun.Check(t, em.Unchanged(before))
	})
}

func TestSharedList_AnAccountOfThisClientIsReportedWithoutARequestToCreateIt(t *testing.T) {
	inBubble(t, "of this client", func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		c := em.Client(nil)
		created(t, c, `TECH\one`)
		id := created(t, c, `TECH\fox`)
		time.Sleep(time.Second)
		em.ResetJournal()
		_, err := c.CreateAccount(t.Context(), user(`tech\FOX`))
		var exists *emapi.AccountExistsError
		if !errors.As(err, &exists) || exists.ID != id || len(em.Writes()) > 0 {
			t.Errorf("the error is %v after %q", err, em.Writes())
		}
	})
}

// The response to a create is lost. The list was requested a second before, for another create, so another client may
// have created the account that is found.
func TestSharedList_AfterALostResponseEverythingHasToMatch(t *testing.T) {
	flr := &emapi.FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"pdf"}}
	for name, c := range map[string]struct {
		options emsim.Options
		spec    func(*emapi.AccountSpec)
		adopted bool
		says    string
	}{
		"an account that matches": {adopted: true},
		"a setting that the server does not show": {
			options: emsim.Options{OmitSettings: true},
			spec:    func(s *emapi.AccountSpec) { s.FLR = flr },
			says:    "the server does not show the file-level restore settings, so it may be the account of another client",
		},
		"restore scopes that are listed later": {
			options: emsim.Options{ScopeDelay: 5 * time.Second}, spec: restrict, adopted: true,
		},
		"restore scopes that are not listed": {
			options: emsim.Options{ScopeDelay: time.Minute}, spec: restrict,
			says: "the server does not show all its restore scopes, so it may be the account of another client",
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, c.options)
			client := em.Client(nil)
			created(t, client, `TECH\one`)
			time.Sleep(time.Second)
			em.Inject(emsim.Fault{
				Kind: emsim.FaultDropAfterCommit, Method: http.MethodPost, PathPattern: "/api/security/accounts", Times: 1,
			})
			spec := user(`TECH\fox`)
			if c.spec != nil {
				c.spec(&spec)
			}
			id, err := client.CreateAccount(t.Context(), spec)
			there := em.Account(`TECH\fox`).ID
			if c.adopted {
				if err != nil || id != there {
					t.Errorf("the ID is %q and the error %v, want the account", id, err)
				}
				return
			}
			if id != "" || err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), there) {
				t.Errorf("the ID is %q and the error %v", id, err)
			}
		})
	}
}

func restrict(s *emapi.AccountSpec) {
	s.AllowRestoreAllVMs = false
	item, err := emapi.ParseScopeItem(emsim.VM01Ref, emsim.VM01Name)
	if err != nil {
		panic(err)
	}
	s.Scopes = []emapi.ScopeItem{item}
}

func TestSharedList_LookUpsByNameShareItAndAskAgainForANameThatItLacks(t *testing.T) {
	inBubble(t, "data sources", func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{})
		p := em.Protocol()
		for _, name := range []string{`TECH\one`, `TECH\two`} {
			addUser(em, name)
		}
		read := func(name string, there bool) {
			t.Helper()
			data, said := p.ReadData("veeam_em_account", map[string]any{"account_name": name})
			if there != (len(said) == 0 && data["account_name"] == name) {
				t.Errorf("%s: %v, %v", name, data, said)
			}
		}
		read(`TECH\one`, true)
		read(`TECH\two`, true)
		listed(t, em, 1)
		time.Sleep(time.Second)
		addUser(em, `TECH\three`)
		id := em.Account(`TECH\one`).ID
		em.Mutate(func(s *emsim.Store) { s.RemoveAccount(id) })
		read(`TECH\three`, true)
		listed(t, em, 1)
		read(`TECH\one`, false)
	})
}

// Two pipelines apply the same configuration at the same time. Each account is created once, and one of them has it.
func TestSharedList_OfTwoWorkspacesOneCreatesEachAccount(t *testing.T) {
	inBubble(t, "at the same time", func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{Latency: 20 * time.Millisecond})
		var config []tfrun.Block
		for n := range 30 {
			config = append(config, restrictedBlock(func(attributes map[string]any) {
				attributes["account_name"] = fmt.Sprintf(`TECH\new%d`, n)
			}))
			config[n].Name = fmt.Sprint("new", n)
		}
		both := []*tfrun.Workspace{em.NewWorkspace(), em.NewWorkspace()}
		outcomes := make([]tfrun.Outcome, len(both))
		var wg sync.WaitGroup
		for i, w := range both {
			wg.Go(func() { outcomes[i] = w.Apply(config...) })
		}
		wg.Wait()
		owned := map[any]int{}
		for _, w := range both {
			for _, address := range w.Addresses() {
				owned[w.Attributes(address)["id"]]++
			}
		}
		for _, a := range em.Holds() {
			if id := em.Account(a.Name).ID; owned[id] != 1 {
				t.Errorf("%s is in %d states", a.Name, owned[id])
			}
		}
		refused := append(outcomes[0].Errors, outcomes[1].Errors...)
		if len(em.Holds()) != len(config) || len(owned) != len(config) || len(refused) != len(config) {
			t.Errorf("%d accounts, %d in states, %d errors", len(em.Holds()), len(owned), len(refused))
		}
		for _, e := range refused {
			if !strings.Contains(e, "already exists") {
				t.Errorf("an error is %s", e)
			}
		}
	})
}
